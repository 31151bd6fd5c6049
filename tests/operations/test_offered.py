"""What an agent is refused, and with which reason."""

from dataclasses import replace

import pytest

from bot.domain.errors import AdminNeeded, BotError, NotOffered, V3KeyNeeded
from bot.domain.people import Agent, Department, Role
from bot.domain.ticket import Ticket
from bot.operations import Kind, check_offered, is_offered

ADA = Agent("agent1", "ada@acme.example", "Ada", Role.ADMIN, can_postpone=True, can_mark_spam=True)
ANN = Agent("agent2", "ann@acme.example", "Ann", can_postpone=True, can_mark_spam=True)


def in_status(letter: str) -> Ticket:
    return Ticket("t", "CODE", letter, "", Department("d", ""), "", "")


@pytest.mark.parametrize(
    ("kind", "letter", "agent", "error"),
    [
        (Kind.SPAM, "C", ANN, AdminNeeded),
        (Kind.SPAM, "C", replace(ADA, can_mark_spam=False), V3KeyNeeded),
        (Kind.SPAM, "B", ADA, NotOffered),
        (Kind.POSTPONE, "C", replace(ANN, can_postpone=False), V3KeyNeeded),
        (Kind.WAKE, "C", ANN, NotOffered),
        (Kind.DELETE, "X", ANN, AdminNeeded),
        (Kind.DELETE, "X", ADA, NotOffered),
        (Kind.CREATE, "C", ADA, NotOffered),
    ],
)
def test_a_forbidden_operation_names_its_reason(
    kind: Kind, letter: str, agent: Agent, error: type[BotError]
) -> None:
    ticket = in_status(letter)
    with pytest.raises(error):
        check_offered(kind, ticket, agent)
    assert not is_offered(kind, ticket, agent)


@pytest.mark.parametrize("kind", [Kind.SPAM, Kind.POSTPONE, Kind.DELETE])
def test_an_allowed_operation_is_offered(kind: Kind) -> None:
    assert is_offered(kind, in_status("C"), ADA)
