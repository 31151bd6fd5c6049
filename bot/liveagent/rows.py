"""Reads rows of a list of tickets, of which a digest reads ten thousand.

JSON in the form of today's servers becomes rows directly, without a dictionary for each; `wire.py`
converts all others to rows.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache, partial
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, MsgspecError, Struct, convert
from msgspec.json import Decoder

from bot.domain.people import Department
from bot.domain.ticket import Ticket

MAX_ID_LENGTH = 100
MAX_LINE = 1000  # characters of texts whose length customers choose
MAX_AT_ONCE = 8_000_000  # bytes; reading them in one go keeps other threads waiting
_ESCAPED = re.compile(rb"\\(?:[bf]|u00[017])")  # a possible control character
_DELETE = b"\x7f"
_HOUR = len("2026-11-23 09")
FIRST_YEAR, LAST_YEAR = 1990, 2200  # of others, some can't be converted to another zone

Text = str | None
Line = Annotated[str, Meta(max_length=MAX_LINE)] | None


class Row(Struct, gc=False):
    """A ticket as LiveAgent writes it. Some servers spell the first four fields differently."""

    conversationid: Annotated[str, Meta(min_length=1, max_length=MAX_ID_LENGTH)]
    departmentid: Text
    departmentname: Text
    owneremail: Line
    ownername: Line = ""
    subject: Line = ""
    code: Text = ""
    status: Text = ""
    datecreated: Text = ""
    datechanged: Text = ""
    assignedto: Text = ""
    publicurlcode: Text = ""


class _Page(Struct):
    conversations: list[Row]
    status: str = ""


class _Answer(Struct):
    response: _Page


_answers = Decoder(_Answer)
_make = partial(tuple.__new__, Ticket)  # half as long as through `Ticket`'s own constructor


def parse(body: bytes) -> object:
    """Returns the answer with its rows; None if anything in it is unusual."""
    if len(body) > MAX_AT_ONCE or _DELETE in body or _ESCAPED.search(body):
        return None  # `cleaned` handles it
    try:
        page = _answers.decode(body).response
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return {"response": {"status": page.status, "conversations": page.conversations}}


def as_row(item: object) -> Row | None:
    """Returns None for an unusual row."""
    try:
        return convert(item, Row)
    except MsgspecError:
        return None


def to_tickets(rows: Iterable[Row], zone: ZoneInfo) -> list[Ticket]:
    """Converts rows in one loop: a call for each row would take a tenth of its time."""
    hour = _hours(zone)
    tickets, departments = [], dict[tuple[Text, Text], Department]()
    for row in rows:
        place = (row.departmentid, row.departmentname)
        department = departments.get(place)
        if department is None:
            department = departments[place] = Department(place[0] or "", place[1] or "")
        opened, touched = row.datecreated or "", row.datechanged or ""
        created: datetime | None
        changed: datetime | None
        try:
            created = hour(opened[:_HOUR]) + _rest(opened[_HOUR:])
            changed = hour(touched[:_HOUR]) + _rest(touched[_HOUR:])
        except (TypeError, ValueError):
            created, changed = read_time(opened, zone), read_time(touched, zone)
        tickets.append(
            _make(
                (
                    row.conversationid,
                    row.code or "",
                    (row.status or "").strip().upper(),
                    (row.subject or "").strip(),
                    department,
                    (row.ownername or "").strip(),
                    (row.owneremail or "").strip(),
                    created,
                    changed,
                    row.assignedto or "",
                    row.publicurlcode or "",
                )
            )
        )
    return tickets


def read_time(text: str, zone: tzinfo) -> datetime | None:
    """Reads `YYYY-MM-DD HH:MM:SS` of the account's zone, unless it names another.

    Returns None for zeros, and for what is no time of a ticket.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    is_likely = FIRST_YEAR <= read.year <= LAST_YEAR
    return (read if read.tzinfo else read.replace(tzinfo=zone)) if is_likely else None


@lru_cache(maxsize=4)
def _hours(zone: ZoneInfo) -> Callable[[str], datetime]:
    """Returns a cached reader of full hours, at which clocks change.

    Times of one offset share a zone, which makes comparing them fast.
    """

    @lru_cache(maxsize=4096)
    def hour(text: str) -> datetime:
        naive = datetime.fromisoformat(f"{text}:00:00")
        if not FIRST_YEAR <= naive.year <= LAST_YEAR:
            raise ValueError(text)
        return naive.replace(tzinfo=_fixed(naive.replace(tzinfo=zone).utcoffset() or timedelta()))

    return hour


@lru_cache(maxsize=4096)
def _rest(text: str) -> timedelta:
    """Returns minutes and seconds. Raises `TypeError` if a zone follows them."""
    return datetime.fromisoformat(f"2000-01-01 00{text}") - datetime(2000, 1, 1)  # noqa: DTZ001  the difference of two


_fixed = lru_cache(maxsize=64)(timezone)
