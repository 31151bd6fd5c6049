"""With a thousand departments and ten thousand tags, agents are served as fast as admins."""

from collections import Counter
from dataclasses import replace
from math import inf

import pytest

from bot.app import Intervals
from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.liveagent.records import Department, Tag
from bot.sandbox.slack import Person
from tests.journeys import counting
from tests.journeys.starting import TEMPO
from tests.waiting import until

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

DEPARTMENTS, AGENTS, TAGS = 1000, 2000, 10_000
OTHERS = "/departments/place"
SERVED = {
    "read_agent": 1,
    "read_ticket": 4,
    "read_messages": 4,
    "read_ticket_tags": 2,
    "list_tickets": 1,
    "count_waiting": 1,
    "post_message": 1,
    "list_online_agents": 1,
    "list_departments": 1,
}


@pytest.fixture
def tempo() -> Intervals:
    """The watch asks too, once it is its turn, and would be counted."""
    return replace(TEMPO, watch=inf)


@pytest.fixture
def large(sandbox: Sandbox) -> Sandbox:
    """Made before the bot is started."""
    account = sandbox.liveagent.account
    more = [Department(f"place{n:04}", f"Place {n}") for n in range(DEPARTMENTS)]
    account.departments = (*account.departments, *more)
    ann = account.agents[0]
    crowd = (
        replace(
            ann,
            id=f"crowd{n:04}",
            contact_id=f"contact{n:04}",
            email=f"crowd{n}@acme.example",
            departments=(more[n % DEPARTMENTS].id,),
        )
        for n in range(AGENTS)
    )
    account.agents = (*account.agents, *crowd)
    account.tags |= {tag.id: tag for tag in (Tag(f"t{n:05}", f"Tag {n}") for n in range(TAGS))}
    sandbox.liveagent.faults.add(Fault(kind="hang", calls=f"*{OTHERS}*"))
    return sandbox


async def served(person: Person, sandbox: Sandbox) -> Counter[str]:
    """A card, a list, the queue and a reply that arrives; the calls but those for others."""
    await counting.show_card(person, sandbox)
    await counting.show_list(person, sandbox)
    await person.types("#support", "/ticket")
    await person.wait_for(lambda seen: "Waiting" in seen or "still loading" in seen)
    await counting.reply(person, sandbox)
    journal = sandbox.liveagent.account.journal
    made = (call for call in journal if not counting.is_beside(call))
    return Counter(call.name for call in made if OTHERS not in call.path)


@pytest.mark.usefixtures("large", "bot")
@pytest.mark.parametrize("email", ["ann", "adam"])
async def test_an_agent_costs_no_more_calls_than_an_admin(sandbox: Sandbox, email: str) -> None:
    journal = sandbox.liveagent.account.journal
    await until(lambda: any(OTHERS in call.path for call in journal))
    found = await served(sandbox.slack.person(email), sandbox)
    found["list_department_agents"] -= 3  # read ahead: the departments that LiveAgent answers for
    before_the_write = "list_department_agents" if email == "ann" else "read_agent"
    assert found == Counter(SERVED) + Counter([before_the_write])
    for_others = {call.path for call in journal if OTHERS in call.path}
    assert len(for_others) == 1
    sandbox.liveagent.faults.clear()
