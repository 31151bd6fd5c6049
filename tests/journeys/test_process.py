"""The command line, as who runs the bot meets it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault


async def start(command: str, environment: dict[str, str]) -> Process:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, env=clean | environment, stdout=PIPE, stderr=PIPE
    )


def environment_of(sandbox: Sandbox, folder: Path, **more: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": sandbox.slack.bot_token,
        "SLACK_APP_TOKEN": sandbox.slack.app_token,
        "SLACK_API_URL": sandbox.slack.api_url.rstrip("/"),
        "LIVEAGENT_URL": sandbox.liveagent.url,
        "LIVEAGENT_API_KEY": sandbox.liveagent.api_key,
        "DATABASE_URL": f"sqlite:///{folder}/tickets.db",
        "PORT": "0",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
        **more,
    }


async def test_asked_to_end_it_answers_what_it_was_asked_before(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    bot = await start("run", environment_of(sandbox, tmp_path))
    await sandbox.slack.wait_for_connections(within=20)
    ann = sandbox.slack.person("ann")
    sandbox.liveagent.faults.add(Fault(kind="delay", seconds=0.5))
    await ann.types("#support", "/ticket bI5fR3oN40708G65")
    bot.send_signal(signal.SIGTERM)
    _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == 0
    assert ann.sees("Where is my order?")
    for secret in (
        sandbox.slack.bot_token,
        sandbox.slack.app_token,
        sandbox.liveagent.api_key,
        "bI5fR3oN40708G65",
        "john@owner.com",
    ):
        assert secret not in said.decode()


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, 1, "Slack refuses the bot's tokens (auth.test"),
        ({"SLACK_APP_TOKEN": ""}, 2, "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET"),
        ({"LIVEAGENT_URL": "acme"}, 2, "LIVEAGENT_URL: must look like https://acme.ladesk.com"),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence(
    sandbox: Sandbox, tmp_path: Path, more: dict[str, str], status: int, words: str
) -> None:
    bot = await start("run", environment_of(sandbox, tmp_path, **more))
    _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == status
    assert words in said.decode()
    assert "Traceback" not in said.decode()
