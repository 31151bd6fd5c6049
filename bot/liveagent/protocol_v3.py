"""The API v3 without I/O: builds requests and interprets answers.

The key is sent in a header; answers are bare JSON, errors `{"message": …}`. No call names a user:
writes are attributed to the key's owner.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.domain.errors import (
    KeyRefused,
    NotApplied,
    NotPrivileged,
    OutcomeUnknown,
    Refused,
    Unreadable,
)
from bot.domain.ticket import Status
from bot.liveagent.protocol import check_pace, decode, foreign_answer, reason_of

GRIDS = ("grid/tickets", "grid/tickets_new")
"""The list of wake times: its current name, and the one of other servers."""
TICKETS = "tickets"
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class RequestV3:
    """A call. `name` is for logs, metrics and errors: no id and no code."""

    verb: str
    name: str
    path: str = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.verb} v3/{self.name}"


def get_row(grid: str, ticket_id: str) -> RequestV3:
    """Asks for one ticket's row. Servers ignore unknown filters: check the rows."""
    return _get_rows(grid, [["conversationid", "IN", ticket_id]])


def get_postponed(grid: str) -> RequestV3:
    return _get_rows(grid, [["status", "IN", Status.POSTPONED.value]])


def get_rows_of(grid: str, ticket_ids: Sequence[str]) -> RequestV3:
    """As `get_row`, for several tickets."""
    return _get_rows(grid, [["conversationid", "IN", ",".join(ticket_ids)]])


def find_words(words: str, page: int) -> RequestV3:
    """Asks for tickets with these words, latest change first. Some servers ignore the words."""
    return _get_tickets({"search": words}, page)


def get_of_agent(agent_ids: Sequence[str], statuses: Sequence[str], page: int) -> RequestV3:
    """Asks for tickets by assignee, or of anybody without `agent_ids`. Check the rows."""
    filters = [["status", "IN", ",".join(statuses)]] if statuses else []
    if agent_ids:
        filters.append(["agentid", "IN", ",".join(agent_ids)])
    return _get_tickets(filters, page)


def get_activity() -> RequestV3:
    return RequestV3("GET", "agents/activity", "agents/activity")


def get_answers(page: int) -> RequestV3:
    """Asks for saved answers, of all users and departments."""
    query = {"_page": str(page), "_perPage": str(MAX_ROWS)}
    return RequestV3("GET", "predefined_answers", "predefined_answers", query)


def put_postpone(ticket_id: str, until: datetime, zone: ZoneInfo) -> RequestV3:
    """Sends the time in the account's zone; read it back and compare."""
    path = f"tickets/{quote(ticket_id, safe='')}/postpone"
    written = f"{until.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return RequestV3("PUT", "tickets/{id}/postpone", path, body={"date_time": written})


def put_spam(ticket_id: str, assignee_id: str) -> RequestV3:
    """Names the assignee, which servers before March 2025 require."""
    body = {"status": Status.SPAM.value} | ({"agentid": assignee_id} if assignee_id else {})
    path = f"tickets/{quote(ticket_id, safe='')}"
    return RequestV3("PUT", "tickets/{id}", path, body=body)


def read_answer(request: RequestV3, status: int, body: bytes, retry_after: str = "") -> object:
    """Returns the answer, or raises the error that it means."""
    check_pace(str(request), status, retry_after)
    answer = decode(body)
    if not isinstance(answer, dict | list):
        raise foreign_answer(str(request), status, body)
    inner = answer.get("response", answer) if isinstance(answer, dict) else {}
    error = inner if isinstance(inner, dict) else {}
    if status < HTTPStatus.BAD_REQUEST and str(error.get("status", "")).upper() != "ERROR":
        return answer
    raise _refusal(request, status, error)


def accept_write(request: RequestV3, answer: object) -> None:
    """Raises `Unreadable` unless it is an object; the write is verified later anyway."""
    if not isinstance(answer, dict):
        raise Unreadable(str(request), "an answer to a write that is no object")


def _refusal(request: RequestV3, status: int, error: Mapping[str, object]) -> Exception:
    reason = reason_of(error.get("message") or error.get("errormessage"))
    is_key = "apikey" in reason.lower().replace(" ", "")  # one of version 1, or unknown
    match status:
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return NotApplied(str(request), "LiveAgent is being updated")
        case HTTPStatus.BAD_GATEWAY | HTTPStatus.GATEWAY_TIMEOUT:
            return OutcomeUnknown(str(request), f"HTTP {status}")
        case _ if status == HTTPStatus.UNAUTHORIZED or is_key:
            return KeyRefused(str(request), status, reason)
        case HTTPStatus.FORBIDDEN:
            return NotPrivileged(str(request), status, reason)
        case _:
            return Refused(str(request), status, reason)


def _get_tickets(filters: object, page: int) -> RequestV3:
    query = {
        "_page": str(page),
        "_perPage": str(MAX_ROWS),
        "_sortField": "date_changed",
        "_sortDir": "DESC",
        "_filters": json.dumps(filters),
    }
    return RequestV3("GET", TICKETS, TICKETS, query)


def _get_rows(grid: str, filters: Sequence[Sequence[str]]) -> RequestV3:
    query = {"_perPage": str(MAX_ROWS), "_filters": json.dumps(filters)}
    return RequestV3("GET", grid, grid, query)
