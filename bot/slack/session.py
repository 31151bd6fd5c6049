"""The HTTP session for all calls, and the SDK's client with its retries."""

import os
from http import HTTPStatus
from urllib.request import getproxies

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

SECONDS = 10
ALL_ATTEMPTS_SECONDS = 15.0  # a user waits; callers retry what can wait


def new_session() -> aiohttp.ClientSession:
    """Returns the session for all HTTP calls, with a time limit, which Slack's SDK does not set.

    It uses the environment's proxy, but no passwords from ~/.netrc: aiohttp would send them to
    LiveAgent, and refuse to call Slack with them.
    """
    os.environ["NETRC"] = os.devnull
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=bool(getproxies()),  # without a proxy there is nothing to look up at each call
        timeout=aiohttp.ClientTimeout(total=SECONDS),
    )


class PoliteRetryHandler(AsyncRateLimitErrorRetryHandler):
    """Retries a 429 after the time that Slack asks for, unless that is too long for a user.

    The SDK's own handler waits for hours, and fails on a `Retry-After` that is not a number.
    """

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002  the SDK passes it by name
        request: HttpRequest,  # noqa: ARG002  the same
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  the same
    ) -> bool:
        if response is None or response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            return False
        headers = {name.lower(): values for name, values in response.headers.items()}
        return all(_is_short(value) for value in headers.get("retry-after", ()))


def _is_short(seconds: str) -> bool:
    is_number = seconds.isascii() and seconds.isdecimal() and len(seconds) < len("86400")
    return is_number and int(seconds) < ALL_ATTEMPTS_SECONDS


def retry_handlers() -> list[AsyncRetryHandler]:
    """Returns handlers for failed connections and 429; by default the SDK does not retry 429."""
    return [AsyncConnectionErrorRetryHandler(), PoliteRetryHandler(max_retry_count=2)]


def web_client(session: aiohttp.ClientSession, token: str | None, api_url: str) -> AsyncWebClient:
    """Returns the SDK's client; `api_url` may end in a slash."""
    return AsyncWebClient(
        token=token,
        base_url=api_url.rstrip("/") + "/",
        timeout=SECONDS,
        session=session,
        retry_handlers=retry_handlers(),
    )
