"""The messages to send for *My tickets*; one bot sends each, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    case,
    exists,
    false,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import Change
from bot.domain.my_tickets import PING_SECONDS, Effect, MyTicketsChoice, News
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.my_tickets_choices import IS_ACTIVE, forget_news, read_choice
from bot.storage.tables import recent, ticket_listeners, ticket_news

GATHER_SECONDS = 2.0  # changes of a ticket within it share a message
PACE_SECONDS = 1.1  # Slack takes about a message a second and channel
LEASE_SECONDS = 60.0
MAX_AT_ONCE = 200

_is_due = and_(
    ticket_news.c.due > literal_column("0"),  # as its index spells it
    ticket_news.c.due <= now(),
    ticket_news.c.slack_user == ticket_listeners.c.slack_user,
)


@dataclass(frozen=True, slots=True)
class Work:
    """A person's due messages, longest due first. `lease_token` identifies this bot's claim."""

    person: MyTicketsChoice
    news: Sequence[News]
    lease_token: int
    failures: int


@dataclass(frozen=True, slots=True)
class TicketNews:
    """Storage of messages to send. Every method is one transaction."""

    database: Database

    async def add(self, happened: Sequence[tuple[str, Change, Effect]]) -> None:
        """Adds changes with their meaning for people, in order; known ones are ignored."""
        async with self.database.begin() as connection:
            for slack_user, change, effect in happened:
                await _add(connection, slack_user, change, effect)

    async def claim(self) -> Work | None:
        """Claims the due messages of a person who may get one now."""
        is_free = ticket_listeners.c.ready <= now()
        first = (
            select(ticket_listeners.c.slack_user)
            .where(IS_ACTIVE, is_free, exists().where(_is_due))
            .order_by(ticket_listeners.c.ready)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(ticket_listeners)
            .where(ticket_listeners.c.slack_user == first.scalar_subquery(), is_free)
            .values(ready=now() + LEASE_SECONDS, lease_token=ticket_listeners.c.lease_token + 1)
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
            return Work(read_choice(row), news, row.lease_token, row.failures)

        return await self.database.transact(claim)

    async def renew(self, work: Work) -> bool:
        """Renews the claim; returns False if another bot has taken over."""
        lease = update(ticket_listeners).where(_is_ours(work))
        async with self.database.begin() as connection:
            renewed = await connection.execute(lease.values(ready=now() + LEASE_SECONDS))
            return renewed.rowcount == 1

    async def begin(self, work: Work, news: News, posting: str) -> bool:
        """Stores a post before it is made; returns False if another bot has taken over."""
        async with self.database.begin() as connection:
            lease = update(ticket_listeners).where(_is_ours(work))
            renewed = await connection.execute(lease.values(ready=now() + LEASE_SECONDS))
            if renewed.rowcount != 1:
                return False
            await connection.execute(
                update(ticket_news).where(_is_row_of(work, news)).values(posting=posting)
            )
            return True

    async def mark_notified(
        self,
        work: Work,
        *notified: News,
        ts: str | None = None,
        is_ping: bool = False,
        wants_ping: bool = False,
    ) -> None:
        """Stores that they know it, from the message `ts`, unless another bot has taken over.

        Without a `ts` each ticket keeps its message, which does not say so. `wants_ping`: a new
        message must follow once one is allowed. Later changes remain pending.
        """
        values: dict[str, Any] = {"posting": "", "wants_ping": wants_ping, "failures": 0}
        if ts is not None:
            values["ts"] = ts
        if is_ping:
            values["pinged"] = now()
        async with self.database.begin() as connection:
            if not await _release(connection, work, PACE_SECONDS):
                return
            for news in notified:
                later = ticket_news.c.pinged + PING_SECONDS if wants_ping else 0.0
                is_all = ticket_news.c.change_id == news.change_id
                due = case((is_all, later), else_=ticket_news.c.due)
                changed = {**values, "due": due}
                if not news.is_unread:
                    changed["answers"] = case((is_all, 0), else_=ticket_news.c.answers)
                    was = ticket_news.c.is_assigned
                    changed["is_assigned"] = case((is_all, false()), else_=was)
                marked = update(ticket_news).where(_is_row_of(work, news)).values(changed)
                await connection.execute(marked)

    async def drop(self, work: Work) -> None:
        """Drops all these messages, because they may no longer see the tickets."""
        async with self.database.begin() as connection:
            if await _release(connection, work, 0.0):
                await connection.execute(forget_news(work.person.slack_user))

    async def put_off(self, work: Work, news: News, seconds: float) -> None:
        """Delays the message of one ticket, because it could not be read."""
        values = {"due": now() + seconds, "failures": ticket_news.c.failures + 1}
        async with self.database.begin() as connection:
            if await _release(connection, work, PACE_SECONDS):
                await connection.execute(
                    update(ticket_news).where(_is_row_of(work, news)).values(values)
                )

    async def reschedule(self, work: Work, seconds: float, *, has_failed: bool = False) -> None:
        """Delays their messages by `seconds`."""
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
    """Ends the claim; returns False if another bot has taken over."""
    ended = update(ticket_listeners).where(_is_ours(work))
    values = {"ready": now() + seconds, "failures": failures}
    return (await connection.execute(ended.values(values))).rowcount == 1


def _is_ours(work: Work) -> ColumnElement[bool]:
    is_they = ticket_listeners.c.slack_user == work.person.slack_user
    return is_they & (ticket_listeners.c.lease_token == work.lease_token)


def _is_row_of(work: Work, news: News) -> ColumnElement[bool]:
    is_theirs = ticket_news.c.slack_user == work.person.slack_user
    return is_theirs & (ticket_news.c.ticket_id == news.ticket_id)


def _news(row: RowMapping) -> News:
    return News(**{name: row[name] for name in (*_KEPT, "since_ping", "age")})
