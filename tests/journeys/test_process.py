"""The command line as an operator uses it."""

import asyncio
import json
import os
import resource
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from tests.waiting import GUARD_SECONDS

in_linux = pytest.mark.skipif(sys.platform != "linux", reason="full disks are played by prlimit")


def fill_disk(pid: int) -> None:
    """To that process it seems so; 0 is the caller."""
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))


def empty_disk(pid: int) -> None:
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


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
    await sandbox.slack.wait_for_connections()
    ann = sandbox.slack.person("ann")
    sandbox.liveagent.faults.add(Fault(kind="delay", seconds=0.5))
    await ann.types("#support", "/ticket bI5fR3oN40708G65")
    bot.send_signal(signal.SIGTERM)
    _, said = await bot.communicate()
    assert bot.returncode == 0
    assert ann.sees("Where is my order?")
    told = [json.loads(line) for line in said.decode().splitlines()]
    assert [each for each in told if each["level"] not in {"debug", "info", "warning"}] == []
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
    _, said = await bot.communicate()
    assert bot.returncode == status
    assert words in said.decode()
    assert "Traceback" not in said.decode()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def complaint(process: Process) -> str:
    """What a process says that can't start: a line, and the exit status 1."""
    _, said = await asyncio.wait_for(process.communicate(), GUARD_SECONDS)
    assert process.returncode == 1
    (line,) = said.decode().splitlines()
    return line


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
async def test_a_database_that_is_not_there_is_said_in_a_line(
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    url: str,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text("not a database, " * 100)
    environment = environment_of(sandbox, tmp_path, DATABASE_URL=url)
    said = await complaint(await start(command, environment))
    assert said.startswith(words)
    assert "hidden" not in said


async def test_a_database_that_is_locked_is_said_in_a_line(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "tickets.db")) as another:
        another.execute("BEGIN EXCLUSIVE")
        process = await start("migrate", environment_of(sandbox, tmp_path))
        assert await complaint(process) == "Can't use the database: database is locked"


@in_linux
async def test_a_disk_that_is_full_is_said_in_a_line(sandbox: Sandbox, tmp_path: Path) -> None:
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    fill_disk(0)
    try:
        process = await start("run", environment_of(sandbox, tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    said = await complaint(process)
    assert said.startswith("Can't use the database: ")


@in_linux
async def test_a_disk_that_fills_up_is_seen(sandbox: Sandbox, tmp_path: Path) -> None:
    watched = free_port()
    bot = await start("run", environment_of(sandbox, tmp_path, PORT=str(watched)))

    async def ready() -> int:
        url = f"http://127.0.0.1:{watched}/readyz"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status

    try:
        await sandbox.slack.wait_for_connections()
        async with asyncio.timeout(60):
            while await ready() != 200:
                await asyncio.sleep(0.05)
            fill_disk(bot.pid)
            while await ready() != 503:
                await asyncio.sleep(0.05)
            empty_disk(bot.pid)
            while await ready() != 200:
                await asyncio.sleep(0.05)
    finally:
        bot.terminate()
        await bot.communicate()
