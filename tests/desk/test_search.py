"""What a list of one's own tickets says while version 3, which knows them, does not answer."""

from bot.desk.search import TicketSearch
from bot.domain.filter import MINE
from bot.liveagent.client_v3 import RECENT_SECONDS
from tests.desk.conftest import PostOffice


async def test_after_an_outage_assignees_are_known_again(
    office: PostOffice,
) -> None:
    search, ann = TicketSearch.of(office.desk), await office.desk.actor(office.users["U0ANN"])
    office.standin.faults.set("down", "*/v3/*")
    for _ in range(2):
        found = await search.find(ann, MINE, zone="UTC")
        assert (found.knows_assignees, found.may_know_later) == (False, True)
        office.standin.faults.clear()  # for some seconds nobody waits for it
    await office.clock.advance(RECENT_SECONDS + 1)
    found = await search.find(ann, MINE, zone="UTC")
    assert (found.knows_assignees, found.may_know_later) == (True, False)
