"""Digests and their runs: one bot posts each due time, once."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Select,
    Update,
    delete,
    insert,
    null,
    select,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.domain.digest import Contents, Day, DepartmentDay, Digest, Kind, Mark, Run, Schedule
from bot.domain.digest_days import days_with
from bot.domain.week import Seen, Week
from bot.storage.database import Database, now
from bot.storage.tables import digests, runs

MAX_SOURCES = 50  # digests; each may have kept figures of a hundred departments for two weeks
RUN_OPEN, POSTED, GIVEN_UP = "open", "posted", "given_up"

_SEEN = {"last", "days"}  # what runs saw: of ten thousand tickets, perhaps
_LISTED = [null().label(each.name) if each.name in _SEEN else each for each in digests.c]

Note = Callable[[Digest], Insert]
"""Returns the entry of the audit that is stored with the digest."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Storage of digests and runs. Every method is one transaction.

    One that changes both changes runs first, to avoid deadlocks. Lists of digests lack what their
    runs saw.
    """

    database: Database
    lease_seconds: float

    async def add(
        self, digest: Digest, *, due: datetime, key: str, note: Note | None = None
    ) -> Digest:
        """Stores a new digest and returns it with its id. Repeating a `key` changes that digest."""
        return await self.database.transact(partial(_add, digest, due, key, note))

    async def change(
        self, digest_id: int, edit: Callable[[Digest], Digest], *, note: Note | None = None
    ) -> Digest | None:
        """Stores what `edit` makes of the digest: its owner, `due`, and what the form sets.

        Returns it, or None if the digest was removed. `edit` may run again, and its errors change
        nothing. If departments or statuses change, the digest forgets its last run, because the
        next one can't be compared with it.
        """
        return await self.database.transact(partial(_change, digest_id, edit, note))

    async def pause(self, digest_id: int, *, note: Insert | None = None) -> None:
        """Pauses the digest and gives up its open run. `note` is stored if that changes it."""
        await self.database.transact(partial(_pause, digest_id, note))

    async def resume(self, digest_id: int, *, due: datetime, note: Insert | None = None) -> None:
        """Resumes the digest at `due`. Times missed while it was paused are skipped."""
        is_it = (digests.c.id == digest_id) & digests.c.is_paused
        resumed = update(digests).where(is_it).values(is_paused=False, due=due.timestamp())
        await self.database.transact(partial(_change_noted, resumed, note))

    async def settle(self, digest_id: int) -> None:
        """Keeps the digest's statuses, and asks nobody about them again."""
        is_it = digests.c.id == digest_id
        async with self.database.begin() as connection:
            wanted = select(digests.c.settings).where(is_it).with_for_update()
            settings = (await connection.execute(wanted)).scalar_one_or_none()
            if settings is not None:
                settled = {**settings, "is_settled": True}
                await connection.execute(update(digests).where(is_it).values(settings=settled))

    async def remove(self, digest_id: int, *, note: Insert | None = None) -> None:
        """Removes the digest and its runs; `note` is stored if it was there."""
        await self.database.transact(partial(_remove, digest_id, note))

    async def find(self, digest_id: int) -> Digest | None:
        wanted = select(digests).where(digests.c.id == digest_id)
        row = await self.database.transact(lambda it: it.execute(wanted).one_or_none())
        return _digest(row) if row else None

    async def of_channel(self, channel: str) -> list[Digest]:
        wanted = select(*_LISTED).where(digests.c.channel == channel).order_by(digests.c.id)
        return await self._all(wanted)

    async def of_user(self, slack_user: str) -> list[Digest]:
        wanted = select(*_LISTED).where(digests.c.created_by == slack_user).order_by(digests.c.id)
        return await self._all(wanted)

    async def _all(self, wanted: Select[Any]) -> list[Digest]:
        found = await self.database.transact(lambda it: it.execute(wanted).all())
        return [_digest(row) for row in found]

    async def seen(self, by: Digest) -> list[Seen]:
        """Returns what the runs of digests that count the same departments saw by day.

        Of many, those of the same channel come first, and of all departments for one of all.
        """
        listed = select(digests.c.id, digests.c.channel, digests.c.settings)
        async with self.database.begin() as connection:
            rows = await connection.execute(listed.where(digests.c.days.is_not(None)))
            able = {
                row.id: (bool(found.departments) > bool(by.departments), row.channel != by.channel)
                for row in rows
                if (found := _seen(row.settings, {})).may_tell_of(by)
            }
            first = sorted(able, key=lambda each: (able[each], each))[:MAX_SOURCES]
            wanted = select(digests.c.settings, digests.c.days).where(digests.c.id.in_(first))
            chosen = (await connection.execute(wanted.order_by(digests.c.id))).all()
        return [_seen(settings, _days(days)) for settings, days in chosen]

    async def due(self, moment: datetime) -> list[Digest]:
        """Returns the digests that are due at `moment` and have no open run."""
        has_run = select(runs.c.id).where(
            runs.c.digest_id == digests.c.id, runs.c.state == RUN_OPEN
        )
        wanted = select(*_LISTED).where(
            digests.c.due <= moment.timestamp(), ~digests.c.is_paused, ~has_run.exists()
        )

        def read(connection: Connection) -> list[Digest]:
            return [_digest(row) for row in connection.execute(wanted)]

        return await self.database.transact(read)

    async def start(
        self,
        digest: Digest,
        due: datetime,
        *,
        is_extra: bool = False,
        note: Insert | None = None,
    ) -> bool:
        """Opens a run for that time, or beside the schedule if it `is_extra`; `note` as in `pause`.

        Returns False if there is already a run for that time, open or ended, or another open one.
        """
        values = {
            "id": secrets.token_hex(8),
            "digest_id": digest.id,
            "due": due.timestamp(),
            "state": RUN_OPEN,
            "is_extra": is_extra,
        }
        try:
            async with self.database.begin() as connection:
                await connection.execute(insert(runs).values(values))
                if note is not None:
                    await connection.execute(note)
        except IntegrityError:
            return False
        return True

    async def claim(self) -> Run | None:
        """Claims the open run that has waited longest, for this bot until its lease ends."""
        is_ready = (runs.c.state == RUN_OPEN) & (runs.c.ready <= now())
        first = select(runs.c.id).where(is_ready).order_by(runs.c.due).limit(1)
        claimed = (
            update(runs)
            .where(runs.c.id == first.with_for_update(skip_locked=True).scalar_subquery(), is_ready)
            .values(ready=now() + self.lease_seconds, attempt=runs.c.attempt + 1)
            .returning(runs)
        )

        def claim(connection: Connection) -> Run | None:
            row = connection.execute(claimed).one_or_none()
            return _run(row) if row else None

        return await self.database.transact(claim)

    async def renew(self, run: Run) -> bool:
        """Renews the lease; returns False if another bot has taken over the run."""
        renewed = update(runs).where(*_is_ours(run)).values(ready=now() + self.lease_seconds)
        return await self.database.transact(lambda it: it.execute(renewed).rowcount == 1)

    async def reschedule(self, run: Run, seconds: float) -> None:
        """Releases a failed run; it can be claimed again after `seconds`."""
        async with self.database.begin() as connection:
            await connection.execute(
                update(runs)
                .where(runs.c.id == run.id, runs.c.attempt == run.attempt)
                .values(ready=now() + seconds, failures=runs.c.failures + 1)
            )

    async def posted(
        self, run: Run, digest: Digest, *, ts: str, due: datetime, contents: Contents | Week
    ) -> bool:
        """Ends a run whose message Slack has accepted, and advances the digest to its next time.

        Returns False if another bot holds the run by then.
        """
        seen = contents.seen.timestamp()
        shown: dict[str, object] = {"last_came": seen} if ts else {}
        if isinstance(contents, Contents) and not run.is_extra:
            shown |= {"last": dict(contents.now), "last_posted": seen}
            shown["days"] = dict(days_with(digest, contents))
        return await self._end(run, digest, POSTED, ts, due, shown)

    async def give_up(
        self, run: Run, digest: Digest, *, due: datetime, is_paused: bool = False
    ) -> bool:
        """Ends a run without a post. `is_paused` also pauses its digest.

        Returns False if another bot holds the run by then.
        """
        changes = {"is_paused": True} if is_paused else {}
        return await self._end(run, digest, GIVEN_UP, "", due, changes)

    async def _end(
        self,
        run: Run,
        digest: Digest,
        state: str,
        ts: str,
        due: datetime,
        changes: Mapping[str, object],
    ) -> bool:
        async with self.database.begin() as connection:
            ended = await connection.execute(
                update(runs).where(*_is_ours(run)).values(state=state, ts=ts)
            )
            if ended.rowcount != 1:
                return False
            is_it = digests.c.id == run.digest_id
            if changes:
                await connection.execute(update(digests).where(is_it).values(changes))
            if digest.due and not run.is_extra:  # unless the schedule has changed meanwhile
                is_unchanged = digests.c.due == digest.due.timestamp()
                await connection.execute(
                    update(digests).where(is_it, is_unchanged).values(due=due.timestamp())
                )
            return True


