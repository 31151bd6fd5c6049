"""Rounds through tickets, kept while somebody may still be at them."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select, update

from bot.domain.rounds import Round, Stop
from bot.storage.database import Database, now
from bot.storage.tables import rounds

LIFE_SECONDS = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Rounds:
    """Every method is one transaction."""

    database: Database

    async def start(self, slack_user: str, stops: Sequence[Stop]) -> Round:
        """Forgets those that nobody is at any more."""
        begun = Round(secrets.token_hex(8), stops)
        values = {
            "id": begun.id,
            "slack_user": slack_user,
            "stops": [asdict(stop) for stop in stops],
            "position": 0,
            "done": [],
            "created": now(),
        }
        async with self.database.begin() as connection:
            await connection.execute(delete(rounds).where(rounds.c.created < now() - LIFE_SECONDS))
            await connection.execute(insert(rounds).values(values))
        return begun

    async def find(self, round_id: str, slack_user: str) -> Round | None:
        """None where it is somebody else's, or long ago."""
        wanted = select(rounds).where(rounds.c.id == round_id, rounds.c.slack_user == slack_user)
        async with self.database.begin() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            return None
        stops = [Stop(**stop) for stop in row.stops]
        return Round(row.id, stops, row.position, [(ticket, done) for ticket, done in row.done])

    async def go_on(self, walked: Round, position: int) -> None:
        async with self.database.begin() as connection:
            await connection.execute(
                update(rounds).where(rounds.c.id == walked.id).values(position=position)
            )

    async def did(self, walked: Round, ticket_id: str, row_id: int) -> None:
        """Once for a row, however often it was submitted."""
        done = list(dict.fromkeys([*walked.done, (ticket_id, row_id)]))
        async with self.database.begin() as connection:
            await connection.execute(
                update(rounds).where(rounds.c.id == walked.id).values(done=done)
            )
