"""Reads the answers of version 3, of which little is documented: doubtful values are unknown."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from html import escape
from typing import Annotated, TypeVar

from pydantic import AliasChoices, BeforeValidator, Field

from bot.domain.activity import Active, Doing
from bot.domain.answers import MAX_TEXT, PredefinedAnswer
from bot.domain.errors import Unreadable
from bot.domain.markup import MAX_BODY, Tag, tokens, visible
from bot.domain.people import Department
from bot.domain.ticket import Status, Ticket
from bot.liveagent.protocol_v3 import RequestV3
from bot.liveagent.rows import MAX_ID_LENGTH, read_time
from bot.liveagent.wire import Items, Line, Text, Wire, check_count, readable

EARLIEST, LATEST = 946_684_800, 4_102_444_800  # the years 2000 and 2100, in seconds since 1970


def _moment(value: object) -> datetime | None:
    """Reads seconds since 1970, or a time with its zone; one without a zone is ambiguous."""
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
    agentid: Text = Field("", validation_alias=AliasChoices("agentid", "agent_id"))
    datereopen: Moment = Field(
        None, validation_alias=AliasChoices("datereopen", "date_reopen", "dateReopen")
    )


class FoundRow(Wire):
    """A row of `GET /tickets`, with the documented names or those of the list of tickets."""

    id: Id = Field(validation_alias=AliasChoices("id", "conversationid", "ticketid", "ticket_id"))
    code: Text = ""
    subject: Line = ""
    status: Text = ""
    departmentid: Text = Field("", validation_alias=AliasChoices("departmentid", "department_id"))
    owner_name: Line = Field("", validation_alias=AliasChoices("owner_name", "ownername"))
    owner_email: Line = Field("", validation_alias=AliasChoices("owner_email", "owneremail"))
    agentid: Text = Field("", validation_alias=AliasChoices("agentid", "agent_id"))
    created: Text = Field("", validation_alias=AliasChoices("date_created", "datecreated"))
    changed: Text = Field("", validation_alias=AliasChoices("date_changed", "datechanged"))
    public_code: Text = Field(
        "", validation_alias=AliasChoices("public_access_urlcode", "publicurlcode")
    )

    @property
    def tells_assignee(self) -> bool:
        return "agentid" in self.model_fields_set

    @property
    def needs_zone(self) -> bool:
        """Whether its time has no zone."""
        return _moment(self.created) is None and read_time(self.created, UTC) is not None

    def is_created(self, at: datetime | None, zone: tzinfo) -> bool:
        """Whether it was created then, if its times are in this zone."""
        return at is not None and read_time(self.created, zone) == at

    def to_ticket(self, zone: tzinfo | None) -> Ticket:
        """Returns the ticket; times without a zone are in this one, or unknown."""

        def moment(text: str) -> datetime | None:
            return _moment(text) or (read_time(text, zone) if zone else None)

        return Ticket(
            id=self.id,
            code=self.code,
            status=self.status.strip().upper(),
            subject=self.subject.strip(),
            department=Department(self.departmentid, ""),
            owner_name=self.owner_name.strip(),
            owner_email=self.owner_email.strip(),
            created=moment(self.created),
            changed=moment(self.changed),
            assignee_id=self.agentid,
            public_code=self.public_code,
        )


class _Answer(Wire):
    """Its text is plain unless `format` says that it is HTML (documented)."""

    id: Id = Field(validation_alias=AliasChoices("id", "predefinedanswerid"))
    name: Line = ""
    subject: Line = ""
    body: Text = ""
    format: Text = ""
    userid: Text = Field("", validation_alias=AliasChoices("userid", "user_id"))
    departmentid: Text = Field("", validation_alias=AliasChoices("departmentid", "department_id"))

    @property
    def label(self) -> str:
        return self.name.strip() or self.subject.strip()

    def to_answer(self) -> PredefinedAnswer:
        is_html = self.format.strip().upper() == "H"
        body = self.body[:MAX_BODY]
        text = "".join(map(_shown, tokens(body))) if is_html else body
        return PredefinedAnswer(
            id=self.id,
            name=self.label,
            html=body if is_html else escape(body, quote=False).replace("\n", "<br>"),
            text=text[:MAX_TEXT],  # longer texts do not fit into a reply
            user_id=self.userid,
            department_id=self.departmentid,
        )


_INLINE_TAGS = {"a", "b", "code", "del", "em", "font", "i", "s", "span", "strong", "u"}


def _shown(token: str | Tag) -> str:
    """Returns the text; tags separate words, except within one."""
    if isinstance(token, str):
        return token
    return "" if token.name in _INLINE_TAGS else " "


class _ActiveTicket(Wire):
    ticket_id: Id = Field(validation_alias=AliasChoices("ticket_id", "ticketid"))
    date_joined: Moment = None
    status: Text = ""


class _Active(Wire):
    """It is undocumented whether `id` is the agent's or the user's: see `Agent.is_named`."""

    id: Id = Field(validation_alias=AliasChoices("id", "userid", "agentid"))
    active_tickets: Items = Field(default_factory=list)


def read_wakes(request: RequestV3, answer: object) -> Mapping[str, datetime | None]:
    """Returns when the postponed tickets among the rows wake, None if unreadable."""
    found: dict[str, datetime | None] = {}
    for row in _rows(_Row, request, answer):
        if row.status.strip().upper() == Status.POSTPONED:
            found[row.conversationid] = row.datereopen
    return found


def read_assignees(request: RequestV3, answer: object) -> Mapping[str, str]:
    """Returns the assignees' ids by ticket id, "" for nobody; rows without one are left out."""
    return {
        row.conversationid: row.agentid
        for row in _rows(_Row, request, answer)
        if "agentid" in row.model_fields_set
    }


def read_found(request: RequestV3, answer: object) -> tuple[Sequence[FoundRow], int]:
    """Returns the readable rows, and how many came."""
    return _rows(FoundRow, request, answer), len(answer) if isinstance(answer, list) else 0


def read_answers(request: RequestV3, answer: object) -> tuple[Sequence[PredefinedAnswer], int]:
    """Returns the answers that have a text, and how many rows came."""
    read = [row.to_answer() for row in _rows(_Answer, request, answer) if row.label]
    usable = [each for each in read if visible(each.text)]
    return usable, len(answer) if isinstance(answer, list) else 0


def read_activity(request: RequestV3, answer: object) -> Sequence[Active]:
    return [
        Active(agent.id, each.ticket_id, Doing.of(each.status), each.date_joined)
        for agent in _rows(_Active, request, answer)
        for each in readable(_ActiveTicket, agent.active_tickets)
    ]


def _rows(shape: type[W], request: RequestV3, answer: object) -> Sequence[W]:
    """Returns the readable rows. Raises `Unreadable` if there are only others."""
    items: list[object] = answer if isinstance(answer, list) else []
    check_count(request, "rows", len(items))
    rows = readable(shape, items)
    if not isinstance(answer, list) or (items and not rows):
        raise Unreadable(str(request), "no list of the expected rows")
    return rows