def _pause(digest_id: int, note: Insert | None, connection: Connection) -> None:
    is_open = (runs.c.digest_id == digest_id) & (runs.c.state == RUN_OPEN)
    connection.execute(update(runs).where(is_open).values(state=GIVEN_UP))
    is_it = (digests.c.id == digest_id) & ~digests.c.is_paused
    _change_noted(update(digests).where(is_it).values(is_paused=True), note, connection)


def _remove(digest_id: int, note: Insert | None, connection: Connection) -> None:
    connection.execute(delete(runs).where(runs.c.digest_id == digest_id))
    _change_noted(delete(digests).where(digests.c.id == digest_id), note, connection)


def _change_noted(change: Update | Delete, note: Insert | None, connection: Connection) -> None:
    """Makes the change; what changes nothing, such as the same again, is not noted."""
    if connection.execute(change).rowcount and note is not None:
        connection.execute(note)


def _add(
    digest: Digest, due: datetime, key: str, note: Note | None, connection: Connection
) -> Digest:
    values = _columns(digest) | {"created_by": digest.created_by, "due": due.timestamp()}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(digests).values({**values, "key": key})
    put = added.on_conflict_do_update(index_elements=["key"], set_=values).returning(digests)
    return _noted(_digest(connection.execute(put).one()), note, connection)


