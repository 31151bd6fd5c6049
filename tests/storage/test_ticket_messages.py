"""Messages that show a ticket: they become due when it changes, each for one bot at a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.ticket_message import FOLLOWING, HIDDEN, TO_HIDE, ShownAs, TicketMessage
from bot.jobs.housekeeping import REST_SECONDS, Housekeeping
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.retention import Retention
from bot.storage.ticket_messages import (
    CHANNEL_SECONDS,
    FIRST_LOOK_SECONDS,
    GATHER_SECONDS,
    LEASE_SECONDS,
    MAX_USES,
    MESSAGE_SECONDS,
    PRIVATE_SECONDS,
    TicketMessages,
    are_watched,
    changed,
)
from tests.storage.conftest import Moved

SHARED = TicketMessage("C1", "1.1", "t1", ShownAs.SHARED, "AX4", "U1", comment="who?")
PRIVATE = replace(SHARED, ts="2.2", shown_as=ShownAs.PRIVATE, response_url="https://one")


@pytest.fixture
def messages(moved: Database) -> TicketMessages:
    return TicketMessages(moved)


async def claim(messages: TicketMessages) -> TicketMessage:
    claimed = await messages.claim(FOLLOWING)
    assert claimed
    return claimed


async def test_a_burst_of_changes_is_one_redraw(messages: TicketMessages, clock: Moved) -> None:
    await messages.remember(SHARED)
    await messages.changed(["t1"])
    assert await messages.claim(FOLLOWING) is None  # what follows at once is gathered
    for _ in range(20):
        await messages.changed(["AX4", "another"])  # by its code, too
    await clock.advance(GATHER_SECONDS)
    claimed = await claim(messages)
    assert (claimed.comment, claimed.changes) == ("who?", 21)
    await messages.redrawn(claimed, "looks so")
    await clock.advance(LEASE_SECONDS)
    assert await messages.claim(FOLLOWING) is None
    (kept,) = await messages.of_message("C1", "1.1")
    assert kept.content == "looks so"


async def test_a_change_during_a_redraw_makes_it_due_again(
    messages: TicketMessages, clock: Moved
) -> None:
    await messages.remember(SHARED)
    await messages.changed(["t1"])
    await clock.advance(GATHER_SECONDS)
    claimed = await claim(messages)
    await messages.changed(["t1"])
    await messages.redrawn(claimed, "looks so")
    await clock.advance(MESSAGE_SECONDS - 0.5)
    assert await messages.claim(FOLLOWING) is None
    await clock.advance(0.5)
    assert (await claim(messages)).changes == 2


async def test_a_message_is_redrawn_every_few_seconds_at_most(
    messages: TicketMessages, clock: Moved
) -> None:
    await messages.remember(SHARED)
    redraws = 0
    for _ in range(60):  # half a minute in which it changes without end
        await messages.changed(["t1"])
        await clock.advance(0.5)
        if claimed := await messages.claim(FOLLOWING):
            await messages.redrawn(claimed, "")
            redraws += 1
    assert abs(redraws - 30 / MESSAGE_SECONDS) <= 2


async def test_a_channel_gets_one_a_second(messages: TicketMessages, clock: Moved) -> None:
    each = [replace(SHARED, ts=f"1.{number}") for number in range(5)]
    await messages.remember(*each, replace(SHARED, channel="C2"))
    await messages.changed(["t1"])
    await clock.advance(GATHER_SECONDS)
    both = {(await claim(messages)).channel, (await claim(messages)).channel}
    assert both == {"C1", "C2"}
    assert await messages.claim(FOLLOWING) is None
    await clock.advance(CHANNEL_SECONDS)
    assert (await claim(messages)).channel == "C1"


async def test_one_bot_redraws_and_a_killed_bots_claim_is_taken_over(
    messages: TicketMessages, clock: Moved
) -> None:
    await messages.remember(SHARED)
    await messages.changed(["t1"])
    await clock.advance(GATHER_SECONDS)
    claims = await asyncio.gather(*(messages.claim(FOLLOWING) for _ in range(4)))
    (first,) = [each for each in claims if each]
    await clock.advance(LEASE_SECONDS)  # it was killed
    second = await claim(messages)
    await messages.redrawn(second, "new")
    await messages.redrawn(first, "old")  # it was only stalled
    (kept,) = await messages.of_message("C1", "1.1")
    assert kept.content == "new"


@pytest.mark.parametrize("ends", ["stop_following", "deleted"])
async def test_resting_and_deleted_messages_are_not_updated(
    messages: TicketMessages, clock: Moved, ends: str
) -> None:
    await messages.remember(SHARED)
    await messages.changed(["t1"])
    await clock.advance(GATHER_SECONDS)
    await getattr(messages, ends)(await claim(messages))
    await messages.changed(["t1"])
    await clock.advance(MESSAGE_SECONDS)
    assert await messages.claim(FOLLOWING) is None
    (kept,) = await messages.of_message("C1", "1.1")
    assert not kept.comment
    await messages.remember(SHARED)  # clicked on
    await messages.changed(["t1"])
    await clock.advance(MESSAGE_SECONDS)
    assert await messages.claim(FOLLOWING)


async def test_a_digest_names_its_tickets_and_is_never_redrawn(
    messages: TicketMessages, clock: Moved
) -> None:
    each = [TicketMessage("C1", "3.3", name, ShownAs.DIGEST) for name in ("b", "a", "c")]
    await messages.remember(*each)
    found = await messages.of_message("C1", "3.3")
    assert [message.ticket_id for message in found] == ["b", "a", "c"]
    await messages.changed(["a"])
    await clock.advance(LEASE_SECONDS)
    assert await messages.claim(FOLLOWING) is None


async def test_a_private_card_follows_twice_a_click_while_its_url_lives(
    messages: TicketMessages, clock: Moved
) -> None:
    await messages.remember(PRIVATE)
    redraws = 0
    for _ in range(MAX_USES + 2):
        await messages.changed(["t1"])
        await clock.advance(MESSAGE_SECONDS)
        if claimed := await messages.claim(FOLLOWING):
            redraws += await messages.counts_use(claimed)
            await messages.redrawn(claimed, "")
    assert redraws == MAX_USES
    again = replace(PRIVATE, response_url="https://two")
    await messages.remember(again)
    await messages.changed(["t1"])
    await clock.advance(MESSAGE_SECONDS)
    assert (await claim(messages)).response_url == "https://two"
    await clock.advance(PRIVATE_SECONDS)
    assert await messages.claim(FOLLOWING) is None
    assert await Retention(messages.database).drop_private_cards() == 1


async def test_a_click_meanwhile_keeps_its_new_url(messages: TicketMessages, clock: Moved) -> None:
    await messages.remember(PRIVATE)
    await messages.changed(["t1"])
    await clock.advance(GATHER_SECONDS)
    claimed = await claim(messages)
    await messages.remember(replace(PRIVATE, response_url="https://two"))
    assert not await messages.counts_use(claimed)


async def test_the_last_clicked_card_of_a_ticket_is_kept(messages: TicketMessages) -> None:
    await messages.remember(PRIVATE, replace(PRIVATE, ts="4.4"), replace(PRIVATE, slack_user="U2"))
    found = [each for ts in ("2.2", "4.4") for each in await messages.of_message("C1", ts)]
    assert {each.slack_user: each.ts for each in found} == {"U1": "4.4", "U2": "2.2"}


async def test_ones_own_operation_does_not_make_ones_card_due(
    messages: TicketMessages, clock: Moved
) -> None:
    await messages.remember(PRIVATE, replace(PRIVATE, ts="5.5", slack_user="U2"))
    async with messages.database.begin() as connection:
        await connection.execute(changed(["t1"], "U1"))
    await clock.advance(GATHER_SECONDS)
    assert (await claim(messages)).slack_user == "U2"
    await clock.advance(LEASE_SECONDS / 2)
    assert await messages.claim(FOLLOWING) is None


async def test_old_messages_rest_and_are_then_deleted(
    messages: TicketMessages, clock: Moved
) -> None:
    await messages.remember(SHARED)
    retention = Retention(messages.database)
    assert await retention.rest_messages(60) == 0
    await clock.advance(61)
    assert await retention.rest_messages(60) == 1
    assert await retention.rest_messages(60) == 0
    (kept,) = await messages.of_message("C1", "1.1")
    assert not kept.comment
    assert await retention.drop_messages(60) == 1


async def test_however_short_rows_are_kept_a_message_that_follows_stays(
    messages: TicketMessages, clock: Moved
) -> None:
    housekeeping = Housekeeping(
        Retention(messages.database), timedelta(days=1), keep_rows=timedelta(days=1)
    )
    await messages.remember(SHARED)
    await clock.advance(REST_SECONDS - 60)
    await housekeeping.tick()
    (kept,) = await messages.of_message("C1", "1.1")
    await messages.changed(["t1"])
    await clock.advance(GATHER_SECONDS)
    assert (await claim(messages)).id == kept.id


async def test_a_months_old_digest_knows_its_tickets_no_more_but_can_be_hidden(
    messages: TicketMessages, clock: Moved
) -> None:
    digest = TicketMessage("C1", "7.7", "t1", ShownAs.DIGEST, code="AX4")
    await messages.remember(SHARED, digest, replace(digest, ticket_id="t2", code="AX5"))
    await clock.advance(61)
    retention = Retention(messages.database)
    assert await retention.drop_digests_tickets(60) == 2
    assert await retention.drop_digests_tickets(60) == 0
    assert await messages.of_message("C1", "1.1")
    assert not await messages.of_message("C1", "7.7")
    await messages.hide("C1")
    await clock.advance(GATHER_SECONDS)
    hidden = await messages.claim([ShownAs.DIGEST])
    assert hidden
    assert (hidden.ts, hidden.ticket_id, hidden.code) == ("7.7", "", "")


async def test_a_shared_card_is_looked_at_once_after_it_was_posted(
    messages: TicketMessages, clock: Moved
) -> None:
    await messages.remember(SHARED)
    assert await messages.claim(FOLLOWING) is None
    await clock.advance(FIRST_LOOK_SECONDS)
    await messages.redrawn(await claim(messages), "")
    await clock.advance(FIRST_LOOK_SECONDS)
    assert await messages.claim(FOLLOWING) is None


async def test_an_idle_bot_reads_an_index(messages: TicketMessages) -> None:
    await messages.remember(*(replace(SHARED, ts=f"6.{number}") for number in range(500)))
    async with messages.database.begin() as connection:
        await connection.execute(text("ANALYZE ticket_messages"))
        explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        query = "SELECT id FROM ticket_messages WHERE due > 0 AND due <= 5 ORDER BY due LIMIT 1"
        plan = (await connection.execute(text(f"{explain} {query}"))).all()
    assert "ticket_messages_due" in str(plan)


@pytest.mark.parametrize("shown_as", [ShownAs.PRIVATE, ShownAs.DIRECT])
async def test_a_card_of_ones_own_is_watched_while_it_is_young(
    messages: TicketMessages, moved: Database, clock: Moved, shown_as: ShownAs
) -> None:
    async def is_watched() -> bool:
        changes = Changes(moved, lease_seconds=60)
        return (await changes.wanted({"cards": are_watched()}))["cards"]

    assert not await is_watched()
    await messages.remember(replace(PRIVATE, shown_as=shown_as))
    assert await is_watched()
    await clock.advance(PRIVATE_SECONDS)
    assert not await is_watched()
    await messages.remember(SHARED)
    assert await is_watched()


@pytest.mark.parametrize("rests", [False, True])
async def test_a_message_hidden_during_a_redraw_is_hidden_afterwards(
    messages: TicketMessages, clock: Moved, *, rests: bool
) -> None:
    """Its bot has asked before who reads the channel."""
    await messages.remember(SHARED)
    await clock.advance(FIRST_LOOK_SECONDS)
    claimed = await messages.claim([*ShownAs])
    assert claimed
    await messages.hide("C1")
    await (messages.stop_following(claimed) if rests else messages.redrawn(claimed, "shown"))
    await clock.advance(MESSAGE_SECONDS)
    again = await messages.claim([*ShownAs])
    assert again
    assert again.content == TO_HIDE
    await messages.redrawn(again, HIDDEN)
    await clock.advance(MESSAGE_SECONDS)
    assert await messages.claim([*ShownAs]) is None


async def test_hiding_a_channel_hides_each_message_once(
    messages: TicketMessages, clock: Moved
) -> None:
    """A digest shows several; nobody else sees a card of one's own."""
    line = replace(SHARED, ts="3.3", shown_as=ShownAs.LINE)
    digest = [
        replace(SHARED, ts="4.4", shown_as=ShownAs.DIGEST, ticket_id=each) for each in ("t1", "t2")
    ]
    waits_for_its_first_look = replace(SHARED, ts="5.5")
    others = [PRIVATE, replace(line, channel="C2")]
    await messages.remember(line, *digest, waits_for_its_first_look, *others)
    await messages.hide("C1")
    hidden = list[str]()
    for _ in range(5):
        await clock.advance(GATHER_SECONDS)
        if claimed := await messages.claim([*ShownAs]):
            hidden.append(claimed.ts)
            await messages.redrawn(claimed, HIDDEN)
    assert sorted(hidden) == ["3.3", "4.4", "5.5"]
    await messages.hide("C1")
    await clock.advance(GATHER_SECONDS)
    assert await messages.claim([*ShownAs]) is None
    await messages.remember(*digest)  # by who had looked at the channel before
    await clock.advance(GATHER_SECONDS)
    again = await messages.claim([*ShownAs])
    assert again
    assert (again.ts, again.content) == ("4.4", TO_HIDE)
