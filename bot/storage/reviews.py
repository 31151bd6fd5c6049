"""Rounds through tickets, kept while somebody may still be at them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.review import Round, Stop
from bot.storage.database import Database, now
from bot.storage.tables import rounds

LIFE_SECONDS = 24 * 3600.0

_STOP = {field.name for field in fields(Stop)}


@dataclass(frozen=True, slots=True)
class Rounds:
    """Every method is one transaction. None stands for somebody else's round, or one long ago."""

    database: Database

    async def start(self, slack_user: str, stops: Sequence[Stop], *, left_out: int = 0) -> Round:
        """Forgets those that nobody is at any more."""
        begun = Round(secrets.token_hex(8), list(stops), left_out=left_out)
        values = {
            "id": begun.id,
            "slack_user": slack_user,
            "stops": [asdict(stop) for stop in stops],
            "position": 0,
            "done": [],
            "created": now(),
            "left_out": left_out,
        }
        async with self.database.begin() as connection:
            await connection.execute(delete(rounds).where(rounds.c.created < now() - LIFE_SECONDS))
            await connection.execute(insert(rounds).values(values))
        return begun

    async def find(self, round_id: str, slack_user: str) -> Round | None:
        async with self.database.begin() as connection:
            return await _read(connection, _wanted(round_id, slack_user))

    async def go_on(self, round_id: str, slack_user: str, position: int) -> Round | None:
        """To this place, never back; the round as it is then."""
        async with self.database.begin() as connection:
            found = await _read(connection, _wanted(round_id, slack_user).with_for_update())
            if found is None or position <= found.position:
                return found
            return await _change(connection, found, position=min(position, len(found.stops)))

    async def record(
        self, round_id: str, slack_user: str, ticket_id: str, row_id: int, *, goes_on: bool
    ) -> Round | None:
        """A row of the outbox, once however often it was submitted; the round as it is then.

        `goes_on`: to the next ticket, if it is at this one.
        """
        async with self.database.begin() as connection:
            found = await _read(connection, _wanted(round_id, slack_user).with_for_update())
            if found is None:
                return None
            done = tuple(dict.fromkeys([*found.done, (ticket_id, row_id)]))
            is_at_it = found.current is not None and found.current.id == ticket_id
            position = found.position + (goes_on and is_at_it)
            return await _change(connection, found, done=done, position=position)

    async def saw(self, round_id: str, seen: Mapping[str, Mapping[str, Any]]) -> None:
        """How tickets were when they were chosen, by their ids."""
        async with self.database.begin() as connection:
            whose = select(rounds).where(rounds.c.id == round_id).with_for_update()
            if found := await _read(connection, whose):
                stops = [replace(stop, seen=seen.get(stop.id)) for stop in found.stops]
                await _change(connection, found, stops=stops)


def _wanted(round_id: str, slack_user: str) -> Select[Any]:
    return select(rounds).where(rounds.c.id == round_id, rounds.c.slack_user == slack_user)


async def _read(connection: AsyncConnection, wanted: Select[Any]) -> Round | None:
    row = (await connection.execute(wanted)).one_or_none()
    return _round(row) if row else None


def _round(row: SqlRow[Any]) -> Round:
    """What another version of the bot keeps besides of a ticket is left alone."""
    stops = [Stop(**{name: stop[name] for name in stop if name in _STOP}) for stop in row.stops]
    done = tuple((ticket, row_id) for ticket, row_id in row.done)
    return Round(row.id, stops, row.position, done, row.left_out)


async def _change(connection: AsyncConnection, found: Round, **changed: Any) -> Round:  # noqa: ANN401  fields of the round
    stored = dict(changed)
    if "stops" in stored:
        stored["stops"] = [asdict(stop) for stop in stored["stops"]]
    await connection.execute(update(rounds).where(rounds.c.id == found.id).values(stored))
    return replace(found, **changed)
