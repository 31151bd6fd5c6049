"""What lists know of assignees from version 3, and say while it does not answer."""

from bot.desk.search import TicketSearch
from bot.domain.filter import MINE, TO_DO
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


async def test_a_colleagues_tickets_are_not_to_do_if_version_3_tells(office: PostOffice) -> None:
    search, ann = TicketSearch.of(office.desk), await office.desk.actor(office.users["U0ANN"])
    office.standin.faults.set("down", "*/v3/*")
    unknown = await search.find(ann, TO_DO, zone="UTC")
    assert "TRF-4X4-KK9" in {each.code for each in unknown.tickets}  # it is Adam's
    assert not unknown.knows_assignees
    office.standin.faults.clear()
    await office.clock.advance(RECENT_SECONDS + 1)
    before = len(office.standin.account.journal)
    for _ in range(2):
        known = await search.find(ann, TO_DO, zone="UTC")
        codes = {each.code for each in known.tickets}
        assert {"AX4-B4T-FD8", "RFD-8K2-QZ1"} <= codes  # nobody's, and her own
        assert "TRF-4X4-KK9" not in codes
        assert known.knows_assignees
    asked = [call for call in office.standin.account.journal[before:] if "v3" in call.path]
    assert len(asked) == 1
