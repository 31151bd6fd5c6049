"""Before a write, one call confirms its author and their department."""

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.domain.outbox import State
from bot.operations import ChangeTags
from bot.storage.entries import Entry
from tests.desk.conftest import TICKET, Altered, PostOffice, note

if TYPE_CHECKING:
    from bot.liveagent.client import LiveAgent

ANN, ADAM = "ann@acme.example", "adam@acme.example"


def change(office: PostOffice, who: str, **changed: Any) -> None:
    account = office.standin.account
    account.agents = tuple(
        replace(each, **changed) if each.email == who else each for each in account.agents
    )


@pytest.fixture(autouse=True)
async def known(office: PostOffice) -> None:
    """As after a click: LiveAgent was asked for both by address."""
    for email in (ANN, ADAM):
        assert await office.desk.directory.agent(email)
    office.standin.account.journal.clear()


def asked(office: PostOffice) -> Counter[str]:
    names = Counter(call.name for call in office.standin.account.journal)
    return Counter({each: names[each] for each in ("read_agent", "list_department_agents")})


async def test_a_list_of_members_tells_both(office: PostOffice) -> None:
    row = await office.put(note("It left."))
    assert (await office.deliver(row)).state is State.DONE
    assert asked(office) == {"read_agent": 0, "list_department_agents": 1}


async def test_the_author_is_asked_for_once_however_slow_the_answer(office: PostOffice) -> None:
    """The ticket is then read again, and its second answer is fresh."""
    liveagent = office.liveagent

    class Slow(Altered):
        async def agent(self, identifier: str) -> Any:
            await office.clock.advance(6)
            return await liveagent.agent(identifier)

    office.liveagent = cast("LiveAgent", Slow(liveagent))
    await office.put(note("It left."))
    await office.attempt(office.deliverer(system=office.liveagent))
    calls = [call.name for call in office.standin.account.journal]
    assert calls.count("read_agent") == 1
    assert calls[: calls.index("post_message")].count("read_ticket") == len(("first", "again"))


async def test_an_agent_whose_address_changed_is_refused(office: PostOffice) -> None:
    change(office, ANN, email="new.ann@acme.example")
    row = await office.put(note("It left."))
    assert (await office.deliver(row)).state is State.REFUSED
    assert office.message_count("It left.") == 0


async def test_the_assignee_may_write_in_another_department(office: PostOffice) -> None:
    office.standin.account.ticket(TICKET).assignee = "agent001"
    change(office, ANN, departments=())
    row = await office.put(note("It left."))
    assert (await office.deliver(row)).state is State.DONE
    assert asked(office) == {"read_agent": 1, "list_department_agents": 0}


@pytest.mark.parametrize("departments", [(), ("default",)])
async def test_a_former_admin_may_write_only_in_their_departments(
    office: PostOffice, departments: tuple[str, ...]
) -> None:
    change(office, ADAM, role="A", departments=departments)
    row = await office.put(note("It left."), by="U0ADAM")
    ended = await office.deliver(row)
    assert ended.state is (State.DONE if departments else State.REFUSED)


async def test_a_new_admin_may_write_in_any_department(office: PostOffice) -> None:
    change(office, ANN, role="D", departments=())
    row = await office.put(note("It left."))
    assert (await office.deliver(row)).state is State.DONE


async def test_a_bulk_action_asks_once_for_each_department(office: PostOffice) -> None:
    tickets = [each for each in office.standin.account.tickets.values() if each.status in "NC"]
    here = [each.id for each in tickets if each.department == "default"]
    operations = [ChangeTags(ticket_id=each, add=("Bulk",)) for each in here]
    entries = [
        Entry(each.ticket_id, each.kind, 1, each.model_dump(), each.ticket_id, "U0ANN", batch="B")
        for each in operations
    ]
    await office.outbox.put_each(entries, hold_seconds=0)
    deliverer = office.deliverer()
    while await office.attempt(deliverer):
        pass
    calls = Counter(call.name for call in office.standin.account.journal)
    count = len(here)
    assert count > 5
    assert calls == {
        "read_agent": 1,  # she has one of them
        "list_department_agents": 1,
        "read_ticket": 2 * count,
        "read_ticket_tags": 2 * count,
        "add_tag": count,
        "list_tags": 1,
        "list_online_agents": 1,
    }
