"""Who wants messages about tickets assigned to them, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, Row, delete, exists, select, update

from bot.domain.calendar import Hours
from bot.domain.clock import MACHINE, Clock
from bot.domain.my_tickets import Mode, MyTicketsChoice
from bot.storage.best_effort import as_best_effort
from bot.storage.database import Database
from bot.storage.dialects import put_in
from bot.storage.tables import ticket_listeners, ticket_news

IS_ACTIVE = ticket_listeners.c.mode != Mode.OFF
IS_ANY_ACTIVE = exists().where(IS_ACTIVE)


def _unasked() -> MyTicketsChoice:
    return MyTicketsChoice("", was_asked=True)


@dataclass(frozen=True, slots=True)
class MyTicketsChoices:
    """Storage of choices for *My tickets*. Every method is one transaction."""

    database: Database
    clock: Clock = MACHINE

    @as_best_effort(_unasked)
    async def of(self, slack_user: str) -> MyTicketsChoice:
        """Returns their choice; while the database is unavailable, as if there were none."""
        return await self.find(slack_user)

    async def find(self, slack_user: str) -> MyTicketsChoice:
        found = await self._find(ticket_listeners.c.slack_user == slack_user)
        return found[0] if found else MyTicketsChoice(slack_user, was_asked=False)

    async def active(self) -> Sequence[MyTicketsChoice]:
        return await self._find(IS_ACTIVE)

    async def choose(self, person: MyTicketsChoice) -> None:
        """Stores the choice. Turning it off drops all pending messages."""
        values = {
            "mode": person.mode,
            "agent_id": person.agent_id,
            "hours": person.hours.to_json(),
            "ready": 0.0,
        }

        is_off = exists().where(
            ticket_listeners.c.slack_user == person.slack_user, ticket_listeners.c.mode == Mode.OFF
        )

        def choose(connection: Connection) -> None:
            connection.execute(forget_news(person.slack_user).where(is_off))
            chosen = put_in(connection, ticket_listeners, slack_user=person.slack_user, **values)
            connection.execute(chosen)
            if person.mode is Mode.OFF:
                connection.execute(forget_news(person.slack_user))

        await self.database.transact(choose)

    @as_best_effort(lambda: None)
    async def recognize(self, slack_user: str, agent_id: str) -> None:
        """Stores which agent they are now."""
        theirs = ticket_listeners.c.slack_user == slack_user
        is_other = ticket_listeners.c.agent_id != agent_id
        changed = update(ticket_listeners).where(theirs, is_other).values(agent_id=agent_id)
        await self.database.transact(lambda it: it.execute(changed))

    async def remember_channel(self, slack_user: str, channel: str) -> None:
        """Stores the channel of their direct messages."""
        theirs = ticket_listeners.c.slack_user == slack_user
        changed = update(ticket_listeners).where(theirs).values(channel=channel)
        await self.database.transact(lambda it: it.execute(changed))

    async def _find(self, condition: ColumnElement[bool]) -> Sequence[MyTicketsChoice]:
        wanted = select(ticket_listeners).where(condition)
        found = await self.database.transact(lambda it: it.execute(wanted).all())
        return [read_choice(row) for row in found]


def forget_news(slack_user: str) -> Delete:
    """Returns the statement that drops all their pending messages."""
    return delete(ticket_news).where(ticket_news.c.slack_user == slack_user)


def read_choice(row: Row[Any]) -> MyTicketsChoice:
    return MyTicketsChoice(
        slack_user=row.slack_user,
        agent_id=row.agent_id,
        mode=Mode(row.mode),
        hours=Hours.of_json(row.hours),
        channel=row.channel,
    )
