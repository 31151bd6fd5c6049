"""Who has a form open for a ticket. Slack does not reliably say when one is closed."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.storage.database import Database, now, put_in
from bot.storage.tables import presence

LIFE_SECONDS = 15 * 60.0


@dataclass(frozen=True, slots=True)
class OpenForm:
    slack_user: str
    seconds: float


class Presence:
    """Forgets by itself after `LIFE_SECONDS`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def opened(self, ticket_id: str, kind: str, slack_user: str) -> list[OpenForm]:
        """Notes that this user opened a form; gives who else has one open, the newest first."""
        is_here = (presence.c.ticket_id == ticket_id) & (presence.c.kind == kind)
        age = now() - presence.c.opened
        async with self._database.begin() as connection:
            is_stale = presence.c.opened < now() - LIFE_SECONDS
            await connection.execute(delete(presence).where(is_stale))
            is_another = is_here & (presence.c.slack_user != slack_user)
            others = await connection.execute(
                select(presence.c.slack_user, age).where(is_another).order_by(age)
            )
            found = [OpenForm(user, seconds) for user, seconds in others]
            await connection.execute(
                put_in(
                    connection,
                    presence,
                    ticket_id=ticket_id,
                    kind=kind,
                    slack_user=slack_user,
                    opened=now(),
                )
            )
            return found

    async def closed(self, ticket_id: str, kind: str, slack_user: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                delete(presence).where(
                    presence.c.ticket_id == ticket_id,
                    presence.c.kind == kind,
                    presence.c.slack_user == slack_user,
                )
            )
