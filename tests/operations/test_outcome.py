"""Outcomes stored by every version can be read."""

import inspect
from typing import Any

import pytest

from bot.domain import errors
from bot.operations.outcome import (
    ConversationChanged,
    ConversationUnread,
    Done,
    ErrorCode,
    Failure,
    NeverSeen,
    NewestMessage,
    NewMessages,
    Outcome,
    RecipientUnconfirmed,
    Remark,
    TicketChanged,
    Uncertain,
    known_in,
    read_outcome,
)
from bot.operations.snapshot import Snapshot

SHOWN = {"status": "C", "department": "default", "assignee": "", "newest": "m3", "count": 3}
TICKET = {"code": "AX4-B4T-FD8", "owner": "john@owner.com"}
DONE = {
    "status": "A",
    "code": "AX4-B4T-FD8",
    "owner": "john@owner.com",
    "department": "Support",
    "assignee": "Ann",
    "stored_as": "M",
    "at": 1764090000.0,
    "tags": ["vip"],
}
NEWEST = {"author": "customer1", "kind": "M", "body": "STOP!"}

STORED: list[tuple[dict[str, Any], Outcome]] = [
    ({**DONE, "remark": {}}, Done.model_validate(DONE)),
    ({**DONE, "remark": ""}, Done.model_validate(DONE)),
    (
        {**DONE, "remark": "no such status"},
        Done(**DONE, remark=Remark(why="refused", reason="no such status")),
    ),
    ({**DONE, "remark": {"why": "news"}}, Done(**DONE, remark=Remark(why="news"))),
    ({"status": "X", "remark": {}}, Done(status="X")),
    ({}, Done()),
    (
        {"ticket_id": "new1", **TICKET, "status": "N", "remark": {}},
        Done(ticket_id="new1", status="N", **TICKET),
    ),
    (
        {"why": "unseen", **TICKET, "shown": SHOWN},
        RecipientUnconfirmed(**TICKET, shown=Snapshot(**SHOWN)),
    ),
    (
        {"why": "news", "count": 2, "newest": NEWEST, **TICKET, "shown": SHOWN},
        NewMessages(count=2, newest=NewestMessage(**NEWEST), **TICKET, shown=Snapshot(**SHOWN)),
    ),
    ({"why": "news", "count": 1, **TICKET}, NewMessages(count=1, **TICKET)),
    ({"why": "changed", **TICKET}, ConversationChanged(**TICKET)),
    ({"why": "unread", "count": 0, **TICKET}, ConversationUnread(count=0, **TICKET)),
    (
        {
            "why": "differs",
            "changed": ["status", "assignee"],
            "status": "R",
            "department": "Support",
            "assignee": "Ben",
            **TICKET,
        },
        TicketChanged(
            changed=("status", "assignee"),
            status="R",
            department="Support",
            assignee="Ben",
            **TICKET,
        ),
    ),
    (
        {
            "newest": NEWEST,
            "why": "waited",
            "count": 0,
            "changed": ["status"],
            "status": "N",
            "department": "Support",
            "assignee": "",
            **TICKET,
        },
        NeverSeen(
            count=0,
            newest=NewestMessage(**NEWEST),
            changed=("status",),
            status="N",
            department="Support",
            **TICKET,
        ),
    ),
    (
        {"error": "Refused", "reason": "No mail", "call": "POST conversations", "status": ""},
        Failure(error=ErrorCode.REFUSED, reason="No mail", call="POST conversations"),
    ),
    (
        {"error": "NotOffered", "reason": "", "call": "", "status": "X"},
        Failure(error=ErrorCode.NOT_OFFERED, status="X"),
    ),
    ({"error": "Breakdown"}, Failure(error=ErrorCode.BREAKDOWN)),
    ({"others": ["m4", "m5"]}, Uncertain(others=("m4", "m5"))),
]


@pytest.mark.parametrize(("stored", "outcome"), STORED)
def test_outcomes_of_earlier_versions_are_read(stored: dict[str, Any], outcome: Outcome) -> None:
    assert read_outcome(stored) == outcome


@pytest.mark.parametrize("outcome", [outcome for _, outcome in STORED])
def test_outcomes_round_trip(outcome: Outcome) -> None:
    assert read_outcome(outcome.to_json()) == outcome


@pytest.mark.parametrize(
    ("stored", "outcome"),
    [
        ({"why": "the moon"}, NewMessages()),
        (
            {"error": "Moonstruck", "reason": "full"},
            Failure(error=ErrorCode.REFUSED, reason="full"),
        ),
        ({"status": ["A"]}, Done()),
        (None, Done()),
    ],
)
def test_outcomes_of_newer_versions_are_tolerated(
    stored: dict[str, Any] | None, outcome: Outcome
) -> None:
    assert read_outcome(stored) == outcome


def test_an_outcome_has_the_code_if_the_ticket_was_read() -> None:
    assert known_in(DONE).code == "AX4-B4T-FD8"
    assert known_in({"why": "changed", **TICKET}).code == "AX4-B4T-FD8"
    assert known_in({"error": "Refused"}).code == ""


RAISED: list[errors.BotError] = [
    errors.NotAMember(errors.Outsider.GUEST),
    errors.NotAnAgent(""),
    errors.OutOfBounds(),
    errors.DepartmentOutOfBounds(),
    errors.CustomerIsAgent(),
    errors.AdminNeeded(),
    errors.NotOffered("X"),
    errors.TicketNotFound(),
    errors.TicketUnavailable(),
    errors.Refused("GET conversations", 400),
    errors.KeyRefused("GET conversations", 401),
    errors.NotPrivileged("PUT v3/tickets/{id}/postpone", 403),
    errors.V3KeyNeeded(),
    errors.CustomerUnknown("POST conversations", 400),
    errors.OutcomeUnknown("POST conversations", "timeout"),
    errors.Unreadable("POST conversations", "HTML"),
    errors.TooLong("POST conversations", "5 MB"),
]


def test_every_error_of_a_delivery_has_a_code_of_its_own() -> None:
    """Else its author would read that LiveAgent refused what our own rules did."""
    codes = {Failure.of(error).error for error in RAISED}
    assert len(codes) == len(RAISED)
    above = (errors.Refused, errors.KeyRefused, errors.OutcomeUnknown, errors.TicketNotFound)
    known = {type(error) for error in RAISED}
    for _, error in inspect.getmembers(errors, inspect.isclass):
        assert error in known or not issubclass(error, above), error
