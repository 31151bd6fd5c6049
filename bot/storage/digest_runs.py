"""Runs of digests: one bot posts each due time, once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Row, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.digest import Contents, Digest, Run
from bot.domain.digest_days import days_with
from bot.domain.week import Week
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.digest_rows import LISTED, read_digest
from bot.storage.tables import digests, runs

RUN_OPEN, POSTED, GIVEN_UP = "open", "posted", "given_up"
_HAS_RUN = exists().where(runs.c.digest_id == digests.c.id, runs.c.state == RUN_OPEN)


@dataclass(frozen=True, slots=True)
class DigestRuns:
    """Storage of runs, each a digest at a due time. Every method is one transaction.

    Methods that change a digest too change runs first, to avoid deadlocks.
    """

    database: Database
    lease_seconds: float

    async def due(self, moment: datetime) -> list[Digest]:
        """Returns the digests that are due at `moment` and have no open run."""
        wanted = select(*LISTED).where(
            digests.c.due <= moment.timestamp(), ~digests.c.is_paused, ~_HAS_RUN
        )

        def read(connection: Connection) -> list[Digest]:
            return [read_digest(row) for row in connection.execute(wanted)]

        return await self.database.transact(read)

    async def start(
        self,
        digest: Digest,
        due: datetime,
        *,
        is_extra: bool = False,
        entry: Insert | None = None,
    ) -> bool:
        """Opens a run for that time, or an extra one, and stores `entry`.

        Returns False if there already is a run for that time, open or ended, or another open one.
        """
        values = {
            "id": secrets.token_hex(8),
            "digest_id": digest.id,
            "due": due.timestamp(),
            "state": RUN_OPEN,
            "is_extra": is_extra,
        }

        def start(connection: Connection) -> None:
            connection.execute(insert(runs).values(values))
            if entry is not None:
                connection.execute(entry)

        try:
            await self.database.transact(start)
        except IntegrityError:
            return False
        return True

    async def skip(self, digest: Digest, due: datetime) -> bool:
        """Advances the digest to `due`, unless a run is open or its time has changed meanwhile."""
        is_it = (digests.c.id == digest.id) & ~_HAS_RUN
        is_unchanged = digests.c.due == (digest.due or due).timestamp()
        skipped = update(digests).where(is_it, is_unchanged).values(due=due.timestamp())
        return await self.database.transact(lambda it: it.execute(skipped).rowcount == 1)

    async def claim(self) -> Run | None:
        """Claims the open run that has waited longest, for this bot until its lease ends."""
        is_ready = (runs.c.state == RUN_OPEN) & (runs.c.ready <= now())
        first = select(runs.c.id).where(is_ready).order_by(runs.c.due).limit(1)
        claimed = (
            update(runs)
            .where(runs.c.id == first.with_for_update(skip_locked=True).scalar_subquery(), is_ready)
            .values(ready=now() + self.lease_seconds, lease_token=runs.c.lease_token + 1)
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
                .where(*_is_ours(run))
                .values(ready=now() + seconds, failures=runs.c.failures + 1)
            )

    async def posted(
        self, run: Run, digest: Digest, *, ts: str, due: datetime, contents: Contents | Week | None
    ) -> bool:
        """Ends a run whose message Slack has accepted, and advances the digest to its next time.

        Without `contents`, if they are unknown, the next run is compared with the same one as this.
        Returns False if another bot now holds the run.
        """
        seen = contents.seen.timestamp() if contents else float(ts)
        shown: dict[str, object] = {"last_came": seen} if ts else {}
        if isinstance(contents, Contents) and not run.is_extra:
            shown |= {"last": dict(contents.now), "last_posted": seen}
            shown["days"] = dict(days_with(digest, contents))
        return await self._end(run, digest, POSTED, ts, due, shown)

    async def give_up(
        self, run: Run, digest: Digest, *, due: datetime, is_paused: bool = False
    ) -> bool:
        """Ends a run without a post. `is_paused` also pauses its digest.

        Returns False if another bot now holds the run.
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


def _is_ours(run: Run) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for this bot to hold the open run; each claim has a new token."""
    return (runs.c.id == run.id, runs.c.lease_token == run.lease_token, runs.c.state == RUN_OPEN)


def _run(row: Row[Any]) -> Run:
    due = datetime.fromtimestamp(row.due, UTC)
    return Run(row.id, row.digest_id, due, row.lease_token, row.failures, row.ts, row.is_extra)
