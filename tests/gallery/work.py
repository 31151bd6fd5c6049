"""Values for samples: operations, rows of the outbox, a digest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from blocks.forms import digest as digest_form
from bot.domain.activity import Active, Activity, Doing, Present
from bot.domain.digest import Contents, Day, Digest, Mark, Schedule
from bot.domain.filter import Filter, Order
from bot.domain.outbox import AuditEntry, Row, State
from bot.domain.ticket import CustomerTickets, Status, TicketView
from bot.operations import (
    AssignToMe,
    ChangeStatus,
    ChangeTags,
    Create,
    Delete,
    MarkSpam,
    Note,
    Operation,
    Postpone,
    Reply,
    SlackFile,
    Transfer,
)
from bot.operations.rich_text import of_plain
from tests.gallery.desk import NOW, Desk

MINUTES_HELD = 10
WAKES = datetime(2026, 11, 26, 8, tzinfo=UTC)
MENTION = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U0ADAM"}]}
    ],
}
"""Words that a customer can't read."""


def a_row(state: State, kind: str, outcome: Mapping[str, Any]) -> Row:
    """As the outbox would have it; held for as long as its kind is."""
    held = timedelta(minutes=MINUTES_HELD) if kind == "delete" else timedelta(seconds=10)
    return Row(
        id=1,
        kind=kind,
        version=1,
        operation={},
        ticket_id="s4y7t5s7",
        slack_user="U0ANN",
        answer_to="",
        state=state,
        due=held.total_seconds(),
        lease_token=1,
        outcome=outcome,
        created=0,
    )


def a_reply(desk: Desk) -> Reply:
    return Reply(
        ticket_id=desk.waiting,
        code=desk.ticket.code,
        rich_text=of_plain(desk.reply),
        recipient=f"{desk.ticket.owner_name} <{desk.ticket.owner_email}>",
    )


def files(desk: Desk) -> tuple[SlackFile, ...]:
    return (
        SlackFile(id="F1", name="receipt-4711.pdf", size=340_000),
        SlackFile(id="F2", name=f"{desk.ticket.subject[:60]}.png", size=2_400_000),
    )


def a_create(desk: Desk, *, is_by_customer: bool = False) -> Create:
    return Create(
        is_by_customer=is_by_customer,
        recipient=desk.ticket.owner_email,
        recipient_name=desk.ticket.owner_name,
        department_id=desk.place,
        department_name=desk.department.name,
        subject=desk.ticket.subject,
        rich_text=of_plain(desk.reply),
        copies=("office@acme.example",),
        status=Status.NEW if is_by_customer else Status.ANSWERED,
        email_customer=not is_by_customer,
    )


def operations(desk: Desk) -> Sequence[Operation]:
    """One of each kind."""
    of = {"ticket_id": desk.waiting, "code": desk.ticket.code}
    return (
        a_reply(desk),
        Note(text=desk.note, **of),
        ChangeStatus(kind="resolve", note=desk.note, **of),
        ChangeStatus(kind="reopen", **of),
        ChangeStatus(kind="mark_answered", **of),
        ChangeTags(add=tuple(desk.new_tags), **of),
        Transfer(department_id=desk.place, reason=desk.reason, **of),
        AssignToMe(**of),
        a_create(desk),
        Delete(owner=desk.ticket.owner_name, reason=desk.reason, **of),
        a_postpone(desk),
        ChangeStatus(kind="wake", **of),
        MarkSpam(**of),
    )


def a_postpone(desk: Desk) -> Postpone:
    return Postpone(
        ticket_id=desk.waiting,
        code=desk.ticket.code,
        until=WAKES,
        zone=desk.zone,
        reason=desk.reason,
        note=desk.reason,
    )


def with_others(view: TicketView, *doing: Doing) -> TicketView:
    """As while others have the ticket open in LiveAgent."""
    there = [
        Active(agent.id, view.ticket.id, each)
        for agent, each in zip(
            view.agents[2:], doing or (Doing.REPLYING, Doing.RINGING), strict=False
        )
    ]
    unknown = Active("former01", view.ticket.id, Doing.CALLING)
    return replace(view, present=Activity([*there, unknown], NOW))


