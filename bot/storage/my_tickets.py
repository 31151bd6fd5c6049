"""Who hears of tickets assigned to them, and what is to be told: one bot tells each thing, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    case,
    delete,
    exists,
    false,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calendar import Hours
from bot.domain.changes import Change
from bot.domain.clock import MACHINE, Clock
from bot.domain.my_tickets import PING_SECONDS, Effect, Listening, Mode, News
from bot.storage.best_effort import as_best_effort
from bot.storage.database import Database, now, put_in
from bot.storage.tables import recent, ticket_listeners, ticket_news

GATHER_SECONDS = 2.0  # what happens to a ticket meanwhile is told together
PACE_SECONDS = 1.1  # Slack takes about a message a second and channel
LEASE_SECONDS = 60.0
MAX_AT_ONCE = 200

_is_on = ticket_listeners.c.mode != Mode.OFF
IS_ANY_ACTIVE = exists().where(_is_on)
_is_due = and_(
    ticket_news.c.due > literal_column("0"),  # as its index spells it
    ticket_news.c.due <= now(),
    ticket_news.c.slack_user == ticket_listeners.c.slack_user,
)


def _unasked() -> Listening:
    return Listening("", was_asked=True)


@dataclass(frozen=True, slots=True)
class Work:
    """What is due of a person, longest due first. `token` identifies this bot's claim."""

    person: Listening
    news: Sequence[News]
    token: int
    failures: int


@dataclass(frozen=True, slots=True)
class TicketListeners:
    """Storage of who hears of their tickets. Every method is one transaction."""

    database: Database
    clock: Clock = MACHINE

    @as_best_effort(_unasked)
    async def of(self, slack_user: str) -> Listening:
        """Returns what they have chosen; while the database is away, as if it were nothing."""
        return await self.find(slack_user)

    async def find(self, slack_user: str) -> Listening:
        found = await self._find(ticket_listeners.c.slack_user == slack_user)
        return found[0] if found else Listening(slack_user, was_asked=False)

    async def active(self) -> Sequence[Listening]:
        return await self._find(_is_on)

    async def choose(self, person: Listening) -> None:
        """Stores the choice. Who turns it off is told nothing any more, also of what came."""
        hours = person.hours
        values = {
            "mode": person.mode,
            "agent_id": person.agent_id,
            "hours": {
                "days": list(hours.days),
                "begin": hours.begin.isoformat(),
                "end": hours.end.isoformat(),
            },
            "ready": 0.0,
        }
        async with self.database.begin() as connection:
            chosen = put_in(connection, ticket_listeners, slack_user=person.slack_user, **values)
            await connection.execute(chosen)
            if person.mode is Mode.OFF:
                await _forget(connection, person.slack_user)

    @as_best_effort(lambda: None)
    async def recognize(self, slack_user: str, agent_id: str) -> None:
        """Notes which agent they are by now."""
        theirs = ticket_listeners.c.slack_user == slack_user
        is_other = ticket_listeners.c.agent_id != agent_id
        changed = update(ticket_listeners).where(theirs, is_other).values(agent_id=agent_id)
        await self.database.transact(lambda it: it.execute(changed))

    async def reached(self, slack_user: str, channel: str) -> None:
        """Notes the channel of the bot's conversation with them."""
        theirs = ticket_listeners.c.slack_user == slack_user
        changed = update(ticket_listeners).where(theirs).values(channel=channel)
        await self.database.transact(lambda it: it.execute(changed))

    async def _find(self, condition: ColumnElement[bool]) -> Sequence[Listening]:
        wanted = select(ticket_listeners).where(condition)
        found = await self.database.transact(lambda it: it.execute(wanted).all())
        return [_listening(row) for row in found]


