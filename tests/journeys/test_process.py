"""The command line as an operator uses it."""

import asyncio
import json
import os
import resource
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from bot.app import Bot
from bot.cli import main
from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.settings import Settings
from tests.waiting import until_found

SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-made-up",
    "SLACK_APP_TOKEN": "xapp-made-up",
    "LIVEAGENT_URL": "http://127.0.0.1:1",
    "LIVEAGENT_API_KEY": "key-made-up",
    "DATABASE_URL": "sqlite:///tickets.db",
    "PORT": "0",
    "LOG_LEVEL": "DEBUG",
    "LOG_FORMAT": "json",
}
Said = Callable[..., tuple[int, str]]
in_linux = pytest.mark.skipif(sys.platform != "linux", reason="full disks are played by a limit")


@contextmanager
def full_disk() -> Iterator[None]:
    """So it seems to this process: no file can grow."""
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))


async def start(sandbox: Sandbox, folder: Path, **more: str) -> Process:
    """`run` in a process of its own."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {
        **clean,
        **SETTINGS,
        "SLACK_BOT_TOKEN": sandbox.slack.bot_token,
        "SLACK_APP_TOKEN": sandbox.slack.app_token,
        "SLACK_API_URL": sandbox.slack.api_url.rstrip("/"),
        "LIVEAGENT_URL": sandbox.liveagent.url,
        "LIVEAGENT_API_KEY": sandbox.liveagent.api_key,
        "DATABASE_URL": f"sqlite:///{folder}/tickets.db",
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env=environment | more,
        cwd=folder,
        stdout=PIPE,
        stderr=PIPE,
    )


@pytest.fixture
def said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Said:
    """Runs a command with settings that are right but for those named.

    It can't start, so that it needs no process of its own; returns its exit status and what it
    says.
    """
    for name in os.environ:
        if name.startswith(("SLACK_", "LIVEAGENT_")) or name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def said(command: str, **more: str) -> tuple[int, str]:
        for name, value in (SETTINGS | more).items():
            monkeypatch.setenv(name, value)
        status = main([command])
        out, err = capsys.readouterr()
        assert out == ""
        return status, err

    return said


async def test_sigterm_finishes_the_answer_in_progress(sandbox: Sandbox, tmp_path: Path) -> None:
    bot = await start(sandbox, tmp_path)
    await sandbox.slack.wait_for_connections()
    ann = sandbox.slack.person("ann")
    sandbox.liveagent.faults.add(Fault(kind="delay", seconds=0.5))
    await ann.types("#support", "/ticket bI5fR3oN40708G65")
    bot.send_signal(signal.SIGTERM)
    _, said = await bot.communicate()
    assert bot.returncode == 0
    assert ann.sees("Where is my order?")
    lines = [json.loads(line) for line in said.decode().splitlines()]
    assert [each for each in lines if each["level"] not in {"debug", "info", "warning"}] == []
    for secret in (
        sandbox.slack.bot_token,
        sandbox.slack.app_token,
        sandbox.liveagent.api_key,
        "bI5fR3oN40708G65",
        "john@owner.com",
    ):
        assert secret not in said.decode()


async def test_a_token_that_slack_refuses_is_reported_in_one_sentence(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    bot = await start(sandbox, tmp_path, SLACK_BOT_TOKEN="xoxb-wrong")
    _, said = await bot.communicate()
    assert bot.returncode == 1
    (line,) = said.decode().splitlines()
    assert line.startswith("Slack refuses the bot's tokens (auth.test")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"SLACK_APP_TOKEN": ""}, "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET"),
        ({"LIVEAGENT_URL": "acme"}, "LIVEAGENT_URL: must look like https://acme.ladesk.com"),
    ],
)
def test_a_wrong_setting_is_reported_in_one_sentence(
    said: Said, more: dict[str, str], words: str
) -> None:
    status, text = said("run", **more)
    assert status == 2
    assert words in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("command", "url", "words"),
    [  # each kind of failure for each command
        ("run", "sqlite:///none/tickets.db", "Can't start: [Errno 2] No such file or directory"),
        ("migrate", "sqlite:////", "Can't start: [Errno 21] Is a directory"),
        ("run", "sqlite:///text", "Can't use the database: file is not a database"),
        (
            "migrate",
            "postgresql://bot:hidden@127.0.0.1:1/tickets",
            "Can't use the database: connection failed",
        ),
        ("run", "postgresql://bot:hidden@nowhere.invalid/tickets", "Can't use the database: "),
        ("migrate", "postgresql://127.0.0.1/tickets?nonsense=1", "Can't use the database: "),
    ],
)
def test_a_database_that_is_not_there_is_reported_in_one_line(
    said: Said, tmp_path: Path, command: str, url: str, words: str
) -> None:
    (tmp_path / "text").write_text("not a database, " * 100)
    status, text = said(command, DATABASE_URL=url)
    (line,) = text.splitlines()
    assert status == 1
    assert line.startswith(words)
    assert "hidden" not in line


def test_a_database_that_is_locked_is_reported_in_one_line(said: Said, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "tickets.db")) as another:
        another.execute("BEGIN EXCLUSIVE")
        found = said("migrate")
    assert found == (1, "Can't use the database: database is locked\n")


@in_linux
def test_a_disk_that_is_full_is_reported_in_one_line(said: Said) -> None:
    with full_disk():
        status, text = said("run")
    (line,) = text.splitlines()
    assert status == 1
    assert line.startswith("Can't use the database: ")


@in_linux
async def test_a_full_disk_makes_the_bot_not_ready(bot: Bot) -> None:
    async def is_answered(status: HTTPStatus) -> bool:
        url = f"http://127.0.0.1:{bot.port}/readyz"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status == status

    is_ready = partial(is_answered, HTTPStatus.OK)
    await until_found(is_ready)
    with full_disk():
        await until_found(partial(is_answered, HTTPStatus.SERVICE_UNAVAILABLE))
    await until_found(is_ready)
