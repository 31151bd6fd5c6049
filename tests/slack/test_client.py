"""The client's calls, and what it does if Slack limits or refuses them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.client import Slack
from bot.slack.session import new_session
from tests.checks.pages import serving

MESSAGE = {"text": "Hello"}
CALLS: dict[str, Callable[[Slack, str], Awaitable[object]]] = {
    "chat.postMessage": lambda slack, _: slack.post("C1", MESSAGE),
    "users.info": lambda slack, _: slack.user("U1"),
    "response_url": lambda slack, url: slack.respond(f"{url}/commands/1", MESSAGE),
}


@asynccontextmanager
async def busy(retry_after: str, times: int) -> AsyncIterator[str]:
    """A Slack that has had enough for so many calls."""
    left = times

    def answer(_: web.Request) -> web.Response:
        nonlocal left
        left -= 1
        if left < 0:
            return web.json_response({"ok": True, "channel": "C1", "ts": "1.0"})
        headers = {"Retry-After": retry_after}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

    async with serving(answer) as url:
        yield url


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("retry_after", ["86400", "9" * 400, "-1", "soon", "²"])
async def test_an_absurd_retry_after_is_not_waited_for(
    session: aiohttp.ClientSession, call: str, retry_after: str
) -> None:
    async with busy(retry_after, times=1) as url:
        slack = Slack(session, "xoxb-", f"{url}/api/")
        with pytest.raises(SlackDoesNotAnswer) as refused:
            await CALLS[call](slack, url)
    assert "ratelimited" in refused.value.why


@pytest.mark.parametrize("call", CALLS)
async def test_a_short_retry_after_is_waited_for(session: aiohttp.ClientSession, call: str) -> None:
    async with busy("0", times=1) as url:
        await CALLS[call](Slack(session, "xoxb-", f"{url}/api/"), url)


@pytest.mark.parametrize("call", ["chat.postMessage", "users.info"])
@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (503, "text/plain", b"upstream connect error"),
        (502, "text/plain", b""),
        (200, "text/plain", b"OK"),
        (200, "application/json", b"[]"),
        (200, "application/json", b'{"ok": true, "user": "\xff"}'),
        (200, "application/json", b"[" * 100_000),
    ],
)
async def test_an_answer_of_another_form_is_slacks_failure(
    session: aiohttp.ClientSession, call: str, status: int, content_type: str, body: bytes
) -> None:
    """A proxy's, while Slack is down: what waits for Slack goes on waiting."""

    def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, content_type=content_type, body=body)

    async with serving(answer) as url:
        with pytest.raises(SlackDoesNotAnswer) as refused:
            await CALLS[call](Slack(session, "xoxb-", f"{url}/api/"), url)
    assert refused.value.why == (f"HTTP {status}" if status >= 500 else "unreadable")


@pytest.mark.parametrize("proxies", [{}, {"HTTPS_PROXY": "http://127.0.0.1:1"}])
async def test_no_password_of_netrc_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: dict[str, str]
) -> None:
    (tmp_path / "netrc").write_text("default login ann password hidden\n")
    for name, value in {**proxies, "NETRC": str(tmp_path / "netrc")}.items():
        monkeypatch.setenv(name, value)
    sent: list[str | None] = []

    def answer(request: web.Request) -> web.Response:
        sent.append(request.headers.get("Authorization"))
        return web.Response()

    async with serving(answer) as url, new_session() as session, session.get(url):
        assert sent == [None]
