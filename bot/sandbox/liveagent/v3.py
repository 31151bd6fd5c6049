"""Version 3 of the API: another key, bare JSON, and the few calls that version 1 lacks."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web

from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import TIME_FORMAT, written
from bot.sandbox.liveagent.asking import Asked
from bot.sandbox.liveagent.calls import Perform
from bot.sandbox.liveagent.door import Door
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.records import Ticket

KEY_OWNER = "admin001"
POSTPONED_GROUP = "J"

Row = dict[str, Any]


class DoorV3(Door):
    """Requires a key of version 3, which is sent in a header."""

    def _let_in(self, asked: Asked) -> None:
        if not asked.key:
            raise Refused("Missing apikey", http=web.HTTPUnauthorized.status_code)
        if asked.key != self.api_key:
            raise Refused("ApiKey not found", http=web.HTTPForbidden.status_code)
        if asked.name in self.account.switches.v3_may_not:
            raise Refused("Access denied", http=web.HTTPForbidden.status_code)
        self._count()

    def _envelope(self, body: object) -> object:
        return body

    def _error(self, no: Refused) -> object:
        return {"message": no.detail or no.message}


def list_ticket_rows(account: Account, asked: Asked) -> list[Row]:
    """Filters by id and status; some servers ignore filters, or name the list otherwise."""
    if asked.path.endswith("/tickets") and account.switches.v3_old_grid:
        raise Refused("Not found", http=web.HTTPNotFound.status_code)
    ignores = account.switches.v3_ignores_filters
    tests = [] if ignores else [_test(*each) for each in json.loads(asked["_filters"] or "[]")]
    found = [one for one in account.tickets.values() if all(test(one) for test in tests)]
    count = int(asked["_perPage"] or 10)
    return [_row(account, one) for one in found[:count]]


def list_found(account: Account, asked: Asked) -> list[Row]:
    """Searches words in subject, customer and messages, or filters; latest change first."""
    switches = account.switches
    given = json.loads(asked["_filters"] or "[]")
    tests: list[Callable[[Ticket], bool]] = []
    if isinstance(given, dict):
        tests = [partial(_holds, words=given["search"].casefold().split())]
    elif not switches.v3_ignores_filters:
        tests = [_test(*each) for each in given]
    if switches.v3_ignores_words and isinstance(given, dict):
        tests = []
    found = [one for one in account.tickets.values() if all(test(one) for test in tests)]
    found.sort(key=lambda one: one.changed, reverse=asked["_sortDir"] == "DESC")
    count = min(int(asked["_perPage"] or 10), switches.longest_page)
    start = 0 if switches.v3_ignores_pages else (int(asked["_page"] or 1) - 1) * count
    return [_found(account, one) for one in found[start : start + count]]


def list_predefined_answers(account: Account, asked: Asked) -> list[Row]:
    """Returns the answers of all users and departments."""
    count = min(int(asked["_perPage"] or 10), account.switches.longest_page)
    start = (int(asked["_page"] or 1) - 1) * count
    return [
        {
            "id": one.id,
            "userid": one.user or None,
            "departmentid": one.department or None,
            "name": one.name,
            "subject": one.subject,
            "body": one.body,
            "format": one.format,
        }
        for one in account.answers[start : start + count]
    ]


def postpone(account: Account, asked: Asked) -> Row:
    ticket = account.ticket(asked.ref)
    text = asked.needed("date_time")
    try:
        naive = datetime.strptime(text, TIME_FORMAT)  # noqa: DTZ007 - the zone comes next
    except ValueError:
        raise Refused("Invalid date format", http=400) from None
    until = naive.replace(tzinfo=account.switches.v3_zone or account.zone).astimezone(UTC)
    if until <= account.clock():
        raise Refused("Date can not be in the past", http=400)
    if ticket.status != "W":
        ticket.wakes_as = "N" if ticket.status == "N" else "C"
    ticket.status, ticket.postponed_until = "W", until
    account.add(ticket, POSTPONED_GROUP, KEY_OWNER, ("S", f"Postponed until {text}"))
    return {"status": "OK"}


def update(account: Account, asked: Asked) -> Row:
    """Sets a status; older servers require the assignee of an assigned ticket."""
    ticket = account.ticket(asked.ref)
    if account.switches.v3_needs_assignee and ticket.assignee and not asked["agentid"]:
        raise Refused("Agent id is required", http=400)
    ticket.status = asked.needed("status")
    account.add(ticket, "S", KEY_OWNER, ("S", f"Status changed to {ticket.status}"))
    return {"id": ticket.id, "status": ticket.status}


def list_activity(account: Account, _asked: Asked) -> list[Row]:
    """Returns every agent who is online, with their open tickets."""
    by_user = account.switches.v3_activity_by_user
    return [
        {
            "id": one.id if by_user else one.contact_id,
            "agent_status": "A",
            "active_tickets": [
                {
                    "ticket_id": ticket.id,
                    "ticket_code": ticket.code,
                    "date_joined": written(account, since),
                    "department_id": ticket.department,
                    "status": doing,
                    "ticket_status": ticket.status,
                }
                for (agent, ticket_id), (doing, since) in account.activity.items()
                if agent == one.id and (ticket := account.tickets.get(ticket_id))
            ],
        }
        for one in account.agents
        if one.online != "N"
    ]


def _test(column: str, operator: str, value: str) -> Callable[[Ticket], bool]:
    columns: dict[str, Callable[[Ticket], str]] = {
        "conversationid": lambda one: one.id,
        "status": lambda one: one.status,
        "agentid": lambda one: one.assignee or "",
    }
    if operator != "IN" or column not in columns:
        raise Refused(f"Unknown filter {column} {operator}", http=400)
    return lambda one: columns[column](one) in value.split(",")


def _holds(ticket: Ticket, words: Sequence[str]) -> bool:
    texts = (ticket.subject, ticket.owner.name, ticket.owner.email)
    held = " ".join((*texts, *(each.text for each in ticket.messages))).casefold()
    return all(word in held for word in words)


def _found(account: Account, ticket: Ticket) -> Row:
    """Returns a ticket in the format of the list, without its department's name."""
    zone = account.switches.v3_zone or account.zone
    row: Row = {
        "id": ticket.id,
        "owner_contactid": ticket.owner.id,
        "owner_email": ticket.owner.email,
        "owner_name": ticket.owner.name,
        "departmentid": ticket.department,
        "agentid": ticket.assignee or "",
        "status": ticket.status,
        "tags": list(ticket.tags),
        "code": ticket.code,
        "channel_type": "E",
        "date_created": ticket.created.astimezone(zone).strftime(TIME_FORMAT),
        "date_changed": ticket.changed.astimezone(zone).strftime(TIME_FORMAT),
        "public_access_urlcode": ticket.public_code,
        "subject": ticket.subject,
    }
    return {name: value for name, value in row.items() if name not in account.switches.v3_omits}


