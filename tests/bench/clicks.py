"""Signed clicks over HTTP, sent to the bot and to its peers by turns: latency and throughput."""

import asyncio
import hashlib
import hmac
import json
import os
import shutil
import socket
import statistics
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bot.sandbox import Sandbox, open_sandbox
from tests.manifest import read_manifest

BOLT_FOR_JAVASCRIPT = "@slack/bolt@5.1.0"
BOT, PYTHON, JAVASCRIPT = "this bot", "bare Bolt for Python", "bare Bolt for JavaScript"
FLOOR = "bare aiohttp, which only checks the signature"
PATH = "/slack/events"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ROUNDS, PATIENCE = 5, 60.0
CLICKS = {1: 200, 16: 1600, 64: 1600}  # by connections
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Figures:
    """`p50` and `cpu` (of the server, a click) in seconds; `per_second` over all connections."""

    p50: float
    per_second: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    pid: int


async def measure() -> Mapping[str, Mapping[int, Figures]]:
    """By server and connections: the median of rounds in which all had their turns."""
    async with AsyncExitStack() as stack:
        servers = [server async for server in _started(stack)]
        for server in servers:
            await _clicked(server, 16, 300)  # warm
        rounds: dict[tuple[str, int], list[Figures]] = {}
        for connections, clicks in CLICKS.items():
            for _ in range(ROUNDS):
                for server in servers:
                    found = await _clicked(server, connections, clicks)
                    rounds.setdefault((server.name, connections), []).append(found)
    return {
        server.name: {number: _median(rounds[server.name, number]) for number in CLICKS}
        for server in servers
    }


def _median(rounds: Sequence[Figures]) -> Figures:
    return Figures(*map(statistics.median, zip(*map(astuple, rounds), strict=True)))


async def _started(stack: AsyncExitStack) -> AsyncIterator[Server]:
    """The bot, its peers and, where there is node, bare Bolt for JavaScript."""
    folder = Path(stack.enter_context(TemporaryDirectory()))
    manifest = read_manifest()
    sandbox = await stack.enter_async_context(open_sandbox(manifest))
    bot = (sys.executable, "-m", "bot", "run")
    yield await stack.enter_async_context(_serving(BOT, bot, _settings(sandbox, folder)))
    peer = (sys.executable, str(HERE / "peer.py"))
    yield await stack.enter_async_context(_serving(PYTHON, peer))
    floor = (sys.executable, str(HERE / "floor.py"))
    yield await stack.enter_async_context(_serving(FLOOR, floor))
    if not (shutil.which("node") and shutil.which("npm")):
        print("(no node and npm here: Bolt for JavaScript is left out)\n")
        return
    installing = ("npm", "install", "--silent", "--prefix", str(folder), BOLT_FOR_JAVASCRIPT)
    process = await asyncio.create_subprocess_exec(*installing, stdout=DEVNULL)
    if await process.wait():
        print("(npm can't install Bolt for JavaScript here: it is left out)\n")
        return
    modules = {"NODE_PATH": str(folder / "node_modules"), "NODE_ENV": "production"}
    peer = ("node", str(HERE / "peer.js"))
    yield await stack.enter_async_context(_serving(JAVASCRIPT, peer, modules))


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


async def _clicked(server: Server, connections: int, clicks: int) -> Figures:
    """So many over connections of which each sends one after the other."""
    requests = [_request(server.port, number) for number in range(clicks)]
    times: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while requests:
            request = requests.pop()
            started = time.perf_counter()
            writer.write(request)
            await _read_answer(reader)
            times.append(time.perf_counter() - started)
        writer.close()

    used, started = _cpu(server.pid), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    took, used = time.perf_counter() - started, _cpu(server.pid) - used
    return Figures(statistics.median(times), clicks / took, used / clicks)


def _cpu(pid: int) -> float:
    """Seconds that a process has used, in its own code and in the kernel's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _read_answer(reader: asyncio.StreamReader) -> None:
    """An empty one, of a known length or in chunks."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert head.startswith(b"http/1.1 200"), head
    if b"transfer-encoding: chunked" in head:
        assert await reader.readuntil(b"\r\n\r\n") == b"0\r\n\r\n"
    else:
        assert b"content-length: 0" in head, head


def _request(port: int, number: int) -> bytes:
    """Each another click, signed just now."""
    action = {"type": "button", "action_id": "open_in_liveagent", "block_id": "b", "value": "s4y7"}
    payload = {
        "type": "block_actions",
        "user": {"id": "U0ANN", "username": "ann", "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
        "channel": {"id": "C0SUPPORT", "name": "support"},
        "container": {"type": "message", "message_ts": "1.1", "is_ephemeral": True},
        "trigger_id": f"1.{number}",
        "response_url": "https://slack.example/r",
        "actions": [action],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    now = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256)
    head = [
        f"POST {PATH} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {now}",
        f"X-Slack-Signature: v0={signature.hexdigest()}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def table(found: Mapping[str, Mapping[int, Figures]]) -> list[str]:
    """In Markdown."""
    heads = [f"{number} connection{'s' * (number > 1)}" for number in CLICKS]
    lines = [f"| a click, acknowledged | {' | '.join(heads)} |", "| --- " * (1 + len(heads)) + "|"]
    for name, figures in found.items():
        cells = [
            f"{each.p50 * 1000:.1f} ms, {each.per_second:.0f}/s, CPU {each.cpu * 1000:.2f} ms"
            for each in figures.values()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    print("\n".join(table(asyncio.run(measure()))))
