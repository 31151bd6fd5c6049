"""The calls to LiveAgent that each journey costs, so that nobody adds one unnoticed."""

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys import counting
from tests.journeys.acting import CODE, open_card
from tests.journeys.counting import Journey, calls_of, is_beside

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

FIGURES: list[tuple[Journey, dict[str, int]]] = [
    (
        counting.show_card,
        {"read_ticket": 1, "read_messages": 1, "read_ticket_tags": 1},
    ),
    (
        counting.reply,
        {
            "read_ticket": 3,
            "read_messages": 3,
            "read_ticket_tags": 1,
            "list_department_agents": 1,
            "post_message": 1,
        },
    ),
    (
        counting.note_by_command,
        {
            "read_ticket": 3,
            "read_messages": 2,
            "read_ticket_tags": 1,
            "list_department_agents": 1,
            "post_message": 1,
        },
    ),
    (
        counting.resolve,
        {
            "read_ticket": 3,
            "read_messages": 3,
            "read_ticket_tags": 1,
            "list_department_agents": 1,
            "change_status": 1,
        },
    ),
    (
        counting.add_tag_by_command,
        {
            "read_ticket": 2,
            "read_messages": 1,
            "read_ticket_tags": 2,
            "list_department_agents": 1,
            "add_tag": 1,
        },
    ),
    (
        counting.swap_tags_by_command,
        {
            "read_ticket": 2,
            "read_messages": 1,
            "read_ticket_tags": 4,
            "list_department_agents": 1,
            "remove_tag": 1,
            "add_tag": 1,
        },
    ),
    (
        counting.show_list,
        {"list_tickets": 1},
    ),
    (
        counting.open_home_twice,
        {"list_tickets": 1},
    ),
]


@pytest.mark.parametrize(
    ("journey", "calls"), FIGURES, ids=[journey.__name__ for journey, _ in FIGURES]
)
async def test_a_journey_costs_these_calls(
    ann: Person, sandbox: Sandbox, journey: Journey, calls: dict[str, int]
) -> None:
    assert await calls_of(journey, ann, sandbox) == calls


async def test_the_other_tickets_line_costs_one_call_for_all_readers(
    ann: Person, adam: Person, sandbox: Sandbox
) -> None:
    """It is made once a card is shown; `tests/desk/test_customers.py` shows when it is not made."""
    account = sandbox.liveagent.account
    other = account.ticket("PWD-3H7-LM2")
    other.owner, other.status = account.ticket(CODE).owner, "C"
    for person in (ann, adam, ann):
        await open_card(person)
        await person.wait_for(lambda seen: "1 other ticket" in seen)
    assert sum(map(is_beside, account.journal)) == 1
