"""Sets up and removes a channel's overdue alerts."""

from dataclasses import dataclass, replace
from functools import partial

from bot.desk.channel_rights import ChannelRights, FindUser
from bot.desk.commits import Commits, checked_in_time
from bot.desk.desk import Desk
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import DepartmentsLoading
from bot.domain.overdue import OverdueAlert
from bot.storage.best_effort import to_show
from bot.storage.overdue import OverdueAlerts, OverdueWork


@dataclass(frozen=True, slots=True)
class OverdueDesk:
    """Operations on overdue alerts. Users are given by Slack id.

    Changes raise `NotStored` or `CommitOutcomeUnknown` if they were not on disk in time.
    """

    rights: ChannelRights
    _alerts: OverdueAlerts
    _commits: Commits
    clock: Clock = MACHINE

    async def find(self, channel: str) -> OverdueAlert | None:
        """Returns the channel's alert. Raises as `ChannelRights.check` does."""
        await self.rights.check(channel)
        return await to_show(self._alerts.find(channel), self.clock)

    async def save(
        self, alert: OverdueAlert, user_id: str, *, key: str, shown_up_to: str = ""
    ) -> OverdueAlert:
        """Replaces the channel's alert; the user becomes its owner.

        Raises:
            ShowsTooMuch: it shows departments that are not the user's.
            NotInChannel: the bot can't post there.
            NotApplied: the permissions were not known in time.

        """
        async with checked_in_time(self.clock, "late alert"):
            actor = await self.rights.actor(user_id)
            await self.rights.check_can_post(alert.channel)
            before = await self._alerts.find(alert.channel) if shown_up_to else None
            bounds = await self.rights.bounds(actor)
            alert = bounds.check(alert.keeping(before, shown_up_to), None)
        store = partial(self._alerts.save, alert, agent=actor.name)
        await self._commits.wait_for(store, key=key)
        return alert

    async def remove(self, channel: str, user_id: str) -> OverdueWork | None:
        """Removes the alert and returns it; None if there was none."""
        actor = await self.rights.actor(user_id)
        remove = partial(self._alerts.remove, channel, slack_user=user_id, agent=actor.name)
        return await self._commits.wait_for(remove, key=f"remove late {channel}")


async def as_its_owner_may_see(
    desk: Desk, find_user: FindUser, alert: OverdueAlert
) -> OverdueAlert:
    """Returns the alert without departments that are no longer its owner's.

    Raises `DepartmentsLoading`, and `NotAllowed` if nothing is left or the owner is not an agent
    any more.
    """
    actor = await desk.actor(await find_user(alert.created_by))
    if actor.sees_every_department:
        return alert
    own = await desk.departments_of(actor, alert.departments or None)
    if not own.is_complete:
        raise DepartmentsLoading
    return replace(alert, departments=own.restrict(alert.departments))
