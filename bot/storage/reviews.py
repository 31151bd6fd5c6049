"""Reviews of tickets, kept as long as somebody may continue them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.review import Review, ReviewTicket
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.tables import rounds

LIFE_SECONDS = 24 * 3600.0

_TICKET_FIELDS = {field.name for field in fields(ReviewTicket)}


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews in progress. Every method is one transaction.

    None stands for a review that has expired or belongs to somebody else.
    """

    database: Database

    async def start(
        self, slack_user: str, tickets: Sequence[ReviewTicket], *, left_out: int = 0
    ) -> Review:
        """Starts a review, and deletes expired ones."""
        begun = Review(secrets.token_hex(8), list(tickets), left_out=left_out)
        values = {
            "id": begun.id,
            "slack_user": slack_user,
            "stops": [asdict(ticket) for ticket in tickets],
            "position": 0,
            "done": [],
            "created": now(),
            "left_out": left_out,
        }
        async with self.database.begin() as connection:
            await connection.execute(delete(rounds).where(rounds.c.created < now() - LIFE_SECONDS))
            await connection.execute(insert(rounds).values(values))
        return begun

    async def find(self, review_id: str, slack_user: str) -> Review | None:
        async with self.database.begin() as connection:
            return await _read(connection, _wanted(review_id, slack_user))

    async def go_on(self, review_id: str, slack_user: str, position: int) -> Review | None:
        """Advances to `position`, never back; returns the review's new state."""
        async with self.database.begin() as connection:
            found = await _read(connection, _wanted(review_id, slack_user).with_for_update())
            if found is None or position <= found.position:
                return found
            return await _change(connection, found, position=min(position, len(found.tickets)))

    async def go_back(self, review_id: str, slack_user: str, position: int) -> Review | None:
        """Returns to `position`, never ahead; returns the review's new state."""
        async with self.database.begin() as connection:
            found = await _read(connection, _wanted(review_id, slack_user).with_for_update())
            if found is None or position >= found.position:
                return found
            return await _change(connection, found, position=position)

    async def record(
        self, review_id: str, slack_user: str, ticket_id: str, row_id: int, *, goes_on: bool
    ) -> Review | None:
        """Records a row of the outbox, once per row; returns the review's new state.

        `goes_on` advances to the next ticket if the review is at this one.
        """
        async with self.database.begin() as connection:
            found = await _read(connection, _wanted(review_id, slack_user).with_for_update())
            if found is None:
                return None
            done = tuple(dict.fromkeys([*found.done, (ticket_id, row_id)]))
            is_at_it = found.next_ticket is not None and found.next_ticket.id == ticket_id
            position = found.position + (goes_on and is_at_it)
            return await _change(connection, found, done=done, position=position)

    async def store_snapshots(self, review_id: str, seen: Mapping[str, Mapping[str, Any]]) -> None:
        """Stores the tickets' snapshots, taken when they were selected, by ticket id."""
        async with self.database.begin() as connection:
            whose = select(rounds).where(rounds.c.id == review_id).with_for_update()
            if found := await _read(connection, whose):
                tickets = [replace(each, seen=seen.get(each.id)) for each in found.tickets]
                await _change(connection, found, tickets=tickets)


def _wanted(review_id: str, slack_user: str) -> Select[Any]:
    return select(rounds).where(rounds.c.id == review_id, rounds.c.slack_user == slack_user)


async def _read(connection: AsyncConnection, wanted: Select[Any]) -> Review | None:
    row = (await connection.execute(wanted)).one_or_none()
    return _review(row) if row else None


def _review(row: SqlRow[Any]) -> Review:
    """Ignores the additional fields of a ticket that another version of the bot stored."""
    tickets = [
        ReviewTicket(**{name: each[name] for name in each if name in _TICKET_FIELDS})
        for each in row.stops
    ]
    done = tuple((ticket, row_id) for ticket, row_id in row.done)
    return Review(row.id, tickets, row.position, done, row.left_out)


async def _change(connection: AsyncConnection, found: Review, **changed: Any) -> Review:  # noqa: ANN401  fields of the review
    stored = dict(changed)
    if "tickets" in stored:
        stored["stops"] = [asdict(ticket) for ticket in stored.pop("tickets")]
    await connection.execute(update(rounds).where(rounds.c.id == found.id).values(stored))
    return replace(found, **changed)
