"""Changes of tickets, delivered to each reader in order and at least once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.exc import IntegrityError

from bot.domain.changes import Change, What
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.tables import change_readers, changes

MAX_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes claimed for a reader, in order; `failures` of earlier claims."""

    reader: str
    lease_token: int
    failures: int
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes, and each reader's position. Every method is one transaction."""

    database: Database
    lease_seconds: float

    async def wanted(self, conditions: Mapping[str, ColumnElement[bool]]) -> Mapping[str, bool]:
        """Returns which of the conditions hold, by reader."""
        asked = select(*(condition.label(name) for name, condition in conditions.items()))
        found = await self.database.transact(lambda it: it.execute(asked).mappings().one())
        return {name: bool(found[name]) for name in conditions}

    async def join(self, reader: str) -> None:
        """Registers a reader for changes from now on; a known reader keeps its position."""
        newest = select(func.coalesce(func.max(changes.c.id), 0)).scalar_subquery()
        is_known = exists().where(change_readers.c.name == reader)
        values = {"position": newest, "lease": 0.0, "lease_token": 0, "failures": 0}
        try:
            async with self.database.begin() as connection:
                if not (await connection.execute(select(is_known))).scalar_one():
                    await connection.execute(insert(change_readers).values(name=reader, **values))
        except IntegrityError:
            return  # another bot has just let it join

    async def leave(self, reader: str) -> None:
        gone = delete(change_readers).where(change_readers.c.name == reader)
        await self.database.transact(lambda it: it.execute(gone))

    async def claim(self, reader: str) -> Batch | None:
        """Claims the next changes for this bot; None if there are none or another bot has them."""
        is_free = (change_readers.c.name == reader) & (change_readers.c.lease <= now())
        has_more = exists().where(changes.c.id > change_readers.c.position)
        claimed = (
            update(change_readers)
            .where(is_free, has_more)
            .values(lease=now() + self.lease_seconds, lease_token=change_readers.c.lease_token + 1)
            .returning(change_readers)
        )

        def claim(connection: Connection) -> Batch | None:
            row = connection.execute(claimed).one_or_none()
            if row is None:
                return None
            wanted = select(changes).where(changes.c.id > row.position).order_by(changes.c.id)
            found = connection.execute(wanted.limit(MAX_AT_ONCE))
            return Batch(reader, row.lease_token, row.failures, [_change(each) for each in found])

        return await self.database.transact(claim)

    async def handled(self, batch: Batch) -> bool:
        """Advances the reader; returns False if another bot has since claimed its changes."""
        return await self._update(batch, position=batch.changes[-1].id, lease=0.0, failures=0)

    async def reschedule(self, batch: Batch, seconds: float, failures: int) -> None:
        """Makes the reader get the same changes again after `seconds`."""
        await self._update(batch, lease=now() + seconds, failures=failures)

    async def _update(self, batch: Batch, **values: Any) -> bool:  # noqa: ANN401  values of columns
        is_ours: ColumnElement[bool] = (change_readers.c.name == batch.reader) & (
            change_readers.c.lease_token == batch.lease_token
        )
        changed = update(change_readers).where(is_ours).values(**values)
        return await self.database.transact(lambda it: it.execute(changed).rowcount == 1)


def as_row(change: Change) -> dict[str, Any]:
    """Returns the columns of a change, without its id and when it is stored."""
    facts: dict[str, Any] = {
        name: getattr(change, name)
        for name, default in _FACTS.items()
        if getattr(change, name) != default
    }
    facts["at"] = change.at.timestamp()
    return {
        "ticket_id": change.ticket_id,
        "message_id": change.message_id,
        "what": change.what,
        "facts": facts,
    }


_FACTS = {
    each.name: each.default
    for each in fields(Change)
    if each.name not in {"what", "at", "ticket_id", "id"}
}
"""What a row holds besides its columns, with default values that are omitted."""


def _change(row: SqlRow[Any]) -> Change:
    return read_change(row.what, row.ticket_id, row.id, row.facts)


def read_change(what: str, ticket_id: str, change_id: int, facts: Mapping[str, Any]) -> Change:
    """Returns the change from the columns that `as_row` made."""
    known = {name: value for name, value in facts.items() if name in _FACTS}
    at = datetime.fromtimestamp(facts["at"], UTC)
    return Change(What(what), at, ticket_id=ticket_id, id=change_id, **known)
