"""Converts all forms of answers to one clean shape.

Keys are read in all spellings of the vendor's documentation (`departmemtname`, `ownermail` …);
null, "" and a missing key mean the same; numbers may replace strings.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from operator import attrgetter
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import structlog
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from bot.domain.errors import TooLong, Unreadable
from bot.domain.people import Agent, Department, Role, Tag
from bot.domain.ticket import Message, QueueLine, Ticket
from bot.domain.ticket_system import Page
from bot.liveagent.protocol import Request
from bot.liveagent.rows import MAX_ID_LENGTH, MAX_LINE, Row, as_row, read_time, to_tickets

log = structlog.get_logger()


def _text(value: object) -> object:
    """Converts null, and a list or object in place of a text, to ""."""
    return "" if value is None or isinstance(value, list | dict | bool) else value


def _cut(text: str) -> str:
    return text[:MAX_LINE]


def _count(value: object) -> int:
    digits = str(value)
    return int(digits) if digits.isdecimal() and len(digits) <= MAX_DIGITS else 0


def _items(value: object) -> list[Any]:
    """Returns a list that may come as null, as one item, or as an object of items."""
    if isinstance(value, dict):
        inner = list(value.values())
        if inner and all(isinstance(each, list) for each in inner):
            return [item for each in inner for item in each]
        return inner if all(isinstance(each, dict) for each in inner) else [value]
    return value if isinstance(value, list) else []


_FAMILY_FIRST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Japanese, Chinese, Korean

_ONLINE = frozenset("MCPT")
MAX_DIGITS = 9
MAX_ITEMS = 100_000  # of an answer; more invalid ones would take a minute to read

Text = Annotated[str, BeforeValidator(_text)]
Line = Annotated[str, BeforeValidator(_text), AfterValidator(_cut)]
Count = Annotated[int, BeforeValidator(_count)]
Items = Annotated[list[Any], BeforeValidator(_items)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)


T = TypeVar("T")
W = TypeVar("W", bound=Wire)


class _Ticket(Wire):
    conversationid: Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH)]
    code: Text = ""
    datecreated: Text = ""
    datechanged: Text = ""
    departmentname: Text = Field(
        "", validation_alias=AliasChoices("departmentname", "departmemtname", "department")
    )
    departmentid: Text = Field("", validation_alias=AliasChoices("departmentid", "departmeintid"))
    status: Text = ""
    ownername: Line = ""
    owneremail: Line = Field("", validation_alias=AliasChoices("owneremail", "ownermail"))
    subject: Line = ""
    publicurlcode: Text = ""
    assignedto: Text = ""

    def to_row(self) -> Row:
        return Row(**self.model_dump())


class _Message(Wire):
    messageid: Text = ""
    userid: Text = ""
    rtype: Text = ""
    datecreated: Text = ""
    message: Text = ""


class _Group(Wire):
    userid: Text = ""
    rtype: Text = ""
    datecreated: Text = ""
    messages: Items = Field(default_factory=list)


class _Agent(Wire):
    """Ignores `authtoken`, so that it goes nowhere."""

    userid: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("userid", "id"))]
    contactid: Text = ""
    email: Text = Field("", validation_alias=AliasChoices("email", "username"))
    firstname: Text = Field("", validation_alias=AliasChoices("firstname", "first_name"))
    lastname: Text = Field("", validation_alias=AliasChoices("lastname", "last_name"))
    name: Text = Field("", validation_alias=AliasChoices("names", "name", "fullname"))
    role: Text = ""
    onlinestatus: Text = Field(
        "?", validation_alias=AliasChoices("onlinestatus", "onlineStatus", "online_status")
    )

    @property
    def is_online(self) -> bool | None:
        """Letters mean M mail, C chat, P calls; N or none means away."""
        return None if self.onlinestatus == "?" else bool(set(self.onlinestatus.upper()) & _ONLINE)

    def to_domain(self) -> Agent:
        given = [self.firstname, self.lastname]
        if _FAMILY_FIRST.search(self.lastname):
            given.reverse()
        name = " ".join(" ".join(given).split()) or self.name.strip()
        role = Role(self.role) if self.role in set(Role) else Role.AGENT
        email = self.email.strip()
        return Agent(
            id=self.userid,
            email=email,
            name=name or email or self.userid,
            role=role,
            contact_id=self.contactid,
            is_online=self.is_online,
        )


class _Department(Wire):
    departmentid: Annotated[
        str, Field(min_length=1, validation_alias=AliasChoices("departmentid", "id"))
    ]
    name: Text = Field("", validation_alias=AliasChoices("name", "departmentname"))
    deleted: Text = ""

    @property
    def is_deleted(self) -> bool:
        return self.deleted.upper() in {"Y", "1"}

    def to_domain(self) -> Department:
        return Department(self.departmentid, self.name or self.departmentid)


class _QueueLine(_Department):
    new_count: Count = 0
    customer_reply_count: Count = 0
    chat_count: Count = 0
    total_count: Count = 0


class _Tag(Wire):
    id: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("id", "tagid"))]
    name: Text = ""


def read_ticket(request: Request, response: object, zone: ZoneInfo) -> Ticket:
    [ticket] = to_tickets([_whole(_Ticket, request, response).to_row()], zone)
    return ticket


def read_tickets(request: Request, response: object, zone: ZoneInfo) -> Page:
    """Reads rows quickly in today's form, and unusual rows through the model."""
    items = _items_of(request, response, "conversations")
    rows = items  # either all are rows or none, see `parse`
    if not (items and isinstance(items[0], Row)):
        rows = [row for item in items if (row := as_row(item) or _odd_row(item))]
    tickets = to_tickets(_kept(request, "conversations", rows, len(items)), zone)
    return Page(tickets, len(items))


