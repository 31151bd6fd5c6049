"""Who may set up what a channel is shown."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from bot.desk.desk import Desk
from bot.domain.errors import NotInChannel, StillReading
from bot.domain.people import Agent, SlackUser

FindUser = Callable[[str], Awaitable[SlackUser]]


class Scoped(Protocol):
    """What a channel is shown of some departments: a digest, live tickets, waits."""

    @property
    def departments(self) -> Mapping[str, str]: ...

    def within(self, own: Mapping[str, str], before: Self | None) -> Self:
        """Returns it as an agent of the `own` departments may save it. Raises `ShowsTooMuch`."""


Setting = TypeVar("Setting", bound=Scoped)


@dataclass(frozen=True, slots=True)
class Bounds:
    """An agent's `own` departments, None for all; not `is_complete`: more are being read."""

    own: Mapping[str, str] | None
    is_complete: bool = True

    def check(self, wanted: Setting, before: Setting | None) -> Setting:
        """Returns it as the agent may save it in place of what was `before`.

        Raises `ShowsTooMuch`, and `StillReading` while the agent's departments are not known.
        """
        if self.own is None:
            return wanted
        is_enough = wanted.departments and {*wanted.departments} <= {*self.own}
        if not (self.is_complete or is_enough):
            raise StillReading
        return wanted.within(self.own, before)


@dataclass(frozen=True, slots=True)
class ChannelRights:
    """What the desks of channels check. Users are Slack ids.

    `check` returns whether the bot is a member of a channel; it raises `SharedOutside` and
    `ChannelUnseen` for channels that may show no ticket.
    """

    desk: Desk
    find_user: FindUser
    check: Callable[[str], Awaitable[bool]]

    async def check_can_post(self, channel: str) -> None:
        """Raises as `check` does, and `NotInChannel`."""
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
