"""The bot and its peers, each a server over HTTP, and what Slack sends them, signed."""

import asyncio
import hashlib
import hmac
import json
import os
import shutil
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from bot.sandbox import Sandbox, open_sandbox
from tests.manifest import read_manifest

BOLT_FOR_JAVASCRIPT = "@slack/bolt@5.1.0"
BOT, FLOOR = "this bot", "bare aiohttp"
PYTHON, JAVASCRIPT = "bare Bolt for Python", "bare Bolt for JavaScript"
AT_ONCE = "bare Bolt for Python, `process_before_response`"
PATH = "/slack/events"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PATIENCE = 60.0
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds that it has used, in its own code and in the kernel's."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def start_servers() -> AsyncIterator[Sequence[Server]]:
    """The bot, its peers and, where there is node, bare Bolt for JavaScript."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        sandbox = await stack.enter_async_context(open_sandbox(read_manifest()))
        sandbox.liveagent.switches.calls_per_minute = 10**9
        python = sys.executable
        serving = [
            _serving(BOT, (python, "-m", "bot", "run"), _settings(sandbox, folder)),
            _serving(PYTHON, (python, str(HERE / "peer.py"))),
            _serving(AT_ONCE, (python, str(HERE / "peer.py")), {"PROCESS_BEFORE_RESPONSE": "1"}),
            _serving(FLOOR, (python, "-m", "tests.bench.floor"), {"FOLDER": str(folder)}),
        ]
        if await _has_bolt_for_javascript(folder):
            modules = {"NODE_PATH": str(folder / "node_modules"), "NODE_ENV": "production"}
            serving.append(_serving(JAVASCRIPT, ("node", str(HERE / "peer.js")), modules))
        yield [await stack.enter_async_context(each) for each in serving]


async def _has_bolt_for_javascript(folder: Path) -> bool:
    """Installs it there."""
    if not (shutil.which("node") and shutil.which("npm")):
        print("(no node and npm here: Bolt for JavaScript is left out)\n")
        return False
    command = ("npm", "install", "--silent", "--prefix", str(folder), BOLT_FOR_JAVASCRIPT)
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL)
    if await process.wait():
        print("(npm can't install Bolt for JavaScript here: it is left out)\n")
        return False
    return True


def _settings(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": sandbox.slack.bot_token,
        "SLACK_API_URL": sandbox.slack.api_url.rstrip("/"),
        "LIVEAGENT_URL": sandbox.liveagent.url,
        "LIVEAGENT_API_KEY": sandbox.liveagent.api_key,
        "DATABASE_URL": f"sqlite:///{folder}/tickets.db",
        "LOG_FORMAT": "json",
    }


@asynccontextmanager
async def _serving(
    name: str, command: Sequence[str], settings: Mapping[str, str] = {}
) -> AsyncIterator[Server]:
    port = _free_port()
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"PORT": str(port), "SLACK_SIGNING_SECRET": SECRET, **settings}
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=DEVNULL)
    try:
        await _wait_until_open(port, process)
        yield Server(name, port, process.pid)
    finally:
        process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def _wait_until_open(port: int, process: Process) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                assert process.returncode is None, "it ended"
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


@dataclass(frozen=True, slots=True)
class Slack:
    """A connection to one of them."""

    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    async def send(self, request: bytes) -> float:
        """Returns the seconds until it is acknowledged."""
        started = time.perf_counter()
        self._writer.write(request)
        await self._read_answer()
        return time.perf_counter() - started

    async def _read_answer(self) -> None:
        """An empty one, of a known length or in chunks."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        if b"transfer-encoding: chunked" in head:
            assert await self._reader.readuntil(b"\r\n\r\n") == b"0\r\n\r\n"
        else:
            assert b"content-length: 0" in head, head


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Slack]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Slack(reader, writer)
    finally:
        writer.close()


def signed(interaction: Mapping[str, Any]) -> bytes:
    """Returns the request for what Ann did, signed just now."""
    known = {
        "user": {"id": "U0ANN", "username": "ann", "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
    }
    body = urlencode({"payload": json.dumps(known | dict(interaction))}).encode()
    now = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256)
    head = [
        f"POST {PATH} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {now}",
        f"X-Slack-Signature: v0={signature.hexdigest()}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body
