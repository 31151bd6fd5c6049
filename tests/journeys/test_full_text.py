"""Full-text search, with a key of version 3."""

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent.faults import Fault
from bot.sandbox.slack import Person, SeenMessage
from tests.journeys.acting import calls

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

ONLY_SUBJECTS = "Only subjects were searched"


@pytest.fixture
def has_v3_key() -> bool:
    return True


async def find(person: Person, words: str) -> SeenMessage:
    await person.types("#support", f"/ticket find {words}")
    return await person.wait_for("[Change filter]")


def rows_read(sandbox: Sandbox) -> int:
    return len(calls(sandbox, "GET", "/v3/tickets"))


async def test_words_of_messages_are_found_within_ones_bounds(
    ann: Person, sandbox: Sandbox
) -> None:
    account = sandbox.liveagent.account
    for ref in ("AX4-B4T-FD8", "CLD-NRWAY-001"):  # the other one is of Sales
        account.customer_writes(ref, "It smells of cinnamon.")
    seen = await find(ann, "cinnamon")
    assert "One ticket" in seen
    assert "“cinnamon”" in seen
    assert "AX4-B4T-FD8" in seen
    assert "Support" in seen.text or "unassigned" in seen
    assert ONLY_SUBJECTS not in seen
    assert not calls(sandbox, "GET", "/api/conversations?")
    asked = rows_read(sandbox)
    await ann.clicks(seen, "Refresh")
    await ann.wait_until(lambda: rows_read(sandbox) == asked + 1)


async def test_the_form_looks_everywhere_and_keeps_to_the_filter(
    ann: Person, sandbox: Sandbox
) -> None:
    account = sandbox.liveagent.account
    for ref in ("AX4-B4T-FD8", "RFD-8K2-QZ1"):
        account.customer_writes(ref, "It smells of cinnamon.")
    account.ticket("RFD-8K2-QZ1").status = "R"
    await ann.types("#support", "/ticket find")
    form = await ann.wait_for_form("In the subject, the messages")
    await ann.submits(await ann.fills(form, {"Words": "Cinnamon", "Status": ["Resolved"]}))
    seen = await ann.wait_for("“Cinnamon”")
    assert "RFD-8K2-QZ1" in seen
    assert "AX4-B4T-FD8" not in seen


@pytest.mark.parametrize("ignores", [True, False])
async def test_a_list_says_if_only_subjects_were_searched(
    ann: Person, sandbox: Sandbox, *, ignores: bool
) -> None:
    if ignores:
        sandbox.liveagent.switches.v3_ignores_words = True
    else:
        sandbox.liveagent.faults.add(Fault(kind="error", calls="list_found"))
    seen = await find(ann, "order")
    assert "AX4-B4T-FD8" in seen
    assert ONLY_SUBJECTS in seen


async def test_my_tickets_lists_only_ones_own(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket mine")
    seen = await ann.wait_for("assigned to you")
    assert "RFD-8K2-QZ1" in seen
    assert "AX4-B4T-FD8" not in seen
    assert "Ann Agent" in seen
    assert rows_read(sandbox) == 1


async def test_a_list_says_who_has_each_ticket_with_one_call(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket list")
    seen = await ann.wait_for("[Change filter]")
    assert "Ann Agent" in seen
    assert "unassigned" in seen
    assert len(calls(sandbox, "GET", "/v3/grid/tickets")) == 1
