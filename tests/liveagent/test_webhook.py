"""LiveAgent's rules hasten a poll, and nobody learns anything from the answers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import pytest

from bot.liveagent import webhook
from bot.slack.server import listening

SECRET = "n0t-guessed_by-anybody-at-all"


@dataclass
class Door:
    url: str = ""
    hastened: int = 0
    counted: list[bool] = field(default_factory=list)

    def hasten(self) -> None:
        self.hastened += 1

    def count(self, *, is_right: bool) -> None:
        self.counted.append(is_right)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    routes = webhook.routes(SECRET, door.hasten, door.count)
    async with listening("127.0.0.1", 0, routes) as port:
        door.url = f"http://127.0.0.1:{port}{webhook.PATH}"
        yield door


async def test_the_right_secret_hastens(door: Door, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{door.url}/{SECRET}", data=b'{"id": {$conv}') as answer:
        assert (answer.status, await answer.read()) == (HTTPStatus.NO_CONTENT, b"")
    assert door.hastened == 1


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["", "wrong", SECRET[:-1], f"{SECRET}/x", "%00", "a/../b", "é"])
async def test_everything_else_is_answered_alike_and_does_nothing(
    door: Door, session: aiohttp.ClientSession, method: str, path: str
) -> None:
    async with session.request(method, f"{door.url}/{path}") as answer:
        wrong = answer.status, await answer.read(), {*answer.headers}
    assert not door.hastened
    async with session.post(f"{door.url}/{SECRET}") as answer:
        assert wrong == (answer.status, await answer.read(), {*answer.headers})
    assert door.counted == [False, True]


async def test_a_large_body_is_not_waited_for(door: Door, session: aiohttp.ClientSession) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        async with session.post(f"{door.url}/wrong"):
            yield b"x"

    async with session.post(f"{door.url}/{SECRET}", data=endless()) as answer:
        assert answer.status == HTTPStatus.NO_CONTENT
    assert door.hastened == 1
