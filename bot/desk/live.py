"""Sets up live channels, and decides which changes each of them shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import ColumnElement

from bot.desk.channel_rights import ChannelRights
from bot.desk.commits import Commits, checked_in_time
from bot.domain.changes import Change
from bot.domain.clock import MACHINE, Clock
from bot.domain.live import LiveChannel
from bot.storage.best_effort import best_effort, to_show
from bot.storage.live_channels import IS_ANY_ACTIVE, LiveChannels
from bot.storage.live_events import LiveEvents


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """Operations on live channels. `hasten` makes the watch poll soon.

    Changes raise `NotStored` or `CommitOutcomeUnknown` if they were not on disk in time.
    """

    rights: ChannelRights
    _channels: LiveChannels
    _hasten: Callable[[], None]
    _commits: Commits
    clock: Clock = MACHINE

    async def find(self, channel: str) -> LiveChannel | None:
        """Returns the channel's setting. Raises as `ChannelRights.check` does."""
        await self.rights.check(channel)
        return await to_show(self._channels.find(channel), self.clock)

    async def of_user(self, user_id: str) -> Sequence[LiveChannel] | None:
        """Returns the channels that the user owns; None if the database does not answer."""
        return await best_effort(self._channels.of_user(user_id), None, clock=self.clock)

    async def save(
        self, live: LiveChannel, user_id: str, *, key: str, shown_up_to: str = ""
    ) -> LiveChannel:
        """Replaces the channel's setting; the user becomes its owner.

        The bounds are checked within the transaction, because two users may change it at once.

        Raises:
            ShowsTooMuch: the channel would see more of others' departments than before.
            NotInChannel: the bot can't post there.
            NotApplied: the permissions were not known in time.

        """
        async with checked_in_time(self.clock, "live channel"):
            actor = await self.rights.actor(user_id)
            await self.rights.check_can_post(live.channel)
            bounds = await self.rights.bounds(actor)

        def change(before: LiveChannel | None) -> LiveChannel:
            kept = live.keeping(before, shown_up_to)
            return replace(bounds.check(kept, before), created_by=user_id, is_paused=False)

        store = partial(self._channels.change, live.channel, change, agent=actor.name)
        saved = await self._commits.wait_for(store, key=key)
        self._hasten()
        return saved

    async def pause(self, channel: str, user_id: str) -> None:
        """Stops new posts until the channel is resumed; changes in between are never posted."""
        actor = await self.rights.actor(user_id)
        pause = partial(self._channels.pause, channel, slack_user=user_id, agent=actor.name)
        await self._commits.wait_for(pause, key=f"pause live {channel}")

    async def resume(self, channel: str, user_id: str) -> None:
        """Raises as `ChannelRights.check_can_post` does."""
        actor = await self.rights.actor(user_id)
        await self.rights.check_can_post(channel)
        resume = partial(self._channels.resume, channel, slack_user=user_id, agent=actor.name)
        await self._commits.wait_for(resume, key=f"resume live {channel}")
        self._hasten()

    async def remove(self, channel: str, user_id: str) -> None:
        actor = await self.rights.actor(user_id)
        remove = partial(self._channels.remove, channel, slack_user=user_id, agent=actor.name)
        await self._commits.wait_for(remove, key=f"remove live {channel}")


@dataclass(frozen=True, slots=True)
class LiveSubscriber:
    """Stores the changes that live channels will show."""

    channels: LiveChannels
    events: LiveEvents
    name: str = "live"
    is_wanted: ColumnElement[bool] = IS_ANY_ACTIVE
    needs_events: bool = True

    async def handle(self, changes: Sequence[Change]) -> None:
        shown = {*await self.events.shown({each.ticket_id for each in changes if each.ticket_id})}
        active, pending = await self.channels.active(), list[tuple[str, Change]]()
        for change in changes:
            for live in active:
                place = (live.channel, change.ticket_id)
                if live.is_for(change, is_shown=place in shown):
                    pending.append((live.channel, change))
                    if not change.is_late:
                        shown.add(place)
        await self.events.add(pending)
