"""Slack's files are read from Slack's hosts only, and never into memory as a whole."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import FileUnfit, SlackDoesNotAnswer
from bot.domain.files import PART_BYTES, FileTrouble
from bot.slack.client import Slack
from bot.slack.files import SlackFiles
from bot.slack.session import new_session

SIZE = 25_000_000
TOKEN = "xoxb-secret"


def to(address: str) -> Callable[[], web.Response]:
    return lambda: web.Response(status=302, headers={"Location": address})


class Hosts:
    """Slack, and a host that is not Slack's: it is seen as another by its port."""

    def __init__(self) -> None:
        self.foreign_headers: list[str] = []
        self.called: list[tuple[str, object]] = []
        self.answers: dict[str, Callable[[], web.Response]] = {}

    async def slacks(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        if request.path == "/large":
            answer = web.StreamResponse()
            await answer.prepare(request)
            for _ in range(SIZE // 100_000):
                await answer.write(b"x" * 100_000)
            return answer
        return self.answers[request.path]()

    async def web_api(self, request: web.Request) -> web.Response:
        self.called.append((request.query_string, await request.json()))
        return web.json_response({"ok": True})

    async def others(self, request: web.Request) -> web.Response:
        self.foreign_headers.append(str(dict(request.headers)))
        return web.Response(body=b"mine now")


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
async def foreign(hosts: Hosts) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_get("/{any:.*}", hosts.others)
    server = TestServer(app)
    async with server:
        yield server


@pytest.fixture
async def files(hosts: Hosts) -> AsyncIterator[tuple[SlackFiles, str]]:
    app = web.Application()
    app.router.add_get("/{any:.*}", hosts.slacks)
    app.router.add_post("/api/{method}", hosts.web_api)
    async with TestServer(app) as server, new_session() as session:
        url = str(server.make_url("/api/"))
        yield SlackFiles(Slack(session, TOKEN, url), TOKEN, url), str(server.make_url("/"))


async def test_a_large_file_passes_in_parts_while_others_work(
    files: tuple[SlackFiles, str],
) -> None:
    reader, url = files
    total, longest, waits = 0, 0.0, 0
    loop = asyncio.get_running_loop()

    async def others() -> None:
        nonlocal longest, waits
        while True:
            began = loop.time()
            await asyncio.sleep(0.001)
            longest, waits = max(longest, loop.time() - began), waits + 1

    working = asyncio.create_task(others())
    tracemalloc.start()
    async for part in reader.read(f"{url}large"):
        assert len(part) <= PART_BYTES
        total += len(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    working.cancel()
    assert total == SIZE
    assert peak < 8_000_000
    assert waits > 10


@pytest.mark.parametrize(
    "address", ["https://evil.example/f", "https://notslack.com/f", "http://slack.com/f", "x", ""]
)
async def test_no_other_host_is_asked(files: tuple[SlackFiles, str], address: str) -> None:
    with pytest.raises(FileUnfit) as refused:
        await anext(files[0].read(address))
    assert refused.value.trouble is FileTrouble.ELSEWHERE


async def test_a_redirect_to_another_host_is_not_followed(
    files: tuple[SlackFiles, str], hosts: Hosts, foreign: TestServer
) -> None:
    hosts.answers["/f"] = to(str(foreign.make_url("/f")))
    with pytest.raises(FileUnfit):
        await anext(files[0].read(f"{files[1]}f"))
    assert hosts.foreign_headers == []


async def test_a_redirect_within_slack_is_followed_but_not_for_ever(
    files: tuple[SlackFiles, str], hosts: Hosts
) -> None:
    hosts.answers = {"/f": to("/g"), "/g": lambda: web.Response(body=b"content")}
    assert [each async for each in files[0].read(f"{files[1]}f")] == [b"content"]
    hosts.answers["/g"] = to("/f")
    with pytest.raises(FileUnfit):
        await anext(files[0].read(f"{files[1]}f"))


async def test_names_of_files_stand_in_no_address(
    files: tuple[SlackFiles, str], hosts: Hosts
) -> None:
    """An address has room for few of them, and what passes it on may log it."""
    titles = {f"F{n}": "写" * 60 for n in range(10)}
    await files[0].slack.complete_uploads("D1", titles)
    posted = [{"id": each, "title": title} for each, title in titles.items()]
    assert hosts.called == [("", {"files": posted, "channel_id": "D1"})]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(text="<html>Sign in", content_type="text/html"), FileUnfit),
        (web.Response(text="<!DOCTYPE html><p>Sign in"), FileUnfit),
        (web.Response(status=302, headers={"Location": "http://["}), FileUnfit),
        (web.Response(status=404), FileUnfit),
        (web.Response(status=500), SlackDoesNotAnswer),
        (web.Response(status=429), SlackDoesNotAnswer),
    ],
)
async def test_a_page_instead_of_a_file_raises(
    files: tuple[SlackFiles, str], hosts: Hosts, answer: web.Response, error: type[Exception]
) -> None:
    hosts.answers["/f"] = lambda: answer
    with pytest.raises(error):
        await anext(files[0].read(f"{files[1]}f"))