@dataclass(frozen=True, slots=True)
class TicketNews:
    """Storage of what is to be told. Every method is one transaction."""

    database: Database

    async def add(self, happened: Sequence[tuple[str, Change, Effect]]) -> None:
        """Adds what changes are for people, in order; what was added already stays as it is."""
        async with self.database.begin() as connection:
            for slack_user, change, effect in happened:
                await _add(connection, slack_user, change, effect)

    async def claim(self) -> Work | None:
        """Claims what is due of a person who may be told something now, for this bot."""
        is_free = ticket_listeners.c.ready <= now()
        first = (
            select(ticket_listeners.c.slack_user)
            .where(_is_on, is_free, exists().where(_is_due))
            .order_by(ticket_listeners.c.ready)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(ticket_listeners)
            .where(ticket_listeners.c.slack_user == first.scalar_subquery(), is_free)
            .values(ready=now() + LEASE_SECONDS, token=ticket_listeners.c.token + 1)
            .returning(ticket_listeners)
        )

        def claim(connection: Connection) -> Work | None:
            row = connection.execute(claimed).one_or_none()
            if row is None:
                return None
            is_theirs = ticket_news.c.slack_user == row.slack_user
            wanted = (
                select(*_COLUMNS)
                .where(is_theirs, ticket_news.c.due > literal_column("0"))
                .where(ticket_news.c.due <= now())
                .order_by(ticket_news.c.due)
                .limit(MAX_AT_ONCE)
            )
            news = [_news(each) for each in connection.execute(wanted).mappings()]
            return Work(_listening(row), news, row.token, row.failures)

        return await self.database.transact(claim)

    async def renew(self, work: Work) -> bool:
        """Renews the claim; returns False if another bot tells them by then."""
        lease = update(ticket_listeners).where(_is_ours(work))
        async with self.database.begin() as connection:
            renewed = await connection.execute(lease.values(ready=now() + LEASE_SECONDS))
            return renewed.rowcount == 1

    async def begin(self, work: Work, news: News, posting: str) -> bool:
        """Notes a post before it is made; returns False if another bot tells them by then."""
        async with self.database.begin() as connection:
            lease = update(ticket_listeners).where(_is_ours(work))
            renewed = await connection.execute(lease.values(ready=now() + LEASE_SECONDS))
            if renewed.rowcount != 1:
                return False
            await connection.execute(
                update(ticket_news).where(_is(work, news)).values(posting=posting)
            )
            return True

    async def told(
        self,
        work: Work,
        *told: News,
        ts: str | None = None,
        is_ping: bool = False,
        wants_ping: bool = False,
    ) -> None:
        """Stores that they know it, from the message `ts`, if it was no other bot that told them.

        Without a `ts` each ticket keeps its message, which does not say so. `wants_ping`: a new
        message is to follow as soon as there may be one. What came meanwhile is still to be told.
        """
        values: dict[str, Any] = {"posting": "", "wants_ping": wants_ping, "failures": 0}
        if ts is not None:
            values["ts"] = ts
        if is_ping:
            values["pinged"] = now()
        async with self.database.begin() as connection:
            if not await _release(connection, work, PACE_SECONDS):
                return
            for news in told:
                later = ticket_news.c.pinged + PING_SECONDS if wants_ping else 0.0
                is_all = ticket_news.c.change_id == news.change_id
                due = case((is_all, later), else_=ticket_news.c.due)
                changed = {**values, "due": due}
                if not news.is_unread:
                    changed["answers"] = case((is_all, 0), else_=ticket_news.c.answers)
                    was = ticket_news.c.is_assigned
                    changed["is_assigned"] = case((is_all, false()), else_=was)
                told_now = update(ticket_news).where(_is(work, news)).values(changed)
                await connection.execute(told_now)

    async def drop(self, work: Work) -> None:
        """Tells them nothing of all that, as they may not know it any more."""
        async with self.database.begin() as connection:
            if await _release(connection, work, 0.0):
                await _forget(connection, work.person.slack_user)

    async def put_off(self, work: Work, news: News, seconds: float) -> None:
        """Puts off what is to be told of one ticket, because it could not be read."""
        values = {"due": now() + seconds, "failures": ticket_news.c.failures + 1}
        async with self.database.begin() as connection:
            if await _release(connection, work, PACE_SECONDS):
                await connection.execute(update(ticket_news).where(_is(work, news)).values(values))

    async def reschedule(self, work: Work, seconds: float, *, has_failed: bool = False) -> None:
        """Lets them hear it after `seconds`."""
        failures = work.failures + 1 if has_failed else 0
        async with self.database.begin() as connection:
            await _release(connection, work, seconds, failures)

    async def hurry(self, seconds: float) -> None:
        """Makes everything due `seconds` sooner, for the sandbox's clock."""
        is_waiting = ticket_news.c.due > literal_column("0")
        people = update(ticket_listeners)
        moved = {name: ticket_news.c[name] - seconds for name in ("changed", "pinged")}
        due = case((ticket_news.c.due > seconds, ticket_news.c.due - seconds), else_=1.0)

        def hurry(connection: Connection) -> None:
            connection.execute(people.values(ready=ticket_listeners.c.ready - seconds))
            connection.execute(update(ticket_news).values(moved))
            connection.execute(update(recent).values(at=recent.c.at - seconds))
            connection.execute(update(ticket_news).where(is_waiting).values(due=due))

        await self.database.transact(hurry)


