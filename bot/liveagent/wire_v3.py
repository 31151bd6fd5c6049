"""Reads the answers of version 3, of which little is certain: what is in doubt is unknown."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AliasChoices, BeforeValidator, Field

from bot.domain.activity import Active, Doing
from bot.domain.errors import Unreadable
from bot.domain.ticket import Status
from bot.liveagent.protocol_v3 import RequestV3
from bot.liveagent.rows import MAX_ID_LENGTH
from bot.liveagent.wire import Items, Text, Wire, readable

EARLIEST, LATEST = 946_684_800, 4_102_444_800  # the years 2000 and 2100, in seconds since 1970


def _moment(value: object) -> datetime | None:
    """Reads seconds since 1970, or a time with its zone; a time without one could be any."""
    text = str(value).strip() if isinstance(value, int | float | str) else ""
    with suppress(ValueError):
        seconds = float(text)
        return datetime.fromtimestamp(seconds, UTC) if EARLIEST < seconds < LATEST else None
    with suppress(ValueError, OverflowError):  # such as of the year 1, in another zone
        written = datetime.fromisoformat(text)
        return written.astimezone(UTC) if written.tzinfo else None
    return None


Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH)]


W = TypeVar("W", bound=Wire)


class _Row(Wire):
    conversationid: Id = Field(
        validation_alias=AliasChoices("conversationid", "ticketid", "ticket_id", "id")
    )
    status: Text = ""
    datereopen: Moment = Field(
        None, validation_alias=AliasChoices("datereopen", "date_reopen", "dateReopen")
    )


class _ActiveTicket(Wire):
    ticket_id: Id = Field(validation_alias=AliasChoices("ticket_id", "ticketid"))
    date_joined: Moment = None
    status: Text = ""


class _Active(Wire):
    """Whether `id` is the agent's or the user's is not documented: see `Agent.is_named`."""

    id: Id = Field(validation_alias=AliasChoices("id", "userid", "agentid"))
    active_tickets: Items = Field(default_factory=list)


def read_wakes(request: RequestV3, answer: object) -> Mapping[str, datetime | None]:
    """Returns when the postponed tickets among the rows wake, None where it can't be read."""
    found: dict[str, datetime | None] = {}
    for row in _rows(_Row, request, answer):
        if row.status.strip().upper() == Status.POSTPONED:
            found[row.conversationid] = row.datereopen
    return found


def read_activity(request: RequestV3, answer: object) -> Sequence[Active]:
    return [
        Active(agent.id, each.ticket_id, Doing.of(each.status), each.date_joined)
        for agent in _rows(_Active, request, answer)
        for each in readable(_ActiveTicket, agent.active_tickets)
    ]


def _rows(shape: type[W], request: RequestV3, answer: object) -> Sequence[W]:
    """Returns the readable rows. Raises `Unreadable` if there are others alone."""
    items: list[object] = answer if isinstance(answer, list) else []
    rows = readable(shape, items)
    if not isinstance(answer, list) or (items and not rows):
        raise Unreadable(str(request), "no list of the expected rows")
    return rows
