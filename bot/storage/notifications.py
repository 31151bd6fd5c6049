"""The outbox from the side of its notices: which author does not know a row's state yet."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import and_, case, exists, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.outbox import Row, State
from bot.storage.database import Database, now
from bot.storage.outbox_rows import COLUMNS, is_of, next_id, read_row
from bot.storage.tables import outbox

SLOW_SECONDS = 3.0  # a call that takes longer is told of: it can't be undone any more
MAX_CANDIDATES = 200  # the oldest; among them, what is held comes first
LEASE_SECONDS = 60.0  # then another bot, or the same, tries again
RETRY_SECONDS = 5.0
RETRY_HELD_SECONDS = 1.0  # what is held can be undone for some seconds only


class Notifications:
    """Every method is one transaction: what it returns is on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, known: Sequence[tuple[str, int]]) -> Row | None:
        """A row whose state its author does not know yet, for this bot alone for a while.

        One notice tells of a whole batch, so one row of it is claimed at a time.
        """
        async with self._database.begin() as connection:
            found = (await connection.execute(_claimed(tuple(known)))).one_or_none()
            return read_row(found) if found else None

    async def retry(self, row: Row) -> None:
        """Slack did not take the notice: it is due again soon."""
        seconds = RETRY_HELD_SECONDS if row.state is State.HELD else RETRY_SECONDS
        again = update(outbox).where(outbox.c.id == row.id).values(notify_lease=now() + seconds)
        async with self._database.begin() as connection:
            await connection.execute(again)

    async def mark_notified(self, row: Row, channel: str, ts: str) -> None:
        """A row that has moved on since is due again, also where it ended in the same state."""
        is_so_still = and_(
            outbox.c.state == row.state,
            outbox.c.lease_token == row.lease_token,
            outbox.c.is_queued == row.is_queued,
        )
        values = {
            "notified": case((is_so_still, row.state), else_=""),
            "notify_lease": 0,
            "notice_channel": channel,
            "notice_ts": ts,
        }
        async with self._database.begin() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == row.id).values(values))


@cache
def _claimed(known: tuple[tuple[str, int], ...]) -> ReturningUpdate[Any]:
    """Built once: an idle bot asks for it each second."""
    other = outbox.alias("other")
    is_pending = and_(
        is_of(known),
        outbox.c.notified != outbox.c.state,
        or_(outbox.c.state != State.SENDING, outbox.c.claimed < now() - SLOW_SECONDS),
        or_(  # else it is about to leave
            outbox.c.state != State.HELD, outbox.c.due > now(), outbox.c.is_queued
        ),
        outbox.c.notify_lease <= now(),
        ~exists().where(
            outbox.c.batch != "",
            other.c.batch == outbox.c.batch,
            other.c.batch != "",
            other.c.notify_lease > now(),
        ),
    )
    first = case((outbox.c.state == State.HELD, 0), else_=1)
    # by the order of its index: PostgreSQL expects many to be pending, and would look at all
    oldest = select(outbox.c.id).where(is_pending).order_by(outbox.c.id).limit(MAX_CANDIDATES)
    wanted = next_id(first, and_(outbox.c.id.in_(oldest), is_pending))
    return (
        update(outbox)
        .where(outbox.c.id == wanted.scalar_subquery(), is_pending)
        .values(notify_lease=now() + LEASE_SECONDS)
        .returning(*COLUMNS)
    )
