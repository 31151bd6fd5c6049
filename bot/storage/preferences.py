"""A person's settings, and notes about them."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select, update

from bot.domain.clock import MACHINE, Clock
from bot.domain.filter import Filter
from bot.storage.best_effort import as_best_effort
from bot.storage.database import Database
from bot.storage.dialects import now, put_in
from bot.storage.tables import preferences

HOME_SECONDS = 3600.0
LANGUAGE_SECONDS = 0.3  # an acknowledgement, or a form's trigger, waits for it

_FILTER = TypeAdapter(Filter)


def _no_filter() -> Filter | None:
    return None


def _no_times() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """Settings and notes per Slack user. Every method is one transaction.

    Everything but deliberate choices is best effort.
    """

    database: Database
    clock: Clock = MACHINE

    @as_best_effort(_no_filter)
    async def filter_of(self, slack_user: str) -> Filter | None:
        """Returns the last filter that they used."""
        kept = await self._one(preferences.c.filter, slack_user)
        return _FILTER.validate_python(kept) if kept else None

    @as_best_effort(lambda: None)
    async def keep_filter(self, slack_user: str, used: Filter) -> None:
        await self._keep(slack_user, filter=_FILTER.dump_python(used, mode="json"))

    @as_best_effort(str, seconds=LANGUAGE_SECONDS)
    async def language_of(self, slack_user: str) -> str:
        """Returns the language they chose; "" for Slack's, or if the database is unavailable."""
        return await self._one(preferences.c.language, slack_user) or ""

    async def choose_language(self, slack_user: str, language: str) -> None:
        await self._keep(slack_user, language=language)

    @as_best_effort(str, seconds=LANGUAGE_SECONDS)
    async def after_sending(self, slack_user: str) -> str:
        """Returns the status chosen with their last reply; "" for none."""
        return await self._one(preferences.c.after_sending, slack_user) or ""

    @as_best_effort(lambda: None)
    async def keep_after_sending(self, slack_user: str, status: str) -> None:
        await self._keep(slack_user, after_sending=status)

    @as_best_effort(_no_times, seconds=LANGUAGE_SECONDS)
    async def postpone_times(self, slack_user: str) -> tuple[str, ...]:
        """Returns their own times to postpone tickets until, as typed."""
        kept = await self._one(preferences.c.postpone_times, slack_user)
        return tuple(str(kept or "").splitlines())

    async def choose_postpone_times(
        self, slack_user: str, times: tuple[str, ...]
    ) -> tuple[str, ...]:
        await self._keep(slack_user, postpone_times="\n".join(times))
        return times

    @as_best_effort(lambda: False)
    async def wants_all_notices(self, slack_user: str) -> bool:
        """Returns whether they want a direct message for each operation that ends."""
        return bool(await self._one(preferences.c.wants_all_notices, slack_user))

    async def choose_notices(self, slack_user: str, *, everything: bool) -> None:
        await self._keep(slack_user, wants_all_notices=everything)

    @as_best_effort(lambda: False)
    async def hides_guide(self, slack_user: str) -> bool:
        return bool(await self._one(preferences.c.hides_guide, slack_user))

    async def hide_guide(self, slack_user: str) -> None:
        await self._keep(slack_user, hides_guide=True)

    @as_best_effort(lambda: None)
    async def opened_home(self, slack_user: str) -> None:
        await self._keep(slack_user, home_opened=now())

    @as_best_effort(lambda: False)
    async def has_home_open(self, slack_user: str) -> bool:
        """Whether they opened Home recently: Slack does not say when they leave it."""
        is_recent = preferences.c.home_opened > now() - HOME_SECONDS
        return bool(await self._one(is_recent, slack_user))

    @as_best_effort(lambda: False)
    async def welcomes(self, slack_user: str) -> bool:
        """Returns True once: when the person is to be welcomed; never if they know the guide.

        Home must have been opened before.
        """
        is_new = ~preferences.c.welcomed & ~preferences.c.hides_guide
        theirs = preferences.c.slack_user == slack_user
        changed = update(preferences).where(theirs, is_new).values(welcomed=True)
        return await self.database.transact(lambda it: it.execute(changed).rowcount == 1)

    async def _one(self, column: ColumnElement[Any], slack_user: str) -> Any:  # noqa: ANN401  the column's type
        wanted = select(column).where(preferences.c.slack_user == slack_user)
        return await self.database.transact(lambda it: it.execute(wanted).scalar_one_or_none())

    async def _keep(self, slack_user: str, **values: object) -> None:
        await self.database.transact(
            lambda it: it.execute(put_in(it, preferences, slack_user=slack_user, **values))
        )
