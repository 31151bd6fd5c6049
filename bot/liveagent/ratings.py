"""Reads the undocumented report of customers' ratings.

Public clients show rows of rankingType, datecreated, conversationid, agentEmail, requesterEmail and
comment; message types call a reward W and a punishment P.
"""

import re
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import structlog
from pydantic import AliasChoices, BeforeValidator, Field

from bot.domain.errors import Unreadable
from bot.domain.rating import Rating
from bot.liveagent.protocol import Request
from bot.liveagent.rows import MAX_ID_LENGTH, read_time
from bot.liveagent.wire import Line, Text, Wire, read_rows

log = structlog.get_logger()

_KEYS = ("ranking", "rankings", "ranks", "ratings")
_GOOD, _BAD = re.compile(r"[rwg+].*|positive|[1-9]\d*"), re.compile(r"[pb-].*|negative")


def _is_good(kind: object) -> bool | None:
    """Reads letters, words and signed numbers."""
    word = str(kind).strip().lower()
    if _GOOD.fullmatch(word):
        return True
    return False if _BAD.fullmatch(word) else None


class _Rating(Wire):
    """A row; it omits the customer."""

    kind: Annotated[bool | None, BeforeValidator(_is_good)] = Field(
        validation_alias=AliasChoices("rankingType", "rankingtype", "ranking_type", "type")
    )
    created: Text = Field("", validation_alias=AliasChoices("datecreated", "dateCreated"))
    ticket_id: Annotated[Text, Field(max_length=MAX_ID_LENGTH)] = Field(
        "", validation_alias=AliasChoices("conversationid", "conversationId", "ticketid")
    )
    agent_email: Line = Field("", validation_alias=AliasChoices("agentEmail", "agentemail"))
    comment: Line = ""


def read_ratings(request: Request, response: object, zone: ZoneInfo) -> Sequence[Rating]:
    """Returns the readable rows.

    Raises:
        Unreadable: there are rows, but none has a readable time.

    """
    rows = read_rows(_Rating, request, _under_a_known_key(response), *_KEYS)
    found = [
        Rating(row.kind, created, row.ticket_id, row.agent_email.strip(), row.comment.strip())
        for row in rows
        if (created := read_time(row.created, zone))
    ]
    if rows and not found:
        raise Unreadable(str(request), f"none of {len(rows)} ratings says when it was given")
    if len(found) < len(rows):
        log.warning("rows left out", call=str(request), read=len(found), of=len(rows))
    return found


def _under_a_known_key(response: object) -> object:
    """Returns the only list in the response, if none of the known keys holds it."""
    if not isinstance(response, dict) or any(response.get(key) for key in _KEYS):
        return response
    lists = [value for value in response.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 else response
