"""Reads rows of a list of tickets without a model, because there may be ten thousand.

It reads rows in the form of today's servers only; `wire.py` reads the others.
"""

from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from bot.domain.people import Department
from bot.domain.ticket import Ticket

MAX_ID_LENGTH = 100
MAX_LINE = 1000  # characters of texts whose length customers choose
_HOUR = len("2026-11-23 09")
_columns = itemgetter(
    "conversationid",
    "code",
    "status",
    "subject",
    "departmentid",
    "departmentname",
    "ownername",
    "owneremail",
    "datecreated",
    "datechanged",
    "publicurlcode",
)

Departments = dict[tuple[str, str], Department]


def read_row(row: object, zone: ZoneInfo, departments: Departments) -> Ticket | None:
    """Returns None for an unusual row; `departments` are those met so far."""
    if not isinstance(row, dict):
        return None
    try:
        (
            ticket_id,
            code,
            status,
            subject,
            department_id,
            department_name,
            name,
            email,
            created,
            changed,
            public_code,
        ) = _columns(row)
        assignee = row.get("assignedto") or ""
        texts = (ticket_id, code, status, subject, name, email, created, changed)
        others = (department_id, department_name, public_code, assignee)
        "".join(texts + others)  # raises for anything but text
        opened = datetime.fromisoformat(created + _offset(created[:_HOUR], zone))
        touched = datetime.fromisoformat(changed + _offset(changed[:_HOUR], zone))
    except (KeyError, TypeError, ValueError):
        return None
    if not 0 < len(ticket_id) <= MAX_ID_LENGTH:
        return None
    place = (department_id, department_name)
    department = departments.get(place)
    if department is None:
        department = departments[place] = Department(*place)
    return Ticket(
        ticket_id,
        code,
        status.strip().upper(),
        subject[:MAX_LINE].strip(),
        department,
        name[:MAX_LINE].strip(),
        email[:MAX_LINE].strip(),
        opened,
        touched,
        assignee,
        public_code,
    )


@lru_cache(maxsize=4096)
def _offset(hour: str, zone: ZoneInfo) -> str:
    """Takes half as long as `replace(tzinfo=zone)`: clocks change at the full hour.

    Raises `ValueError` for zeros and invalid times.
    """
    return f"{datetime.fromisoformat(f'{hour}:00:00').replace(tzinfo=zone):%z}"