def _row(account: Account, ticket: Ticket) -> Row:
    return {
        "conversationid": ticket.id,
        "code": ticket.code,
        "status": ticket.status,
        "subject": ticket.subject,
        "departmentid": ticket.department,
        "agentid": ticket.assignee or "",
        "datedue": None,
        "datereopen": _reopen(account, ticket),
        "tagnames": [],
    }


def _reopen(account: Account, ticket: Ticket) -> object:
    if ticket.status != "W" or ticket.postponed_until is None:
        return 0
    seconds = int(ticket.postponed_until.timestamp())
    match account.switches.v3_reopen:
        case "text":
            return str(seconds)
        case "iso":
            return ticket.postponed_until.isoformat()
        case "local":
            return written(account, ticket.postponed_until)
        case "none":
            return None
        case _:
            return seconds


V3_CALLS: Sequence[tuple[str, str, Perform]] = (
    ("GET", "/grid/tickets", list_ticket_rows),
    ("GET", "/grid/tickets_new", list_ticket_rows),
    ("GET", "/tickets", list_found),
    ("PUT", "/tickets/{ref}/postpone", postpone),
    ("PUT", "/tickets/{ref}", update),
    ("GET", "/agents/activity", list_activity),
    ("GET", "/predefined_answers", list_predefined_answers),
)
