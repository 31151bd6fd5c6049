"""The commands: `python -m bot run | sandbox | check | migrate`."""

import argparse
import asyncio
import errno
import os
import runpy
import sys
from collections.abc import Callable, Coroutine, Sequence
from importlib import import_module
from importlib.util import find_spec

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot import app, logs
from bot.checks.runner import run_checks
from bot.domain.errors import SlackDoesNotAnswer
from bot.settings import Settings, explain
from bot.storage.database import Database, reason_of

INTERRUPTED = 130  # the shells' convention


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 2 for wrong settings, 1 if the bot can't start or a check fails."""
    parser = argparse.ArgumentParser(prog="python -m bot")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="the bot, with the settings of the environment")
    commands.add_parser("sandbox", help="the bot, a stand-in for Slack and one for LiveAgent")
    looks = commands.add_parser("check", help="tests every setting and says what to do about each")
    looks.add_argument("--json", action="store_true", help="for machines")
    looks.add_argument(
        "--url", default="", help="with HTTP: where Slack posts to, as https://host/slack/events"
    )
    commands.add_parser("migrate", help="brings the database to this version; `run` does it too")
    parsed = parser.parse_args(arguments)
    if parsed.command == "check":
        return check(as_json=parsed.json, public_url=parsed.url)
    return {"run": run, "sandbox": play, "migrate": migrate}[parsed.command]()


def run() -> int:
    """Runs the bot against the configured Slack and LiveAgent."""
    return _with_settings(app.run)


def check(*, as_json: bool = False, public_url: str = "") -> int:
    """Checks everything that `run` needs, and changes nothing."""
    try:
        return asyncio.run(run_checks(sys.stdout, as_json=as_json, public_url=public_url))
    except BrokenPipeError:  # the reader has closed the pipe, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def migrate() -> int:
    """Brings the tables to this version."""

    async def upgrade(settings: Settings) -> None:
        database = Database(settings.database_url)
        try:
            await database.migrate()
        finally:
            await database.close()

    return _with_settings(upgrade)


def _with_settings(work: Callable[[Settings], Coroutine[object, object, None]]) -> int:
    try:
        settings = Settings()
    except ValidationError as error:
        return _print_errors(error)
    except (OSError, UnicodeDecodeError) as error:
        _print_error(f"Can't read .env ({type(error).__name__}): it must be text in UTF-8.")
        return 2
    logs.set_up(settings.log_level, settings.log_format, settings.secrets, for_good=True)
    return until_stopped(work(settings))


def play() -> int:
    """Runs the bot against the stand-ins, imported by name because the image omits them."""
    if find_spec("bot.sandbox") is None:
        _print_error("The sandbox is not installed here: `make sandbox` starts it in a clone.")
        return 2
    runpy.run_module("bot.play", run_name="__main__")
    return 0


def _event_loop() -> asyncio.AbstractEventLoop:
    """Returns uvloop's where it is installed: it takes a tenth off a click's CPU."""
    if find_spec("uvloop") is None:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = import_module("uvloop").new_event_loop()
    return loop


def until_stopped(bot: Coroutine[object, object, None]) -> int:
    try:
        with asyncio.Runner(loop_factory=_event_loop) as runner:
            runner.run(bot)
    except SlackDoesNotAnswer as error:
        return _print_error(f"Slack refuses the bot's tokens ({error.call}: {error.why}).")
    except SQLAlchemyError as error:
        return _print_error(f"Can't use the database: {reason_of(error)}")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _print_error(f"Can't listen: {error.strerror}. Is another one running?")
        return _print_error(f"Can't start: {error or type(error).__name__}")
    return 0


def _print_errors(error: ValidationError) -> int:
    _print_error("Some settings are missing or wrong (.env.example explains them all):")
    for name, what in explain(error).items():
        _print_error(f"  {name}: {what}")
    _print_error("`python -m bot check` tests them all.")
    return 2


def _print_error(text: str) -> int:
    print(text, file=sys.stderr)
    return 1
