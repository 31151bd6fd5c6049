"""Who has a form open for a ticket. Slack does not reliably report that one is closed."""

from sqlalchemy import Connection, delete, exists, insert, select
from sqlalchemy.exc import IntegrityError

from bot.domain.clock import MACHINE, Clock
from bot.domain.people import OpenForm
from bot.storage.best_effort import as_best_effort
from bot.storage.database import Database
from bot.storage.dialects import now, put_in
from bot.storage.tables import outbox, presence

LIFE_SECONDS = 15 * 60.0


class Presence:
    """Open forms: until a matching row is in the outbox, and for `LIFE_SECONDS` at most.

    Best effort: while the database is unavailable, no form counts as open.
    """

    def __init__(self, database: Database, clock: Clock = MACHINE) -> None:
        self._database = database
        self.clock = clock

    @as_best_effort(list[OpenForm])
    async def opened(self, ticket_id: str, kind: str, slack_user: str) -> list[OpenForm]:
        """Records that this user opened a form; returns the others with one open, newest first."""
        age = now() - presence.c.opened
        was_submitted = exists().where(
            outbox.c.ticket_id == presence.c.ticket_id,
            outbox.c.kind == presence.c.kind,
            outbox.c.slack_user == presence.c.slack_user,
            outbox.c.created >= presence.c.opened,
        )
        others = (
            select(presence.c.slack_user, age)
            .where(
                presence.c.ticket_id == ticket_id,
                presence.c.kind == kind,
                presence.c.slack_user != slack_user,
                ~was_submitted,
            )
            .order_by(age)
        )
        theirs = {"ticket_id": ticket_id, "kind": kind, "slack_user": slack_user}

        def open_one(connection: Connection) -> list[OpenForm]:
            is_stale = presence.c.opened < now() - LIFE_SECONDS
            connection.execute(delete(presence).where(is_stale))
            found = [OpenForm(user, age) for user, age in connection.execute(others)]
            connection.execute(put_in(connection, presence, **theirs, opened=now()))
            return found

        return await self._database.transact(open_one)

    @as_best_effort(lambda: True)
    async def is_first(self, view_id: str, slack_user: str) -> bool:
        """Whether the form, or the message with this key, arrives for the first time.

        True while the database is unavailable.
        """
        submitted = {"ticket_id": view_id, "kind": "submitted", "slack_user": slack_user}
        try:
            async with self._database.begin() as connection:
                await connection.execute(insert(presence).values(**submitted, opened=now()))
        except IntegrityError:
            return False
        return True