def present_in(desk: Desk) -> Present:
    """As while others have two of the desk's tickets open in LiveAgent."""
    there = [
        Active(agent, each.id, doing)
        for agent, each, doing in zip(
            ("former01", desk.view.agents[2].id), desk.tickets, Doing, strict=False
        )
    ]
    return Present(Activity(there, NOW), desk.view.agents)


def said(desk: Desk) -> Mapping[str, Any]:
    """What became of a reply."""
    return {
        "status": Status.ANSWERED,
        "owner": f"{desk.ticket.owner_name} <{desk.ticket.owner_email}>",
        "stored_as": "M",
        "at": NOW.timestamp(),
    }


_BECOMES = {
    "resolve": Status.RESOLVED,
    "reopen": Status.OPEN,
    "mark_answered": Status.ANSWERED,
    "reply": Status.ANSWERED,
    "delete": Status.DELETED,
    "spam": Status.SPAM,
    "postpone": Status.POSTPONED,
}


def end(operation: Operation, desk: Desk) -> Mapping[str, Any]:
    """What LiveAgent has after it."""
    more = {
        "status": _BECOMES.get(operation.kind, Status.OPEN),
        "stored_as": "N" if isinstance(operation, Note) else "M",
        "tags": desk.new_tags,
        "department": desk.department.name,
        "assignee": desk.actor.name,
        "wakes": WAKES.timestamp() if isinstance(operation, Postpone) else None,
    }
    return {**said(desk), **more}


def entries(desk: Desk) -> Sequence[AuditEntry]:
    """Of a ticket's history."""
    refused = {"error": "AdminNeeded"}
    ends: Sequence[tuple[str, str, Mapping[str, Any]]] = [
        ("reply", State.DONE, said(desk)),
        ("note", State.DONE, {}),
        ("resolve", State.ASKS, {}),
        ("transfer", State.DOUBTFUL, {}),
        ("delete", State.REFUSED, refused),
    ]
    return [
        AuditEntry(NOW - timedelta(hours=number), kind, desk.user, desk.actor.name, state, outcome)
        for number, (kind, state, outcome) in enumerate(ends, 1)
    ]


def a_digest(desk: Desk) -> Digest:
    return Digest(
        id=1,
        channel=desk.channel,
        name=digest_form.fresh(desk.channel, desk.user, desk.zone, desk.t).name,
        departments={desk.place: desk.department.name},
        statuses=(Status.NEW, Status.POSTPONED),
        schedule=Schedule(("mon", "tue"), (time(9),), desk.zone),
        language=desk.language,
        created_by=desk.user,
        days={f"2026-11-{17 + number}": Day(each) for number, each in enumerate((3, 5, 9, 4))},
        due=datetime(2026, 11, 24, 9, tzinfo=ZoneInfo(desk.zone)).astimezone(UTC),
    )


def contents(desk: Desk) -> Contents:
    """New and postponed tickets; one has come since yesterday."""
    found = [each for each in desk.tickets if each.status in {Status.NEW, Status.POSTPONED}]
    known = {each.id: Mark.of(each) for each in found[1:]}
    known |= {"other1": Mark(Status.NEW), "other2": Mark(Status.NEW)}
    return Contents(
        found,
        NOW,
        known,
        NOW - timedelta(days=1),
        listed=len(found),
        shown=found,
        assignees={each.id: desk.agent_called(each) for each in found},
        wakes={"other1": NOW + timedelta(hours=1), "other2": NOW - timedelta(hours=1)},
    )


def a_filter(desk: Desk) -> Filter:
    """With something in each of its parts."""
    return Filter(
        (Status.NEW, Status.OPEN),
        desk.department,
        owner=desk.ticket.owner_email,
        subject=desk.ticket.subject,
        since=NOW.date() - timedelta(days=30),
        until=NOW.date(),
        order=Order.CHANGED,
        is_mine=True,
        words="lamp",
    )


def of_the_customer(desk: Desk) -> Mapping[str, CustomerTickets]:
    """What a reader may see of a customer's other tickets."""
    email, (first, second, third) = desk.ticket.owner_email, desk.tickets
    resolved = first._replace(status=Status.RESOLVED)
    return {
        "another ticket, resolved": CustomerTickets(email, [resolved]),
        "one of two others open": CustomerTickets(email, [resolved, second]),
        "two of three others open": CustomerTickets(email, [resolved, second, third]),
    }
