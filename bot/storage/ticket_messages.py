"""Messages that show a ticket, and which of them are due to be redrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    case,
    delete,
    exists,
    false,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.clock import MACHINE, Clock
from bot.domain.ticket_message import (
    FOLLOWING,
    HIDDEN,
    IN_CHANNELS,
    PERSONAL,
    TO_HIDE,
    ShownAs,
    TicketMessage,
)
from bot.storage.best_effort import as_best_effort
from bot.storage.database import Database
from bot.storage.dialects import insert_into, now
from bot.storage.tables import ticket_messages as table

GATHER_SECONDS = 1.0  # changes of a ticket within it are one
FIRST_LOOK_SECONDS = 30.0  # until LiveAgent is surely watched for it
MESSAGE_SECONDS = 5.0  # between two redraws of a message
CHANNEL_SECONDS = 1.0  # Slack takes about a message a second and channel
LEASE_SECONDS = 60.0
PRIVATE_SECONDS = 29 * 60.0  # the life of a `response_url`, less the time for a redraw
MAX_USES = 2  # of a `response_url`, which takes five: the others are for the person's clicks

_KEY = ("channel", "ts", "ticket_id")
_REMEMBERED = (
    "code",
    "shown_as",
    "slack_user",
    "shows_subject",
    "language",
    "comment",
    "response_url",
    "content",
)
_STORED = [*_KEY, *_REMEMBERED, "id", "uses", "changes", "lease_token", "failures"]
_NEW = {"uses": 0, "changes": 0, "changed": 0.0, "due": 0.0, "claimed": 0.0, "lease_token": 0}
_IS_CHANGED = table.c.due > literal_column("0")  # as its index spells it
_HAS_CODE = table.c.code != literal_column("''")
_COLUMNS = [*(table.c[name] for name in _STORED), (now() - table.c.changed).label("age")]


@dataclass(frozen=True, slots=True)
class TicketMessages:
    """Storage of the messages. Every method is one transaction."""

    database: Database
    clock: Clock = MACHINE

    @as_best_effort(lambda: None)
    async def note(self, *messages: TicketMessage) -> None:
        """Stores messages, best effort: while the database is unavailable, they are not stored."""
        await self.remember(*messages)

    @as_best_effort(list[TicketMessage])
    async def known(self, channel: str, ts: str) -> list[TicketMessage]:
        """Returns what the message shows; nothing while the database is unavailable."""
        return await self.of_message(channel, ts)

    async def remember(self, *messages: TicketMessage) -> None:
        """Stores posted or clicked messages; a click reactivates one, with its newer URL.

        Of a person's private cards of one ticket, only the last clicked is kept.
        """
        await self.database.transact(partial(_remember, messages))

    async def of_message(self, channel: str, ts: str) -> list[TicketMessage]:
        """Returns the tickets that the message shows, in the order in which they were stored."""
        is_it = (table.c.channel == channel, table.c.ts == ts)
        shown = select(*_COLUMNS).where(*is_it, table.c.ticket_id != "").order_by(table.c.id)
        found = await self.database.transact(lambda it: it.execute(shown).all())
        return [_message(row) for row in found]

    async def changed(self, ticket_ids: Collection[str]) -> None:
        """Reports changed tickets, by id or code: their messages become due."""
        if ticket_ids:
            await self.database.transact(lambda it: it.execute(changed(ticket_ids)))

    async def channels(self) -> list[str]:
        """Returns the channels in which tickets are shown."""
        shown = select(table.c.channel).where(_can_be_hidden()).distinct()
        return await self.database.transact(lambda it: list(it.execute(shown).scalars()))

    async def hide(self, channel: str) -> None:
        """Makes all messages of a channel due to be hidden, even those that no longer follow.

        Their `content` becomes `TO_HIDE`, which a bot that is just redrawing them does not
        overwrite. A message that shows several tickets is hidden once.
        """
        is_shown = and_(table.c.channel == channel, is_first(), _can_be_hidden())
        may_be_leased = and_(_IS_CHANGED, table.c.claimed > now() - LEASE_SECONDS)
        soon = case((may_be_leased, table.c.due), else_=now() + GATHER_SECONDS)
        due = {"due": soon, "changed": now(), "changes": table.c.changes + 1}
        async with self.database.begin() as connection:
            hiding = update(table).where(is_shown)
            await connection.execute(hiding.values(content=TO_HIDE, is_resting=False, **due))

    async def claim(self, kinds: Collection[ShownAs]) -> TicketMessage | None:
        """Claims the message of these kinds that is due longest."""
        claimed = _claimed(frozenset(kinds))

        def claim(connection: Connection) -> TicketMessage | None:
            found = connection.execute(claimed).one_or_none()
            return _message(found) if found else None

        return await self.database.transact(claim)

    async def counts_use(self, message: TicketMessage) -> bool:
        """Counts a use of its `response_url`; returns False if a click has renewed it meanwhile."""
        is_same = table.c.response_url == message.response_url
        return await self._settle(message, is_same, uses=table.c.uses + 1)

    async def redrawn(self, message: TicketMessage, content: str) -> None:
        """Stores its content; a change reported meanwhile makes it due again."""
        is_done = table.c.changes == message.changes
        due = case((is_done, 0.0), else_=now() + MESSAGE_SECONDS)
        is_private = table.c.shown_as == ShownAs.PRIVATE  # its URL lives from the click on
        touched = case((is_private, table.c.touched), else_=now())
        is_to_hide = _is_to_hide_by_now(message) if content != HIDDEN else false()
        shown = case((is_to_hide, TO_HIDE), else_=content)
        await self._settle(message, due=due, content=shown, failures=0, touched=touched)

    async def reschedule(self, message: TicketMessage, seconds: float) -> None:
        """Makes it due again after `seconds`, because it could not be redrawn."""
        await self._settle(message, due=now() + seconds, failures=table.c.failures + 1)

    async def stop_following(self, message: TicketMessage, content: str = "") -> None:
        """Ends following until somebody clicks it; shortcuts still know its ticket."""
        is_to_hide = _is_to_hide_by_now(message)
        due = case((is_to_hide, now() + MESSAGE_SECONDS), else_=0.0)
        shown = case((is_to_hide, TO_HIDE), else_=content)
        await self._settle(message, due=due, is_resting=~is_to_hide, comment="", content=shown)

    async def deleted(self, message: TicketMessage) -> None:
        """Records that somebody deleted it in Slack."""
        await self._settle(message, due=0.0, is_deleted=True, comment="")

    async def hurry(self, seconds: float) -> None:
        """Makes due messages due `seconds` sooner, for the sandbox's clock."""
        sooner = update(table).where(_IS_CHANGED).values(due=table.c.due - seconds)
        await self.database.transact(lambda it: it.execute(sooner))

    async def _settle(
        self, message: TicketMessage, *conditions: ColumnElement[bool], **columns: object
    ) -> bool:
        """Returns False if another bot has claimed it since, or it is gone."""
        is_ours = (table.c.id == message.id, table.c.lease_token == message.lease_token)
        settled = update(table).where(*is_ours, *conditions).values(columns)
        return await self.database.transact(lambda it: it.execute(settled).rowcount == 1)