_KEPT = (
    "ticket_id",
    "code",
    "answers",
    "is_assigned",
    "assigned_by",
    "change_id",
    "ts",
    "wants_ping",
    "posting",
    "failures",
)
_COLUMNS = [
    *(ticket_news.c[name] for name in _KEPT),
    (now() - ticket_news.c.pinged).label("since_ping"),
    (now() - ticket_news.c.changed).label("age"),
]


async def _add(
    connection: AsyncConnection, slack_user: str, change: Change, effect: Effect
) -> None:
    ticket_id = "" if effect is Effect.LATE else change.ticket_id
    is_it = (ticket_news.c.slack_user == slack_user) & (ticket_news.c.ticket_id == ticket_id)
    is_opened = exists().where(
        recent.c.slack_user == slack_user,
        recent.c.ticket_id == ticket_id,
        recent.c.at > ticket_news.c.changed,
    )
    wanted = select(*_COLUMNS, is_opened.label("is_opened")).where(is_it).with_for_update()
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None and effect is Effect.OVER:
        return
    before = _news(row) if row else News(ticket_id)
    if row and row["is_opened"]:
        before = before.read()
    after = before.after(change, effect)
    if after.change_id == before.change_id:
        return
    values: dict[str, Any] = {
        name: getattr(after, name)
        for name in _KEPT
        if name not in {"ticket_id", "posting", "ts", "failures"}
    }
    values |= {"changed": now(), "due": now() + GATHER_SECONDS}
    if row:
        await connection.execute(update(ticket_news).where(is_it).values(values))
    else:
        key = {"slack_user": slack_user, "ticket_id": ticket_id}
        new = {**key, **values, "ts": "", "pinged": 0.0, "posting": ""}
        await connection.execute(insert(ticket_news).values(new))


async def _release(
    connection: AsyncConnection, work: Work, seconds: float, failures: int = 0
) -> bool:
    """Ends the claim; returns False if another bot has claimed them by then."""
    ended = update(ticket_listeners).where(_is_ours(work))
    values = {"ready": now() + seconds, "failures": failures}
    return (await connection.execute(ended.values(values))).rowcount == 1


async def _forget(connection: AsyncConnection, slack_user: str) -> None:
    await connection.execute(delete(ticket_news).where(ticket_news.c.slack_user == slack_user))


def _is_ours(work: Work) -> ColumnElement[bool]:
    is_they = ticket_listeners.c.slack_user == work.person.slack_user
    return is_they & (ticket_listeners.c.token == work.token)


def _is(work: Work, news: News) -> ColumnElement[bool]:
    is_theirs = ticket_news.c.slack_user == work.person.slack_user
    return is_theirs & (ticket_news.c.ticket_id == news.ticket_id)


def _news(row: RowMapping) -> News:
    return News(**{name: row[name] for name in (*_KEPT, "since_ping", "age")})


def _listening(row: SqlRow[Any]) -> Listening:
    given = row.hours
    begin, end = (time.fromisoformat(given[name]) for name in ("begin", "end"))
    return Listening(
        slack_user=row.slack_user,
        agent_id=row.agent_id,
        mode=Mode(row.mode),
        hours=Hours(tuple(given["days"]), begin, end),
        channel=row.channel,
    )
