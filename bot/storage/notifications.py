"""The outbox for notices: rows whose state the author was not yet notified of."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    cast,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.outbox import AWAITING_AUTHOR, Row, State
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.outbox_rows import COLUMNS, is_of, next_id, read_row
from bot.storage.tables import outbox

SLOW_SECONDS = 2.0  # slower calls are reported: they can't be undone
MAX_CANDIDATES = 200  # of the oldest ones; held rows come first among them
LEASE_SECONDS = 60.0  # then any bot tries again
FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS = 5.0, 900.0
GIVEN_UP_AFTER = 24 * 3600.0
REMIND_SECONDS = 30 * 60.0  # after a notice of trouble, unless its author has decided
FIRST_RETRY_HELD_SECONDS = 1.0  # a held row can be undone for some seconds only


class Notifications:
    """Claims and results of notices. Every method is one transaction, committed when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, known: Sequence[tuple[str, int]]) -> Row | None:
        """Claims a row whose author must be notified.

        A bulk action has one notice, so only one of its rows is claimed at a time.
        """
        return await self._database.transact(partial(_read, _claimed(tuple(known))))

    async def retry(self, row: Row) -> bool:
        """Makes the row due again after Slack did not accept its notice.

        The pauses double until the row changes its state. Returns False if the notice, or the
        reminder, is given up after a day of tries: days without a bot do not count. The rows of a
        bulk action share their notice.
        """
        is_it = outbox.c.id == row.id
        if row.batch:
            is_it |= outbox.c.batch == row.batch
        late = now() - outbox.c.notify_due
        off = case((late > MAX_RETRY_SECONDS, late), else_=0.0)  # seconds in which nobody tried
        is_over = _IS_UNSENT & (outbox.c.unsent_since + off <= now() - GIVEN_UP_AFTER)
        given_up = (
            update(outbox)
            .where(is_it, is_over)
            .values(notified=outbox.c.state, notify_lease=0, remind_at=0, unsent_notice="")
        )
        since = case((_IS_UNSENT, outbox.c.unsent_since + off), else_=now())
        first = case(
            (outbox.c.state == State.HELD, FIRST_RETRY_HELD_SECONDS), else_=FIRST_RETRY_SECONDS
        )
        age = now() - since  # to wait as long again doubles it
        wait = case((age < first, first), (age > MAX_RETRY_SECONDS, MAX_RETRY_SECONDS), else_=age)
        again = (
            update(outbox)
            .where(is_it)
            .values(
                notify_lease=0, notify_due=now() + wait, unsent_notice=_NOTICE, unsent_since=since
            )
        )

        def retry(connection: Connection) -> bool:
            if connection.execute(given_up).rowcount:
                return False
            connection.execute(again)
            return True

        return await self._database.transact(retry)

    async def mark_notified(self, row: Row, channel: str, ts: str) -> None:
        """Stores the notice.

        A row that has moved on since is due again, even in the same state.
        """
        is_so_still = _is_as(row)
        asks = and_(is_so_still, outbox.c.state.in_(AWAITING_AUTHOR), outbox.c.batch == "")
        values = {
            "notified": case((is_so_still, row.state), else_=""),
            "notify_lease": 0,
            "unsent_notice": "",
            "notice_channel": channel,
            "notice_ts": ts,
            "remind_at": case((asks, now() + REMIND_SECONDS), else_=0),
        }
        marked = update(outbox).where(outbox.c.id == row.id).values(values)
        await self._database.transact(lambda it: it.execute(marked))

    async def claim_reminder(self, known: Sequence[tuple[str, int]]) -> Row | None:
        """Claims a row whose author has long left a decision pending."""
        return await self._database.transact(partial(_read, _reminded(tuple(known))))

    async def mark_reminded(self, row: Row, channel: str, ts: str) -> None:
        """Ends the reminders. A row that was decided meanwhile is due for another notice."""
        values = {
            "notified": case((_is_as(row), outbox.c.notified), else_=""),
            "notify_lease": 0,
            "unsent_notice": "",
            "remind_at": 0,
            "notice_channel": channel,
            "notice_ts": ts,
        }
        marked = update(outbox).where(outbox.c.id == row.id).values(values)
        await self._database.transact(lambda it: it.execute(marked))


def _read(claimed: ReturningUpdate[Any], connection: Connection) -> Row | None:
    found = connection.execute(claimed).one_or_none()
    return read_row(found) if found else None


@cache
def _claimed(known: tuple[tuple[str, int], ...]) -> ReturningUpdate[Any]:
    """Builds the statement once, because an idle bot runs it every second."""
    other = outbox.alias("other")
    is_pending = and_(
        is_of(known),
        outbox.c.notified != outbox.c.state,
        or_(outbox.c.state != State.SENDING, outbox.c.claimed < now() - SLOW_SECONDS),
        or_(  # otherwise it is about to leave
            outbox.c.state != State.HELD, outbox.c.due > now(), outbox.c.is_queued
        ),
        outbox.c.notify_lease <= now(),
        ~_WAITS,
        ~exists().where(
            outbox.c.batch != "",
            other.c.batch == outbox.c.batch,
            other.c.batch != "",
            other.c.notify_lease > now(),
        ),
    )
    first = case((outbox.c.state == State.HELD, 0), else_=1)
    # in the index's order: PostgreSQL expects many pending rows and would scan them all
    oldest = select(outbox.c.id).where(is_pending).order_by(outbox.c.id).limit(MAX_CANDIDATES)
    wanted = next_id(first, and_(outbox.c.id.in_(oldest), is_pending))
    return (
        update(outbox)
        .where(outbox.c.id == wanted.scalar_subquery(), is_pending)
        .values(notify_lease=now() + LEASE_SECONDS)
        .returning(*COLUMNS)
    )


_NOTICE = outbox.c.state + ":" + cast(outbox.c.lease_token, Text)
"""The columns that a notice depends on."""
_IS_UNSENT = outbox.c.unsent_notice == _NOTICE
_WAITS = _IS_UNSENT & (outbox.c.notify_due > now())


def _is_as(row: Row) -> ColumnElement[bool]:
    return and_(
        outbox.c.state == row.state,
        outbox.c.lease_token == row.lease_token,
        outbox.c.is_queued == row.is_queued,
    )


@cache
def _reminded(known: tuple[tuple[str, int], ...]) -> ReturningUpdate[Any]:
    """Builds the statement once, as `_claimed` does."""
    is_due = and_(
        is_of(known),
        outbox.c.remind_at > 0,
        outbox.c.remind_at <= now(),
        outbox.c.state.in_(AWAITING_AUTHOR),
        outbox.c.notify_lease <= now(),
        ~_WAITS,
    )
    wanted = next_id(outbox.c.remind_at, is_due)
    return (
        update(outbox)
        .where(outbox.c.id == wanted.scalar_subquery(), is_due)
        .values(remind_at=now() + LEASE_SECONDS, notify_lease=now() + LEASE_SECONDS)
        .returning(*COLUMNS)
    )
