"""The settings of digests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update, delete, select, update

from bot.domain.digest import Digest
from bot.domain.week import Seen
from bot.storage.database import Database
from bot.storage.dialects import insert_into
from bot.storage.digest_rows import LISTED, columns_of, read_days, read_digest, read_seen
from bot.storage.digest_runs import GIVEN_UP, RUN_OPEN
from bot.storage.tables import digests, runs

MAX_SOURCES = 50  # digests; each may have kept figures of a hundred departments for two weeks

MakeEntry = Callable[[Digest], Insert]
"""Returns the audit entry that is stored with the digest."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Storage of digests. Every method is one transaction.

    Methods that change runs too change them first, to avoid deadlocks. Lists of digests omit what
    their runs saw.
    """

    database: Database

    async def add(
        self, digest: Digest, *, due: datetime, key: str, entry: MakeEntry | None = None
    ) -> Digest:
        """Stores a new digest and returns it with its id. Repeating a `key` changes that digest."""
        return await self.database.transact(partial(_add, digest, due, key, entry))

    async def change(
        self, digest_id: int, edit: Callable[[Digest], Digest], *, entry: MakeEntry | None = None
    ) -> Digest | None:
        """Stores what `edit` makes of the digest: its owner, `due`, and what the form sets.

        Returns it, or None if the digest was removed. `edit` may run again, and its errors change
        nothing. If departments or statuses change, the digest forgets its last run, because the
        next one can't be compared with it.
        """
        return await self.database.transact(partial(_change, digest_id, edit, entry))

    async def pause(self, digest_id: int, *, entry: Insert | None = None) -> None:
        """Pauses the digest and gives up its open run. `entry` is stored if that changes it."""
        await self.database.transact(partial(_pause, digest_id, entry))

    async def resume(self, digest_id: int, *, due: datetime, entry: Insert | None = None) -> None:
        """Resumes the digest at `due`. Times missed while it was paused are skipped."""
        is_it = (digests.c.id == digest_id) & digests.c.is_paused
        resumed = update(digests).where(is_it).values(is_paused=False, due=due.timestamp())
        await self.database.transact(partial(_change_recorded, resumed, entry))

    async def settle(self, digest_id: int) -> None:
        """Confirms the digest's statuses, so that nobody is asked about them again."""
        await self.database.transact(partial(_settle, digest_id))

    async def remove(self, digest_id: int, *, entry: Insert | None = None) -> None:
        """Removes the digest and its runs; `entry` is stored if it was there."""
        await self.database.transact(partial(_remove, digest_id, entry))

    async def find(self, digest_id: int) -> Digest | None:
        wanted = select(digests).where(digests.c.id == digest_id)
        row = await self.database.transact(lambda it: it.execute(wanted).one_or_none())
        return read_digest(row) if row else None

    async def of_channel(self, channel: str) -> list[Digest]:
        wanted = select(*LISTED).where(digests.c.channel == channel).order_by(digests.c.id)
        return await self._all(wanted)

    async def of_user(self, slack_user: str) -> list[Digest]:
        wanted = select(*LISTED).where(digests.c.created_by == slack_user).order_by(digests.c.id)
        return await self._all(wanted)

    async def _all(self, wanted: Select[Any]) -> list[Digest]:
        found = await self.database.transact(lambda it: it.execute(wanted).all())
        return [read_digest(row) for row in found]

    async def seen(self, by: Digest) -> list[Seen]:
        """Returns what the runs of digests with the same departments saw, by day.

        If there are many, those of the same channel come first, and for a digest of all departments
        those of all.
        """
        listed = select(digests.c.id, digests.c.channel, digests.c.settings)
        async with self.database.begin() as connection:
            rows = await connection.execute(listed.where(digests.c.days.is_not(None)))
            able = {
                row.id: (bool(found.departments) > bool(by.departments), row.channel != by.channel)
                for row in rows
                if (found := read_seen(row.settings, {})).may_tell_of(by)
            }
            first = sorted(able, key=lambda each: (able[each], each))[:MAX_SOURCES]
            wanted = select(digests.c.settings, digests.c.days).where(digests.c.id.in_(first))
            chosen = (await connection.execute(wanted.order_by(digests.c.id))).all()
        return [read_seen(settings, read_days(days)) for settings, days in chosen]


def _pause(digest_id: int, entry: Insert | None, connection: Connection) -> None:
    is_open = (runs.c.digest_id == digest_id) & (runs.c.state == RUN_OPEN)
    connection.execute(update(runs).where(is_open).values(state=GIVEN_UP))
    is_it = (digests.c.id == digest_id) & ~digests.c.is_paused
    _change_recorded(update(digests).where(is_it).values(is_paused=True), entry, connection)


def _settle(digest_id: int, connection: Connection) -> None:
    is_it = digests.c.id == digest_id
    wanted = select(digests.c.settings).where(is_it).with_for_update()
    settings = connection.execute(wanted).scalar_one_or_none()
    if settings is not None:
        settled = {**settings, "is_settled": True}
        connection.execute(update(digests).where(is_it).values(settings=settled))


def _remove(digest_id: int, entry: Insert | None, connection: Connection) -> None:
    connection.execute(delete(runs).where(runs.c.digest_id == digest_id))
    _change_recorded(delete(digests).where(digests.c.id == digest_id), entry, connection)


def _change_recorded(change: Update | Delete, entry: Insert | None, connection: Connection) -> None:
    """Makes the change; one without an effect is not recorded."""
    if connection.execute(change).rowcount and entry is not None:
        connection.execute(entry)


def _add(
    digest: Digest, due: datetime, key: str, entry: MakeEntry | None, connection: Connection
) -> Digest:
    values = columns_of(digest) | {"created_by": digest.created_by, "due": due.timestamp()}
    added = insert_into(connection, digests).values({**values, "key": key})
    put = added.on_conflict_do_update(index_elements=["key"], set_=values).returning(digests)
    return _recorded(read_digest(connection.execute(put).one()), entry, connection)


def _change(
    digest_id: int,
    edit: Callable[[Digest], Digest],
    entry: MakeEntry | None,
    connection: Connection,
) -> Digest | None:
    is_it = digests.c.id == digest_id
    found = connection.execute(select(digests).where(is_it).with_for_update()).one_or_none()
    if found is None:
        return None
    before = read_digest(found)
    digest = edit(before)
    values: dict[str, object] = {**columns_of(digest), "created_by": digest.created_by}
    if digest.due:
        values["due"] = digest.due.timestamp()
    if _filter(before) != _filter(digest):
        values |= {"last": None, "last_posted": None, "days": None}
    connection.execute(update(digests).where(is_it).values(values))
    return _recorded(digest, entry, connection)


def _recorded(digest: Digest, entry: MakeEntry | None, connection: Connection) -> Digest:
    if entry:
        connection.execute(entry(digest))
    return digest


def _filter(digest: Digest) -> tuple[set[str], set[str]]:
    """Returns what selects the digest's tickets."""
    return {*digest.departments}, {*digest.statuses}
