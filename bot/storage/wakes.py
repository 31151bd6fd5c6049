"""Postponed tickets: when their authors are notified, and which status they had before.

Times follow the wall clock, in seconds since 1970, because LiveAgent wakes tickets by it.
"""

from sqlalchemy import Connection, exists, select, update

from bot.domain.clock import MACHINE, Clock
from bot.domain.outbox import Row, State
from bot.storage.best_effort import best_effort
from bot.storage.database import Database
from bot.storage.outbox_rows import COLUMNS, next_id, read_row
from bot.storage.tables import outbox

LEASE_SECONDS = 120.0  # then any bot tries again
KINDS = ("postpone", "wake")
"""The operations that change when a ticket wakes."""


class Wakes:
    """Rows that postponed a ticket. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock = MACHINE) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, now: float) -> Row | None:
        """Claims a row whose ticket should have woken.

        A row whose ticket was postponed again, or woken, from Slack since is ignored for good.
        """
        later = outbox.alias("later")
        is_superseded = exists().where(
            later.c.ticket_id == outbox.c.ticket_id,
            later.c.id > outbox.c.id,
            later.c.kind.in_(KINDS),
            later.c.state == State.DONE,
        )
        is_due = (outbox.c.wakes_at > 0) & (outbox.c.wakes_at <= now)
        is_free = is_due & (outbox.c.wakes_lease <= now)
        claimed = (
            update(outbox)
            .where(outbox.c.id == next_id(outbox.c.wakes_at, is_free).scalar_subquery(), is_free)
            .values(wakes_lease=now + LEASE_SECONDS)
            .returning(*COLUMNS)
        )

        def claim(connection: Connection) -> Row | None:
            connection.execute(update(outbox).where(is_due, is_superseded).values(wakes_at=0))
            found = connection.execute(claimed).one_or_none()
            return read_row(found) if found else None

        return await self._database.transact(claim)

    async def wait(self, row: Row, until: float) -> None:
        """Makes the row due again at that time."""
        await self._change(row, wakes_at=until, wakes_lease=0)

    async def mark_notified(self, row: Row) -> None:
        await self._change(row, wakes_at=0, wakes_lease=0)

    async def status_before(self, ticket_id: str) -> str:
        """Returns the status before the ticket was last postponed from Slack; "" if unknown."""
        return await best_effort(self._status_before(ticket_id), "", clock=self._clock)

    async def _status_before(self, ticket_id: str) -> str:
        rows = (
            select(outbox.c.kind, outbox.c.baseline)
            .where(
                outbox.c.ticket_id == ticket_id,
                outbox.c.kind.in_(KINDS),
                outbox.c.state == State.DONE,
            )
            .order_by(outbox.c.id.desc())
        )
        async with self._database.begin() as connection:
            found = (await connection.execute(rows)).all()
        for kind, baseline in found:  # back to when it was not postponed yet
            if kind != "postpone":
                return ""
            before = str((baseline or {}).get("status") or "")
            if before != "W":
                return before
        return ""

    async def _change(self, row: Row, **columns: float) -> None:
        async with self._database.begin() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == row.id).values(**columns))
