"""What the bot remembers of a person."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select

from bot.domain.finding import Filter
from bot.storage.database import Database, put_in
from bot.storage.tables import preferences

_FILTER = TypeAdapter(Filter)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Every method is one transaction."""

    database: Database

    async def filter_of(self, slack_user: str) -> Filter | None:
        """The one they used last."""
        kept = await self._one(preferences.c.filter, slack_user)
        return _FILTER.validate_python(kept) if kept else None

    async def keep_filter(self, slack_user: str, used: Filter) -> None:
        await self._keep(slack_user, filter=_FILTER.dump_python(used, mode="json"))

    async def _one(self, column: ColumnElement[Any], slack_user: str) -> Any:  # noqa: ANN401  the column's own
        wanted = select(column).where(preferences.c.slack_user == slack_user)
        async with self.database.begin() as connection:
            return (await connection.execute(wanted)).scalar_one_or_none()

    async def _keep(self, slack_user: str, **values: object) -> None:
        async with self.database.begin() as connection:
            await connection.execute(
                put_in(connection, preferences, slack_user=slack_user, **values)
            )
