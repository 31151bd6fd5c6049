"""How many postponed tickets wake today is shown only if known for each of them."""

from datetime import timedelta

from blocks.digest_figures import figures
from blocks.forms.digest import fresh
from bot.desk.gathering import gather_contents
from bot.i18n import Translator
from tests.clock import ManualClock
from tests.desk.conftest import PostOffice

T = Translator("en")


async def test_a_digest_counts_what_wakes_with_one_call(
    office: PostOffice, clock: ManualClock
) -> None:
    account, switches = office.standin.account, office.standin.switches
    switches.oversleeps = True
    digest, now = fresh("C0", "U0ADAM", "UTC", T), clock.now()
    tickets = list(account.tickets.values())
    for each in tickets:
        each.status = "N"
    for each, hours in zip(tickets, (-2, 0.25, 30), strict=False):
        each.status, each.postponed_until = "W", now + timedelta(hours=hours)

    async def posted_text() -> str:
        contents = await gather_contents(office.desk, digest, max_shown=0)
        return " ".join(figures(digest, contents, T))

    first = await posted_text()
    is_late_evening = (now + timedelta(hours=0.25)).date() != now.date()
    assert ("Wakes today (1) · should" in first) is not is_late_evening
    assert "hould have woken (1)" in first
    await posted_text()
    assert sum(call.name == "list_ticket_rows" for call in account.journal) == 1
    await clock.advance(31)
    switches.v3_reopen = "local"  # a time of some zone
    assert "woken" not in await posted_text()
