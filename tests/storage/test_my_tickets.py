"""Messages about people's tickets are claimed by one bot, merged, and sent once."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.domain.calendar import Hours
from bot.domain.changes import Change, What
from bot.domain.my_tickets import PING_SECONDS, Effect, Mode, MyTicketsChoice
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.my_tickets_choices import IS_ANY_ACTIVE, MyTicketsChoices
from bot.storage.recent import Recent
from bot.storage.retention import Retention
from bot.storage.ticket_news import GATHER_SECONDS, LEASE_SECONDS, PACE_SECONDS, TicketNews, Work
from bot.storage.watch import KEEP_SECONDS
from tests.storage.conftest import Moved

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANN = MyTicketsChoice("U0ANN", "a1", Mode.HOURS, Hours(("mon",), time(8, 30), time(17)))


def wrote(number: int, ticket: str = "t1") -> tuple[str, Change, Effect]:
    change = Change(What.CUSTOMER_WROTE, AT, ticket, "AAA", "C", "d1", assignee_id="a1", id=number)
    return "U0ANN", change, Effect.ANSWER


@pytest.fixture
async def news(moved: Database) -> TicketNews:
    await MyTicketsChoices(moved).choose(ANN)
    return TicketNews(moved)


async def claimed(news: TicketNews, clock: Moved, seconds: float = GATHER_SECONDS + 0.1) -> Work:
    await clock.advance(seconds)
    work = await news.claim()
    assert work
    return work


async def test_choices_are_stored(moved: Database) -> None:
    choices = MyTicketsChoices(moved)
    assert not (await choices.of("U0ANN")).was_asked
    changes = Changes(moved, lease_seconds=60)
    assert await changes.wanted({"mine": IS_ANY_ACTIVE}) == {"mine": False}
    await choices.choose(ANN)
    assert await changes.wanted({"mine": IS_ANY_ACTIVE}) == {"mine": True}
    await choices.remember_channel("U0ANN", "D1")
    await choices.recognize("U0ANN", "a7")
    kept = replace(ANN, channel="D1", agent_id="a7")
    assert await choices.of("U0ANN") == kept
    assert await choices.active() == [kept]
    await choices.choose(replace(kept, mode=Mode.OFF))
    assert await choices.active() == []
    assert (await choices.of("U0ANN")).was_asked


async def test_news_is_posted_together_by_one_bot_once(news: TicketNews, clock: Moved) -> None:
    await news.add([wrote(1), wrote(2)])
    await news.add([wrote(1), wrote(2)])  # heard again after a kill
    assert await news.claim() is None
    work = await claimed(news, clock)
    assert [(each.ticket_id, each.answers) for each in work.news] == [("t1", 2)]
    assert await news.claim() is None
    assert await news.begin(work, work.news[0], "key")
    await news.mark_notified(work, work.news[0], ts="1.0", is_ping=True)
    await clock.advance(3600)
    assert await news.claim() is None


async def test_news_during_a_post_is_shown_in_place(news: TicketNews, clock: Moved) -> None:
    await news.add([wrote(1)])
    work = await claimed(news, clock)
    await news.add([wrote(2)])
    await news.mark_notified(work, work.news[0], ts="1.0", is_ping=True)
    again = await claimed(news, clock, PACE_SECONDS + GATHER_SECONDS)
    assert (again.news[0].answers, again.news[0].ts) == (2, "1.0")
    assert not (again.news[0].is_ping and again.news[0].may_ping)


async def test_a_killed_bots_begun_post_is_remembered(news: TicketNews, clock: Moved) -> None:
    await news.add([wrote(1)])
    work = await claimed(news, clock)
    assert await news.begin(work, work.news[0], "key")
    again = await claimed(news, clock, LEASE_SECONDS + 0.1)
    assert again.news[0].posting == "key"
    assert not await news.begin(work, work.news[0], "other")  # the first bot was only slow
    await news.mark_notified(work, work.news[0], ts="9.0")
    await news.mark_notified(again, again.news[0], ts="1.0", is_ping=True)
    await news.add([wrote(2)])
    assert (await claimed(news, clock)).news[0].ts == "1.0"


async def test_a_due_ping_waits_for_a_quarter_of_an_hour(news: TicketNews, clock: Moved) -> None:
    await news.add([wrote(1)])
    work = await claimed(news, clock)
    await news.mark_notified(work, work.news[0], ts="1.0", is_ping=True)
    await clock.advance(60)
    await news.add([("U0ANN", replace(wrote(2)[1], what=What.AGENT_REPLIED), Effect.OVER)])
    await news.add([wrote(3)])
    work = await claimed(news, clock)
    assert work.news[0].is_ping
    assert not work.news[0].may_ping
    await news.mark_notified(work, work.news[0], ts="1.0", wants_ping=True)
    assert await news.claim() is None
    work = await claimed(news, clock, PING_SECONDS)
    assert work.news[0].is_ping
    assert work.news[0].may_ping


async def test_a_ticket_reopened_in_between_counts_again(
    news: TicketNews, moved: Database, clock: Moved
) -> None:
    await news.add([wrote(1), wrote(2)])
    work = await claimed(news, clock)
    await news.mark_notified(work, work.news[0], ts="1.0", is_ping=True)
    await Recent(moved).opened("U0ANN", "t1")
    await clock.advance(PING_SECONDS)
    await news.add([wrote(3)])
    assert (await claimed(news, clock)).news[0].answers == 1


async def test_a_postponed_person_does_not_delay_others(
    news: TicketNews, moved: Database, clock: Moved
) -> None:
    await MyTicketsChoices(moved).choose(MyTicketsChoice("U0BEN", "a2", Mode.ALWAYS))
    await news.add([wrote(1), ("U0BEN", *wrote(1)[1:])])
    work = await claimed(news, clock)
    await news.reschedule(work, 3600)
    other = await news.claim()
    assert other
    assert {work.person.slack_user, other.person.slack_user} == {"U0ANN", "U0BEN"}
    await news.drop(other)
    assert await news.claim() is None
    assert (await claimed(news, clock, 3600)).person == work.person


async def test_nobody_is_notified_after_turning_it_off(
    news: TicketNews, moved: Database, clock: Moved
) -> None:
    await news.add([wrote(1)])
    await MyTicketsChoices(moved).choose(replace(ANN, mode=Mode.OFF))
    await MyTicketsChoices(moved).choose(ANN)
    await clock.advance(60)
    assert await news.claim() is None


async def test_nothing_is_reported_from_the_time_it_was_off(news: TicketNews, clock: Moved) -> None:
    """A bot that was just handling changes may store it after that choice."""
    choices = MyTicketsChoices(news.database)
    await choices.choose(replace(ANN, mode=Mode.OFF))
    await news.add([wrote(1)])
    await choices.choose(ANN)
    await clock.advance(GATHER_SECONDS + 0.1)
    assert await news.claim() is None


async def test_news_that_can_not_be_sent_is_erased_after_a_month(
    news: TicketNews, clock: Moved
) -> None:
    await news.add([wrote(1)])
    await clock.advance(KEEP_SECONDS - 1)
    assert await Retention(news.database).drop_ticket_news() == 0
    await clock.advance(2)
    assert await Retention(news.database).drop_ticket_news() == 1
