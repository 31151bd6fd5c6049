"""Files of tickets: the key stays with the account's own host, and goes to no other call."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.domain.errors import FileOutOfReach, NotApplied, OutcomeUnknown
from bot.domain.files import PART_BYTES
from bot.liveagent.client import LiveAgent
from bot.liveagent.pace import Pace

KEY = "key-secret"


class Hosts:
    """The account's host, and another one: what it is asked is kept."""

    def __init__(self) -> None:
        self.answer: Callable[[], web.StreamResponse] = lambda: web.Response(body=b"content")
        self.asked: list[str] = []
        self.asked_elsewhere: list[str] = []

    async def accounts(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(str(request.rel_url))
        if request.path == "/files/large":
            answer = web.StreamResponse()
            await answer.prepare(request)
            for _ in range(30):
                await answer.write(b"x" * 100_000)
            return answer
        return self.answer() if request.path != "/files/moved" else web.Response(body=b"moved")

    async def others(self, request: web.Request) -> web.Response:
        self.asked_elsewhere.append(f"{request.rel_url} {dict(request.headers)}")
        return web.Response(body=b"stored elsewhere")


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


async def serving(handler: Callable[[web.Request], object]) -> TestServer:
    app = web.Application()
    app.router.add_get("/{any:.*}", handler)  # type: ignore[arg-type]
    server = TestServer(app)
    await server.start_server()
    return server


@pytest.fixture
async def elsewhere(hosts: Hosts) -> AsyncIterator[str]:
    server = await serving(hosts.others)
    yield str(server.make_url("/stored?sig=1"))
    await server.close()


@pytest.fixture
async def system(hosts: Hosts) -> AsyncIterator[LiveAgent]:
    server = await serving(hosts.accounts)
    async with ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        yield LiveAgent(session, url, KEY, ZoneInfo("UTC"), Pace(10**6), lambda *_: None)
    await server.close()


async def content(system: LiveAgent, address: str) -> bytes:
    return b"".join([part async for part in system.download(address)])


async def test_a_download_takes_the_key(system: LiveAgent, hosts: Hosts) -> None:
    assert await content(system, "/files/f1?v=2") == b"content"
    assert await content(system, f"{system.url}/api/v3/files/f1") == b"content"
    assert hosts.asked == [f"/files/f1?v=2&apikey={KEY}", f"/api/v3/files/f1?apikey={KEY}"]


async def test_a_large_file_comes_in_parts(system: LiveAgent) -> None:
    sizes = [len(part) async for part in system.download("files/large")]
    assert sum(sizes) == 3_000_000
    assert set(sizes[:-1]) == {PART_BYTES}


async def test_another_host_is_asked_without_the_key(
    system: LiveAgent, hosts: Hosts, elsewhere: str
) -> None:
    """Also where LiveAgent would pass it on."""
    address = f"{elsewhere}&apikey={KEY}"
    hosts.answer = lambda: web.Response(status=302, headers={"Location": address})
    assert await content(system, "/files/f1") == b"stored elsewhere"
    assert len(hosts.asked_elsewhere) == 1
    assert KEY not in hosts.asked_elsewhere[0]
    hosts.answer = lambda: web.Response(
        status=302, headers={"Location": f"{elsewhere}&back=%2F{KEY}"}
    )
    with pytest.raises(FileOutOfReach):
        await content(system, "/files/f1")
    assert len(hosts.asked_elsewhere) == 1


async def test_urls_outside_the_help_desks_path_are_not_requested(
    system: LiveAgent, hosts: Hosts
) -> None:
    """Where the help desk is one of several things on it."""
    below = replace(system, url=f"{system.url}/help")
    assert await content(below, "files/f1") == b"content"
    with pytest.raises(FileOutOfReach):
        await content(below, f"{system.url}/shop/f1")
    assert hosts.asked == [f"/help/files/f1?apikey={KEY}"]


async def test_a_redirect_at_home_takes_the_key_along(system: LiveAgent, hosts: Hosts) -> None:
    hosts.answer = lambda: web.Response(status=302, headers={"Location": "/files/moved"})
    assert await content(system, "/files/f1") == b"moved"
    assert hosts.asked[-1] == f"/files/moved?apikey={KEY}"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/files/f1",
        "//evil.example/files/f1",
        "http://[",
        "file:///etc/passwd",
        "/api/agents",
        "/API/agents",
        "api/index.php?handler=agents",
        "/api/files/../agents",
        "/files/%2e%2e/api/agents",
        "/files/%252e%252e/api/agents",
        "/api/files/..;/agents",
        "/api;v=1/agents",
        "/index.php/api/agents",
        "/./api/agents",
        "//api/agents",
        "/files/..%2f..%2fapi/agents",
    ],
)
async def test_a_customers_word_leads_to_no_other_call(
    system: LiveAgent, hosts: Hosts, address: str
) -> None:
    """The address stands in a message: a customer may have named a file so."""
    with pytest.raises((FileOutOfReach, NotApplied, OutcomeUnknown)):
        await content(system, address)
    assert not any("agents" in each for each in hosts.asked)


@pytest.mark.parametrize(
    ("status", "error"), [(404, FileOutOfReach), (403, FileOutOfReach), (503, NotApplied)]
)
async def test_error_statuses_raise(
    system: LiveAgent, hosts: Hosts, status: int, error: type[Exception]
) -> None:
    hosts.answer = lambda: web.Response(status=status)
    with pytest.raises(error):
        await content(system, "/files/f1")


async def test_redirects_come_to_an_end(system: LiveAgent, hosts: Hosts) -> None:
    hosts.answer = lambda: web.Response(status=302, headers={"Location": "/files/f1"})
    with pytest.raises(FileOutOfReach):
        await content(system, "/files/f1")
    assert len(hosts.asked) < 6
