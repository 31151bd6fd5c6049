"""Permissions to set up digests, live tickets and alerts in a channel."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from bot.desk.desk import Desk
from bot.domain.errors import DepartmentsLoading, NotInChannel
from bot.domain.people import Agent, SlackUser

FindUser = Callable[[str], Awaitable[SlackUser]]


class Scoped(Protocol):
    """A channel's setting that shows tickets of departments: a digest, live tickets or alerts."""

    @property
    def departments(self) -> Mapping[str, str]: ...

    def within(self, own: Mapping[str, str], before: Self | None) -> Self:
        """Returns the setting limited to what an agent of the `own` departments may save.

        Raises `ShowsTooMuch`.
        """


Setting = TypeVar("Setting", bound=Scoped)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The departments that an agent may show: `own`, or None for all.

    Without `is_complete`, more departments are still being read.
    """

    own: Mapping[str, str] | None
    is_complete: bool = True

    def check(self, wanted: Setting, before: Setting | None) -> Setting:
        """Returns the setting limited to what the agent may save in place of `before`.

        Raises `ShowsTooMuch`, or `DepartmentsLoading` while the agent's departments are not known.
        """
        if self.own is None:
            return wanted
        is_enough = wanted.departments and {*wanted.departments} <= {*self.own}
        if not (self.is_complete or is_enough):
            raise DepartmentsLoading
        return wanted.within(self.own, before)


@dataclass(frozen=True, slots=True)
class ChannelRights:
    """The checks that all desks of channels share. Users are given by Slack id.

    `check` returns whether the bot is a member of a channel; it raises `SharedOutside` and
    `ChannelUnseen` for channels that may show no ticket.
    """

    desk: Desk
    find_user: FindUser
    check: Callable[[str], Awaitable[bool]]

    async def check_can_post(self, channel: str) -> None:
        """Raises `NotInChannel`, and the errors of `check`."""
        if not await self.check(channel):
            raise NotInChannel

    async def actor(self, user_id: str) -> Agent:
        """Raises `NotAllowed` for users who are no agents."""
        return await self.desk.actor(await self.find_user(user_id))

    async def bounds(self, actor: Agent) -> Bounds:
        if actor.sees_every_department:
            return Bounds(None)
        found = await self.desk.departments_of(actor)
        return Bounds({each.id: each.name for each in found.departments}, found.is_complete)
