"""The tickets that a user opened last."""

from sqlalchemy import Connection, delete, select

from bot.domain.clock import MACHINE, Clock
from bot.storage.best_effort import as_best_effort
from bot.storage.database import Database
from bot.storage.dialects import now, put_in
from bot.storage.tables import recent

KEPT = 10


class Recent:
    """Recently opened tickets. Best effort: none while the database is unavailable."""

    def __init__(self, database: Database, clock: Clock = MACHINE) -> None:
        self._database = database
        self.clock = clock

    @as_best_effort(lambda: None)
    async def opened(self, slack_user: str, ticket_id: str) -> None:
        """Puts the ticket first, and forgets all but the last `KEPT`."""
        is_theirs = recent.c.slack_user == slack_user
        newest = select(recent.c.ticket_id).where(is_theirs).order_by(recent.c.at.desc())
        opened = {"slack_user": slack_user, "ticket_id": ticket_id, "at": now()}

        def put_first(connection: Connection) -> None:
            connection.execute(put_in(connection, recent, **opened))
            kept = connection.execute(newest.limit(KEPT)).scalars().all()
            too_old = is_theirs & recent.c.ticket_id.not_in(kept)
            connection.execute(delete(recent).where(too_old))

        await self._database.transact(put_first)

    @as_best_effort(list[str])
    async def of(self, slack_user: str) -> list[str]:
        """Returns ids, the last opened first."""
        theirs = (
            select(recent.c.ticket_id)
            .where(recent.c.slack_user == slack_user)
            .order_by(recent.c.at.desc())
        )
        return await self._database.transact(lambda it: list(it.execute(theirs).scalars()))