def read_messages(request: Request, response: object, zone: ZoneInfo) -> Sequence[Message]:
    """Returns all groups' messages, oldest first; in LiveAgent's order if a time is missing."""
    messages: list[Message] = []
    groups = read_rows(_Group, request, response, "groups")
    check_count(request, "messages", sum(len(group.messages) for group in groups))
    for group in groups:
        written = readable(_Message, group.messages)
        if len(written) < len(group.messages):
            log.warning("messages left out", call=str(request))
        for message in written:
            when = message.datecreated or group.datecreated
            messages.append(
                Message(
                    id=message.messageid,
                    kind=message.rtype,
                    channel=group.rtype,
                    author_id=message.userid or group.userid,
                    created=read_time(when, zone),
                    body=message.message,
                )
            )
    times = [message.created for message in messages]
    if all(times):
        messages.sort(key=attrgetter("created"))
    return messages


def read_agent(request: Request, response: object) -> Agent:
    return _whole(_Agent, request, response).to_domain()


def read_agents(request: Request, response: object) -> Sequence[Agent]:
    rows = read_rows(_Agent, request, response, "agents", "agentsOnlineStates")
    return [row.to_domain() for row in rows]


def read_departments(request: Request, response: object) -> Sequence[Department]:
    rows = read_rows(_Department, request, response, "departments")
    return [row.to_domain() for row in rows if not row.is_deleted]


def read_queue(request: Request, response: object) -> Sequence[QueueLine]:
    return [
        QueueLine(
            row.to_domain(),
            new=row.new_count,
            customer_replied=row.customer_reply_count,
            chats=row.chat_count,
            total=row.total_count,
        )
        for row in read_rows(_QueueLine, request, response, "departmentsOnlineStates")
    ]


def read_tags(request: Request, response: object) -> Sequence[Tag]:
    rows = read_rows(_Tag, request, response, "tags")
    return [Tag(row.id, row.name or row.id) for row in rows]


def read_new_ticket_id(request: Request, response: object) -> str:
    return _whole(_Ticket, request, response).conversationid


def _whole(shape: type[W], request: Request, response: object) -> W:
    try:
        return shape.model_validate(response)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, each["loc"])) or "all" for each in error.errors())
        raise Unreadable(str(request), f"unreadable: {fields}") from None


def read_rows(shape: type[W], request: Request, response: object, *keys: str) -> Sequence[W]:
    """Returns the readable rows."""
    items = _items_of(request, response, *keys)
    return _kept(request, keys[0], readable(shape, items), len(items))


def _items_of(request: Request, response: object, *keys: str) -> list[Any]:
    raw = response
    if isinstance(response, dict):
        raw = next((response[key] for key in keys if response.get(key)), None)
    elif response and not isinstance(response, list):
        raise Unreadable(str(request), f"no list of {keys[0]}")
    items = _items(raw)
    check_count(request, keys[0], len(items))
    return items


def check_count(request: object, what: str, count: int) -> None:
    """Raises `TooLong` for more than `MAX_ITEMS`."""
    if count > MAX_ITEMS:
        raise TooLong(str(request), f"more than {MAX_ITEMS:,} {what}")


def _kept(request: Request, what: str, rows: Sequence[T], count: int) -> Sequence[T]:
    """Logs rows that were left out as unreadable. Raises `Unreadable` if all were."""
    if count and not rows:
        raise Unreadable(str(request), f"none of {count} {what} readable")
    if len(rows) < count:
        log.warning("rows left out", call=str(request), read=len(rows), of=count)
    return rows


def readable(shape: type[W], items: Sequence[object]) -> Sequence[W]:
    rows = []
    for each in items:
        with suppress(ValidationError):
            rows.append(shape.model_validate(each))
    return rows


def _odd_row(item: object) -> Row | None:
    return next((ticket.to_row() for ticket in readable(_Ticket, [item])), None)
