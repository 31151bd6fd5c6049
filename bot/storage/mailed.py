"""E-mailed replies and new tickets, and when to check whether they were delivered.

Times are seconds since 1970 by the database's clock.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, select, update

from bot.domain.outbox import Row
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.outbox_rows import COLUMNS, read_row
from bot.storage.tables import mailed, outbox

LEASE_SECONDS = 120.0  # then any bot tries again


@dataclass(frozen=True, slots=True)
class MailedReply:
    """A reply or new ticket, the number of checks so far, and when this bot's lease ends.

    `remote_id` is the message or the ticket that it became.
    """

    row: Row
    remote_id: str
    looks: int
    lease_ends: float


class Mailed:
    """Due checks. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self) -> MailedReply | None:
        """Claims a due reply for this bot."""
        due = select(mailed.c.row_id).where(mailed.c.due <= now()).order_by(mailed.c.due).limit(1)
        claimed = (
            update(mailed)
            .where(mailed.c.row_id == due.with_for_update(skip_locked=True).scalar_subquery())
            .where(mailed.c.due <= now())
            .values(due=now() + LEASE_SECONDS)
            .returning(mailed.c.row_id, mailed.c.looks, mailed.c.due)
        )

        def claim(connection: Connection) -> MailedReply | None:
            found = connection.execute(claimed).one_or_none()
            if found is None:
                return None
            of_row = outbox.c.id == found.row_id
            row = connection.execute(select(*COLUMNS).where(of_row)).one()
            message = connection.execute(select(outbox.c.remote_id).where(of_row))
            return MailedReply(read_row(row), message.scalar_one(), found.looks, found.due)

        return await self._database.transact(claim)

    async def is_ours(self, reply: MailedReply) -> bool:
        """Whether this bot still holds the claim. Otherwise `reschedule` and `drop` do nothing."""
        async with self._database.begin() as connection:
            found = await connection.execute(select(mailed.c.row_id).where(_is_claimed(reply)))
            return found.first() is not None

    async def reschedule(self, reply: MailedReply, looks: int, seconds: float) -> None:
        """Makes the check with this number due in `seconds`."""
        values = {"looks": looks, "due": now() + seconds}
        async with self._database.begin() as connection:
            await connection.execute(update(mailed).where(_is_claimed(reply)).values(values))

    async def drop(self, reply: MailedReply) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(mailed).where(_is_claimed(reply)))

    async def hurry(self, seconds: float) -> None:
        """Makes all checks due `seconds` sooner, for the sandbox's clock."""
        sooner = update(mailed).values(due=mailed.c.due - seconds)
        await self._database.transact(lambda it: it.execute(sooner))


def _is_claimed(reply: MailedReply) -> ColumnElement[bool]:
    return (mailed.c.row_id == reply.row.id) & (mailed.c.due == reply.lease_ends)
