"""Reads the answers of Slack's Web API, and makes one error of all failures."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.session import ALL_ATTEMPTS_SECONDS

HTTP_OK = 200
MAX_PROBLEM_LENGTH = 300
UNREADABLE = "unreadable"
_READING_ANOTHER_FORM = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""Raised when an answer is not in Slack's form."""


def scopes_of(answer: AsyncSlackResponse) -> frozenset[str] | None:
    """Returns what the token may do; None if Slack, or a proxy, does not say."""
    scopes = answer.headers.get("X-OAuth-Scopes")
    return None if scopes is None else frozenset(scopes.replace(",", " ").split())


def marked(answer: AsyncSlackResponse, payload: Mapping[str, object]) -> str:
    """Returns the timestamp of the message with this payload of metadata, or ""."""
    for message in answer.get("messages") or ():
        if (message.get("metadata") or {}).get("event_payload") == payload:
            return str(message["ts"])
    return ""


def next_page(answer: AsyncSlackResponse) -> str:
    """Returns the cursor of the next page, or "" for none."""
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


def problems_in(answer: object) -> list[str]:
    """Returns what `blocks.validate` reports; nothing if the answer is any other refusal."""
    found = answer.get("errors") if isinstance(answer, AsyncSlackResponse) else None
    return [_describe(each) for each in found if isinstance(each, dict)] if found else []


def _describe(problem: Mapping[str, Any]) -> str:
    """Returns the place, Slack's message and code, and the limit if Slack names one."""
    text = f"{problem.get('pointer') or '/'} {problem.get('message')} ({problem.get('code')})"
    limit = problem.get("constraint")
    return (
        f"{text}, {json.dumps(limit)}"[:MAX_PROBLEM_LENGTH] if limit else text[:MAX_PROBLEM_LENGTH]
    )


@asynccontextmanager
async def as_one_error(call: str) -> AsyncIterator[None]:
    """Converts errors. Slack's text is kept; the HTTP client's is not, as it contains addresses."""
    try:
        async with asyncio.timeout(ALL_ATTEMPTS_SECONDS):
            yield
    except SlackApiError as error:
        raise SlackDoesNotAnswer(call, _why(error.response)) from None
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        raise SlackDoesNotAnswer(call, type(error).__name__) from None
    except _READING_ANOTHER_FORM:
        raise SlackDoesNotAnswer(call, UNREADABLE) from None


def _why(answer: object) -> str:
    """Returns Slack's name of the error; a proxy answers in another form, as 503 in plain text."""
    data = getattr(answer, "data", answer)
    said = data.get("error") if isinstance(data, dict) else None
    if said:
        return str(said)
    status = getattr(answer, "status_code", HTTP_OK)
    return UNREADABLE if status == HTTP_OK else f"HTTP {status}"