def _remember(messages: Sequence[TicketMessage], connection: Connection) -> None:
    for each in messages:
        if each.shown_as is ShownAs.PRIVATE:
            connection.execute(delete(table).where(*_older_cards(each)))
        values: dict[str, Any] = {name: getattr(each, name) for name in _REMEMBERED}
        values |= {"touched": now(), "uses": 0, "is_resting": False, "is_deleted": False}
        new = {**_NEW, **values, "failures": 0}
        if each.shown_as is ShownAs.SHARED:  # it may have changed while it was posted
            soon = now() + FIRST_LOOK_SECONDS
            new |= {"changed": soon, "due": soon}
        key = {name: getattr(each, name) for name in _KEY}
        added = insert_into(connection, table).values({**new, **key})
        again = {**values, **_hidden_again(each.content)}
        connection.execute(added.on_conflict_do_update(index_elements=_KEY, set_=again))


@cache
def _claimed(kinds: frozenset[ShownAs]) -> ReturningUpdate[Any]:
    """Builds the statement once, because an idle bot runs it every two seconds."""
    other = table.alias("other")
    is_busy = select(other.c.id).where(
        other.c.channel == table.c.channel, other.c.claimed > now() - CHANNEL_SECONDS
    )
    is_known = table.c.shown_as.in_(kinds)
    is_due = and_(_IS_CHANGED, table.c.due <= now(), is_known, follows(), ~is_busy.exists())
    first = select(table.c.id).where(is_due).order_by(table.c.due).limit(1)
    return (
        update(table)
        .where(table.c.id == first.with_for_update(skip_locked=True).scalar_subquery(), is_due)
        .values(due=now() + LEASE_SECONDS, claimed=now(), lease_token=table.c.lease_token + 1)
        .returning(*_COLUMNS)
    )


