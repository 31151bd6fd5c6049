"""Which departments somebody may let a channel see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from bot.desk.desk import Desk
from bot.domain.errors import StillReading
from bot.domain.people import Agent


class Bounded(Protocol):
    """What a channel is shown: a digest, or live tickets."""

    @property
    def departments(self) -> Mapping[str, str]: ...

    def within(self, own: Mapping[str, str], before: Self | None) -> Self:
        """Returns it as an agent of the `own` departments may save it. Raises `ShowsTooMuch`."""


Showing = TypeVar("Showing", bound=Bounded)


@dataclass(frozen=True, slots=True)
class Bounds:
    """An agent's `own` departments, None for all; not `is_complete`: more are being read."""

    own: Mapping[str, str] | None
    is_complete: bool = True

    def check(self, wanted: Showing, before: Showing | None) -> Showing:
        """Returns it as the agent may save it in place of what was `before`.

        Raises `ShowsTooMuch`, and `StillReading` while the agent's departments are not known.
        """
        if self.own is None:
            return wanted
        is_enough = wanted.departments and {*wanted.departments} <= {*self.own}
        if not (self.is_complete or is_enough):
            raise StillReading
        return wanted.within(self.own, before)


async def bounds_of(desk: Desk, actor: Agent) -> Bounds:
    if actor.sees_every_department:
        return Bounds(None)
    found = await desk.departments_of(actor)
    return Bounds({each.id: each.name for each in found.departments}, found.is_complete)
