"""Writes records as the API does, misspellings and empty values included."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.sandbox.liveagent import words
from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.records import Agent, Group, Ticket

NO_TIME = "0000-00-00 00:00:00"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
MISSPELT = {
    "departmentname": "departmemtname",
    "departmentid": "departmeintid",
    "owneremail": "ownermail",
}
KINDS_WITH_GROUP_ID = ("M", "C", "I")

Body = dict[str, Any]


def written(account: Account, moment: datetime | None) -> str:
    """Returns the time in the account's zone, without naming it."""
    return moment.astimezone(account.zone).strftime(TIME_FORMAT) if moment else NO_TIME


def row(account: Account, ticket: Ticket) -> Body:
    """Returns a row of the list; only newer servers name the assignee."""
    line = _columns(account, ticket)
    line |= {"tags": ",".join(ticket.tags) or None, "channel_type": "E", "custom_fields": []}
    if account.switches.rows_tell_assignee:
        line["assignedto"] = ticket.assignee or ""
    if account.switches.document_spelling:
        line = {MISSPELT.get(key, key): value for key, value in line.items()}
    return line


def details(account: Account, ticket: Ticket) -> Body:
    body = _columns(account, ticket)
    body |= {
        "ownername": ticket.owner.name or None,
        "subject": ticket.subject or None,
        "ownernote": ticket.note,
        "assignedto": ticket.assignee,
        "language": "",
    }
    if account.switches.tells_postponed_until:
        body["datedue"] = written(account, ticket.postponed_until)
    return body


def group(account: Account, of: Group) -> Body:
    body: Body = {
        "userid": of.user_id,
        "rtype": of.kind,
        "rstatus": of.status,
        "datecreated": written(account, of.created),
        "datefinished": NO_TIME if of.kind == "C" else written(account, of.created),
    }
    if of.kind in KINDS_WITH_GROUP_ID:
        body["messagegroupid"] = of.id
    if of.messages is not None:
        body["messages"] = [
            {
                "messageid": message.id,
                "userid": message.user_id,
                "rtype": message.kind,
                "datecreated": written(account, message.created),
                "message": message.text,
            }
            for message in of.messages
        ]
    return body


def agent(of: Agent) -> Body:
    """Includes `authtoken`, as real answers do: readers must drop it."""
    return {
        "contactid": of.contact_id,
        "userid": of.id,
        "email": of.email,
        "firstname": of.first_name,
        "lastname": of.last_name,
        "role": of.role,
        "status": "A",
        "avatar_url": None,
        "authtoken": f"never-keep-{of.id}",
    }


def ticket_tags(account: Account, ticket: Ticket) -> Sequence[Body]:
    """Leaves out tags that were deleted from the account."""
    known = (account.tags[tag] for tag in ticket.tags if tag in account.tags)
    return [{"id": tag.id, "name": tag.name} for tag in known]


def all_tags(account: Account) -> Sequence[Body]:
    colored = account.switches.tag_colors
    return [
        {"id": tag.id, "name": tag.name}
        | ({"color": tag.color, "bg_color": tag.background} if colored else {})
        for tag in account.tags.values()
    ]


def _columns(account: Account, ticket: Ticket) -> Body:
    names = {department.id: department.name for department in account.departments}
    letters = [message.text for message in ticket.messages if message.kind == "M"]
    return {
        "conversationid": ticket.id,
        "code": ticket.code,
        "datecreated": written(account, ticket.created),
        "datechanged": written(account, ticket.changed),
        "departmentname": names.get(ticket.department, ""),
        "departmentid": ticket.department,
        "status": ticket.status,
        "ownername": ticket.owner.name,
        "owneremail": ticket.owner.email,
        "subject": ticket.subject,
        "preview": words.preview(letters[-1]) if letters else None,
        "publicurlcode": ticket.public_code,
    }