def _change(
    digest_id: int,
    edit: Callable[[Digest], Digest],
    note: Note | None,
    connection: Connection,
) -> Digest | None:
    is_it = digests.c.id == digest_id
    found = connection.execute(select(digests).where(is_it).with_for_update()).one_or_none()
    if found is None:
        return None
    before = _digest(found)
    digest = edit(before)
    values: dict[str, object] = {**_columns(digest), "created_by": digest.created_by}
    if digest.due:
        values["due"] = digest.due.timestamp()
    if _filter(before) != _filter(digest):
        values |= {"last": None, "last_posted": None, "days": None}
    connection.execute(update(digests).where(is_it).values(values))
    return _noted(digest, note, connection)


def _noted(digest: Digest, note: Note | None, connection: Connection) -> Digest:
    if note:
        connection.execute(note(digest))
    return digest


def _is_ours(run: Run) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for this bot to hold the open run: each claim increments `attempt`."""
    return (runs.c.id == run.id, runs.c.attempt == run.attempt, runs.c.state == RUN_OPEN)


def _filter(digest: Digest) -> tuple[set[str], set[str]]:
    """Returns what selects the digest's tickets."""
    return {*digest.departments}, {*digest.statuses}


def _columns(digest: Digest) -> dict[str, Any]:
    return {
        "channel": digest.channel,
        "name": digest.name,
        "settings": {
            "departments": dict(digest.departments),
            "statuses": list(digest.statuses),
            "days": list(digest.schedule.days),
            "times": [f"{each:%H:%M}" for each in digest.schedule.times],
            "zone": digest.schedule.zone,
            "language": digest.language,
            "only_changes": digest.only_changes,
            "posts_empty": digest.posts_empty,
            "shows": sorted(digest.shows),
            "is_settled": True,
            "kind": digest.kind,
        },
    }


def _digest(row: SqlRow[Any]) -> Digest:
    given = row.settings
    return Digest(
        id=row.id,
        channel=row.channel,
        name=row.name,
        departments=given["departments"],
        statuses=tuple(given["statuses"]),
        schedule=Schedule(
            tuple(given["days"]),
            tuple(time.fromisoformat(each) for each in given["times"]),
            given["zone"],
        ),
        language=given["language"],
        created_by=row.created_by,
        only_changes=given["only_changes"],
        posts_empty=given["posts_empty"],
        shows=frozenset(given["shows"]),
        is_paused=row.is_paused,
        due=_moment(row.due),
        last=_marks(row.last),
        last_posted=_moment(row.last_posted),
        last_came=_moment(row.last_came),
        is_settled=given.get("is_settled", False),
        kind=Kind(given.get("kind", Kind.TICKETS)),
        days=_days(row.days),
    )


def _seen(settings: Mapping[str, Any], days: Mapping[str, Day]) -> Seen:
    return Seen({*settings["departments"]}, {*settings["statuses"]}, days)


def _days(stored: Mapping[str, Sequence[Any]] | None) -> Mapping[str, Day]:
    return {each: _day(*figures) for each, figures in (stored or {}).items()}


def _day(
    waiting: int,
    came: int | None,
    left: int | None,
    departments: Mapping[str, Sequence[Any]] | None = None,
) -> Day:
    """Reads a day; earlier versions stored no departments."""
    if departments is None:
        return Day(waiting, came, left)
    apart = {each: DepartmentDay(*figures) for each, figures in departments.items()}
    return Day(waiting, came, left, apart)


def _marks(stored: Mapping[str, str | Sequence[Any]] | None) -> Mapping[str, Mark] | None:
    """Reads marks; earlier versions stored the status alone."""
    if stored is None:
        return None
    return {
        ticket: Mark(mark) if isinstance(mark, str) else Mark(*mark)
        for ticket, mark in stored.items()
    }


def _run(row: SqlRow[Any]) -> Run:
    due = datetime.fromtimestamp(row.due, UTC)
    return Run(row.id, row.digest_id, due, row.attempt, row.failures, row.ts, row.is_extra)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
