"""Messages are redrawn once, whichever of several bots does it, and however it ends."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import update

from blocks.text import Post
from bot.domain.errors import NotApplied, SlackDoesNotAnswer
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.jobs.follow import FIRST_WAIT, MAX_FAILURES, MAX_WAIT, Drawn, Follower
from bot.storage.database import Database
from bot.storage.tables import ticket_messages
from bot.storage.ticket_messages import (
    FIRST_LOOK_SECONDS,
    GATHER_SECONDS,
    LEASE_SECONDS,
    MESSAGE_SECONDS,
    TicketMessages,
)
from tests.storage.conftest import Moved

if TYPE_CHECKING:
    from bot.slack.client import Slack

OURS = {"is_member": True}


@dataclass
class Channel:
    """A Slack with one channel."""

    info: Mapping[str, Any] = field(default_factory=lambda: OURS)
    recent: Mapping[str, Any] | None = None
    shown: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    asked: int = 0

    async def recent_channel(self, _: str) -> Mapping[str, Any]:
        self.asked += 1
        return self.recent or self.info

    def forget_channel(self, _: str) -> None:
        self.recent = None

    async def update(self, _channel: str, _ts: str, message: Mapping[str, Any]) -> None:
        if self.refusals:
            raise SlackDoesNotAnswer("chat.update", self.refusals.pop())
        self.shown.append(message["text"])


@dataclass
class LiveAgentNow:
    """What a message should show."""

    says: str = "New"
    before: Callable[[], None] = lambda: None

    async def __call__(self, message: TicketMessage) -> Drawn:
        assert message.ticket_id == "t1"
        self.before()
        return Drawn(Post(self.says, []), self.says)


@dataclass
class Team:
    """Bots on one database, before one Slack."""

    messages: TicketMessages
    clock: Moved
    slack: Channel = field(default_factory=Channel)
    now: LiveAgentNow = field(default_factory=LiveAgentNow)

    def bot(self) -> Follower:
        return Follower(self.messages, cast("Slack", self.slack), {ShownAs.SHARED: self.now})

    async def hears(self, says: str) -> None:
        self.now.says = says
        await self.messages.changed(["t1"])
        await self.clock.advance(MESSAGE_SECONDS)


@pytest.fixture
async def team(moved: Database, clock: Moved) -> Team:
    messages = TicketMessages(moved)
    await messages.remember(TicketMessage("C1", "1.1", "t1", ShownAs.SHARED, "AX4", "U1"))
    await clock.advance(FIRST_LOOK_SECONDS)
    return Team(messages, clock)


async def test_several_bots_redraw_it_once(team: Team) -> None:
    bots: Sequence[Follower] = [team.bot() for _ in range(3)]
    for says in ("New", "Open", "Open", "Resolved"):
        await team.hears(says)
        await asyncio.gather(*(bot.tick() for bot in bots))
    assert team.slack.shown == ["New", "Open", "Resolved"]


async def test_a_killed_bots_redraw_is_taken_over(team: Team) -> None:
    def die() -> None:
        raise asyncio.CancelledError

    await team.hears("Open")
    team.now.before = die
    with pytest.raises(asyncio.CancelledError):
        await team.bot().tick()
    team.now.before = lambda: None
    await team.bot().tick()
    assert team.slack.shown == []
    await team.clock.advance(LEASE_SECONDS)
    await team.bot().tick()
    assert team.slack.shown == ["Open"]


async def test_a_bug_with_one_message_keeps_no_other_from_following(team: Team) -> None:
    """Nor is it met again every minute for ever."""
    await team.messages.remember(TicketMessage("C2", "2.1", "t1", ShownAs.SHARED, "AX4", "U1"))
    await team.clock.advance(FIRST_LOOK_SECONDS)
    draws = 0

    def stumble() -> None:
        nonlocal draws
        draws += 1
        if draws % 2:
            raise RuntimeError

    team.now.before = stumble
    await team.bot().tick()
    assert team.slack.shown == ["New"]
    kept = [
        *await team.messages.of_message("C1", "1.1"),
        *await team.messages.of_message("C2", "2.1"),
    ]
    assert sorted(each.failures for each in kept) == [0, 1]
    await team.clock.advance(FIRST_WAIT)
    team.now.before = lambda: None
    await team.bot().tick()
    assert team.slack.shown == ["New", "New"]


async def test_slack_is_asked_again_after_trouble(team: Team) -> None:
    await team.hears("Open")
    team.slack.refusals = ["ratelimited"]
    await team.bot().tick()
    assert team.slack.shown == []
    await team.clock.advance(60)
    await team.bot().tick()
    assert team.slack.shown == ["Open"]


@pytest.mark.parametrize(
    ("error", "is_over"),
    [
        (NotApplied("GET conversations/{id}", "down"), False),
        (SlackDoesNotAnswer("chat.update", "TimeoutError"), False),
        (SlackDoesNotAnswer("chat.update", "invalid_blocks"), True),
        (SlackDoesNotAnswer("chat.update", "msg_too_long"), True),
        (RuntimeError(), True),
    ],
)
async def test_outages_of_any_length_do_not_stop_updates(
    team: Team, error: Exception, *, is_over: bool
) -> None:
    async with team.messages.database.begin() as connection:
        await connection.execute(update(ticket_messages).values(failures=MAX_FAILURES))
    await team.hears("Open")

    def fail() -> None:
        raise error

    team.now.before = fail
    await team.bot().tick()
    team.now.before = lambda: None
    await team.clock.advance(MAX_WAIT)
    await team.bot().tick()
    assert team.slack.shown == ([] if is_over else ["Open"])


@pytest.mark.parametrize("refusal", ["message_not_found", "channel_not_found", "is_archived"])
async def test_a_message_that_can_not_change_is_left_alone(team: Team, refusal: str) -> None:
    await team.hears("Open")
    team.slack.refusals = [refusal]
    await team.bot().tick()
    await team.hears("Resolved")
    await team.bot().tick()
    assert team.slack.shown == []


@pytest.mark.parametrize("info", [{"is_member": False}, {"is_member": True, "is_archived": True}])
async def test_no_update_in_a_channel_where_the_bot_can_not_post(
    team: Team, info: Mapping[str, Any]
) -> None:
    team.slack.info = info
    await team.hears("Open")
    await team.bot().tick()
    assert team.slack.shown == []


async def test_another_bots_news_of_a_channel_outweighs_a_recent_answer(
    team: Team,
) -> None:
    team.slack.info, team.slack.recent = {**OURS, "is_ext_shared": True}, OURS
    await team.messages.hide("C1")
    await team.clock.advance(MESSAGE_SECONDS)
    await team.bot().tick()
    (said,) = team.slack.shown
    assert "shared with another company" in said


async def test_many_messages_are_hidden_without_asking_slack_for_each(team: Team) -> None:
    """It answers fifty times a minute, and each must be changed as soon as it can be."""
    for number in range(2, 7):
        await team.messages.remember(TicketMessage("C1", f"{number}.1", "t1", ShownAs.LINE))
    team.slack.info = {**OURS, "is_ext_shared": True}
    await team.messages.hide("C1")
    bot = replace(team.bot(), clock=team.clock)
    for _ in range(8):
        await team.clock.advance(GATHER_SECONDS + 0.1)
        await bot.tick()
    assert len(team.slack.shown) == 6
    assert team.slack.asked == 1


@pytest.mark.parametrize("how", ["is_ext_shared", "is_pending_ext_shared"])
async def test_in_a_shared_channel_the_card_is_hidden(team: Team, how: str) -> None:
    team.slack.info = {**OURS, how: True}
    for says in ("Open", "Resolved"):
        await team.hears(says)
        await team.bot().tick()
    (said,) = team.slack.shown
    assert "shared with another company" in said
