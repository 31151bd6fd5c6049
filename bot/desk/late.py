"""What agents may do with what channels are told about waiting customers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.desk.bounds import bounds_of
from bot.desk.commits import Commits, checked_in_time
from bot.desk.desk import Desk
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import NotInChannel, OutOfBounds, StillReading
from bot.domain.late import LateAlert
from bot.domain.people import Agent, SlackUser
from bot.storage.late import LateAlerts, LateWork


@dataclass(frozen=True, slots=True)
class LateDesk:
    """Operations on them. Users are Slack ids; `NotAllowed` is raised for strangers.

    `check_channel` returns whether the bot is a member of a channel; it raises `SharedOutside` and
    `ChannelUnseen` for channels that may show no ticket.
    """

    _desk: Desk
    _alerts: LateAlerts
    _find_user: Callable[[str], Awaitable[SlackUser]]
    _check_channel: Callable[[str], Awaitable[bool]]
    _commits: Commits
    clock: Clock = MACHINE

    async def find(self, channel: str) -> LateAlert | None:
        """Returns what the channel is told. Raises as `check_channel` does."""
        await self._check_channel(channel)
        return await self._alerts.find(channel)

    async def save(
        self, alert: LateAlert, user_id: str, *, key: str, shown_up_to: str = ""
    ) -> LateAlert:
        """Stores it in place of what the channel was told; the user becomes its owner.

        Raises:
            ShowsTooMuch: it shows departments that are not the user's.
            NotInChannel: the bot can't post there.
            NotMade: the permissions were not known in time.
            NotStored: it was not on disk in time.

        """
        async with checked_in_time(self.clock, "late alert"):
            actor = await self._actor(user_id)
            if not await self._check_channel(alert.channel):
                raise NotInChannel
            before = await self._alerts.find(alert.channel) if shown_up_to else None
            bounds = await bounds_of(self._desk, actor)
            alert = bounds.check(alert.keeping(before, shown_up_to), None)
        store = partial(self._alerts.save, alert, agent=actor.name)
        await self._commits.wait_for(store, key=key)
        return alert

    async def remove(self, channel: str, user_id: str) -> LateWork | None:
        """Ends it; returns what it was, None if there was nothing to end."""
        actor = await self._actor(user_id)
        return await self._alerts.remove(channel, slack_user=user_id, agent=actor.name)

    async def _actor(self, user_id: str) -> Agent:
        return await self._desk.actor(await self._find_user(user_id))


async def as_its_owner_may_see(
    desk: Desk, find_user: Callable[[str], Awaitable[SlackUser]], alert: LateAlert
) -> LateAlert:
    """Returns it without departments that are no longer its owner's.

    Raises `NotAllowed` if nothing is left, or the owner is no agent any more, and `StillReading`.
    """
    actor = await desk.actor(await find_user(alert.created_by))
    if actor.sees_every_department:
        return alert
    own = await desk.departments_of(actor, alert.departments or None)
    if not own.is_complete:
        raise StillReading
    names = {each.id: each.name for each in own.departments}
    kept = {each: names[each] for each in alert.departments or names if each in names}
    if not kept:
        raise OutOfBounds
    return replace(alert, departments=kept)