def changed(tickets: Collection[str], author: str = "") -> Update:
    """Makes the messages of tickets, by id or code, due to be redrawn, in a larger transaction.

    `author` made the change; their own cards already show it.
    """
    soon, spaced = now() + GATHER_SECONDS, table.c.claimed + MESSAGE_SECONDS
    due = case(
        (and_(_IS_CHANGED, table.c.due <= soon), table.c.due),
        (table.c.claimed == 0, soon),  # it waits for its first look
        (_IS_CHANGED, table.c.due),
        (spaced > soon, spaced),
        else_=soon,
    )
    is_named = or_(table.c.ticket_id.in_(tickets), and_(_HAS_CODE, table.c.code.in_(tickets)))
    is_authors = and_(table.c.shown_as.in_(PERSONAL), table.c.slack_user == author)
    return (
        update(table)
        .where(is_named, follows(), ~is_authors)
        .values(changes=table.c.changes + 1, changed=now(), due=due)
    )


def follows() -> ColumnElement[bool]:
    """Whether it is redrawn at all; a private card only while its URL has uses left."""
    can_change = and_(table.c.uses < MAX_USES, table.c.touched > now() - PRIVATE_SECONDS)
    return and_(
        ~table.c.is_resting,
        ~table.c.is_deleted,
        or_(table.c.shown_as.in_(FOLLOWING), table.c.content == TO_HIDE),
        or_(table.c.shown_as != ShownAs.PRIVATE, can_change),
    )


def _can_be_hidden() -> ColumnElement[bool]:
    return and_(
        table.c.shown_as.in_(IN_CHANNELS),
        table.c.content.not_in([HIDDEN, TO_HIDE]),
        ~table.c.is_deleted,
    )


def is_first() -> ColumnElement[bool]:
    """Whether no row of the same message is older: the oldest stands for the message."""
    other = table.alias("other")
    is_same = and_(other.c.channel == table.c.channel, other.c.ts == table.c.ts)
    return ~exists().where(is_same, other.c.id < table.c.id)


def are_watched() -> ColumnElement[bool]:
    """Whether LiveAgent must be polled: a message in a channel follows, or a recent personal card.

    A card is recent for 29 minutes after a click; in a direct message also after a redraw.
    """
    is_young = or_(
        table.c.shown_as.in_(FOLLOWING - PERSONAL), table.c.touched > now() - PRIVATE_SECONDS
    )
    return exists().where(follows(), is_young)


def _is_to_hide_by_now(message: TicketMessage) -> ColumnElement[bool]:
    """Whether another company reads its channel since it was claimed."""
    return false() if message.content == TO_HIDE else table.c.content == TO_HIDE


def _hidden_again(content: str) -> dict[str, Any]:
    """Returns the columns of a message that was just redrawn; a hidden one is due again."""
    is_hidden = table.c.content.in_([HIDDEN, TO_HIDE])
    return {
        "content": case((is_hidden, TO_HIDE), else_=content),
        "due": case((is_hidden, now() + GATHER_SECONDS), else_=table.c.due),
        "changes": case((is_hidden, table.c.changes + 1), else_=table.c.changes),
    }


def _older_cards(card: TicketMessage) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.ticket_id == card.ticket_id,
        table.c.shown_as == ShownAs.PRIVATE,
        table.c.slack_user == card.slack_user,
        or_(table.c.channel != card.channel, table.c.ts != card.ts),
    )


def _message(row: SqlRow[Any]) -> TicketMessage:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    return TicketMessage(**{**values, "shown_as": ShownAs(values["shown_as"])})
