"""The changes to post in live channels; one bot posts each, once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.changes import Change
from bot.domain.live import LiveChannel, LiveWork
from bot.domain.ticket import OVER
from bot.domain.ticket_message import ShownAs
from bot.storage.changes import as_row, read_change
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.live_channels import read_channel
from bot.storage.tables import live_channels, live_events, ticket_messages, watched

GATHER_SECONDS = 2.0  # changes of a ticket within it share a post
SUMMARY_SECONDS = 20.0
CHANNEL_SECONDS = 1.25  # Slack takes about a message a second and channel
LEASE_SECONDS = 60.0
ADDED_AT_ONCE = 100  # rows in a statement
MAX_TOLD_AT_ONCE = 20  # events of a ticket: Slack takes some ten thousand characters
MAX_SUMMED_UP = 5000  # events: databases take some ten thousand values in a statement


@dataclass(frozen=True, slots=True)
class LivePost:
    """A ticket's message in a live channel."""

    ts: str
    is_deleted: bool = False
    """Whether somebody deleted it: then nothing more is posted about the ticket."""
    is_resting: bool = False


@dataclass(frozen=True, slots=True)
class LiveEvents:
    """The changes to post. Every method is one transaction."""

    database: Database

    async def shown(self, ticket_ids: Collection[str]) -> frozenset[tuple[str, str]]:
        """Returns the channels and tickets, of these, that have a message, even a deleted one."""
        table = ticket_messages
        wanted = select(table.c.channel, table.c.ticket_id).where(
            table.c.shown_as == ShownAs.LIVE, ~table.c.is_resting, table.c.ticket_id.in_(ticket_ids)
        )
        waiting = select(live_events.c.channel, live_events.c.ticket_id).where(
            live_events.c.is_open, live_events.c.ticket_id.in_(ticket_ids)
        )
        async with self.database.begin() as connection:
            found = [*await connection.execute(wanted), *await connection.execute(waiting)]
            return frozenset((channel, ticket) for channel, ticket in found)

    async def add(self, pending: Sequence[tuple[str, Change]]) -> None:
        """Stores changes to post, each with its channel; known ones are ignored."""
        if not pending:
            return
        async with self.database.begin() as connection:
            ids = {change.id for _, change in pending}
            is_its = live_events.c.change_id.in_(ids)
            known = select(live_events.c.channel, live_events.c.change_id).where(is_its)
            stored = {(channel, each) for channel, each in await connection.execute(known)}
            fresh = [_event(*each) for each in pending if (each[0], each[1].id) not in stored]
            for first in range(0, len(fresh), ADDED_AT_ONCE):
                part = fresh[first : first + ADDED_AT_ONCE]
                await connection.execute(insert(live_events).values(part))

    async def post_of(self, channel: str, ticket_id: str) -> LivePost | None:
        """Returns the ticket's newest message; None if there is none."""
        table = ticket_messages
        wanted = (
            select(table.c.ts, table.c.is_deleted, table.c.is_resting)
            .where(
                table.c.channel == channel,
                table.c.ticket_id == ticket_id,
                table.c.shown_as == ShownAs.LIVE,
            )
            .order_by(table.c.id.desc())
            .limit(1)
        )
        row = await self.database.transact(lambda it: it.execute(wanted).one_or_none())
        return LivePost(row.ts, row.is_deleted, row.is_resting) if row else None

    async def claim(self) -> LiveWork | None:
        """Claims the longest-waiting changes of a channel that may get a message now."""
        return await self.database.transact(_claim)

    async def seconds_to_post(self, work: LiveWork) -> float | None:
        """Takes the channel's next turn; returns the seconds until it, None if it is paused.

        Bots that claimed one after the other may be ready to post at the same time.
        """
        posted = live_channels.c.posted
        spaced = posted + CHANNEL_SECONDS
        turn = case((posted == work.channel_lease, now()), (spaced > now(), spaced), else_=now())
        is_it = live_channels.c.channel == work.live.channel
        mine = update(live_channels).where(is_it, ~live_channels.c.is_paused)
        taken = mine.values(posted=turn).returning(posted - now())
        seconds = await self.database.transact(lambda it: it.execute(taken).scalar_one_or_none())
        return None if seconds is None else max(0.0, seconds)

    async def finish(self, work: LiveWork, *, but: Sequence[Change] = ()) -> None:
        """Ends the changes, except those in `but`, which wait for the channel's pause."""
        left = [each.id for each in but]
        is_left = live_events.c.change_id.in_(left)
        values = {
            "is_open": case((is_left, live_events.c.is_open), else_=False),
            "due": now() + CHANNEL_SECONDS,
            "tries": 0,
        }
        await self._update(work, **values)

    async def sum_up(self, work: LiveWork, *, older_than: float) -> None:
        """Marks the changes as late: they are posted as a number, with others of the channel.

        Those are all that were stored more than `older_than` seconds ago and not tried yet.
        """
        is_old = and_(
            live_events.c.channel == work.live.channel,
            live_events.c.is_open,
            live_events.c.ticket_id != "",
            live_events.c.tries == 0,
            live_events.c.stored < now() - older_than,
        )
        late = {"ticket_id": "", "due": now() + SUMMARY_SECONDS, "tries": 0}
        summed_up = update(live_events).where(is_old | _is_ours(work)).values(late)
        await self.database.transact(lambda it: it.execute(summed_up))

    async def reschedule(self, work: LiveWork, seconds: float) -> None:
        await self._update(work, due=now() + seconds)

    async def rest_resolved(self, seconds: float) -> int:
        """Stops updating messages of resolved tickets that have not changed for `seconds`."""
        table = ticket_messages
        is_over = exists().where(
            watched.c.ticket_id == table.c.ticket_id, watched.c.status.in_(OVER)
        )
        old = update(table).where(
            table.c.shown_as == ShownAs.LIVE,
            ~table.c.is_resting,
            table.c.due == 0,
            table.c.touched < now() - seconds,
            is_over,
        )
        rested = old.values(is_resting=True)
        return await self.database.transact(lambda it: it.execute(rested).rowcount)

    async def hurry(self, seconds: float) -> None:
        """Makes open changes due `seconds` sooner, for the sandbox's clock."""
        sooner = update(live_events).where(live_events.c.is_open, live_events.c.tries == 0)
        posted = update(live_channels).values(posted=live_channels.c.posted - seconds)

        def hurry(connection: Connection) -> None:
            connection.execute(sooner.values(due=live_events.c.due - seconds))
            connection.execute(posted)

        await self.database.transact(hurry)

    async def _update(self, work: LiveWork, **values: Any) -> None:  # noqa: ANN401  of columns
        async with self.database.begin() as connection:
            await connection.execute(update(live_events).where(_is_ours(work)).values(values))


def _is_ours(work: LiveWork) -> ColumnElement[bool]:
    ids = [each.id for each in work.changes]
    held = list(zip(ids, work.lease_tokens, strict=True))
    return and_(
        live_events.c.channel == work.live.channel,
        tuple_(live_events.c.change_id, live_events.c.lease_token).in_(held),
    )


def _is_due(channel: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Whether it can be posted there now: a ticket's changes are posted in order."""
    earlier = live_events.alias("earlier")
    is_behind = exists().where(
        earlier.c.channel == live_events.c.channel,
        earlier.c.ticket_id == live_events.c.ticket_id,
        earlier.c.is_open,
        earlier.c.id < live_events.c.id,
        earlier.c.due > now(),
    )
    is_its = and_(live_events.c.channel == channel, live_events.c.is_open)
    return and_(is_its, live_events.c.due <= now(), ~is_behind)


def _claim(connection: Connection) -> LiveWork | None:
    claim = _claim_channel(connection)
    if claim is None:
        return None
    channel, channel_lease = claim
    is_due = _is_due(channel.channel)
    columns = select(live_events.c.ticket_id, live_events.c.tries)
    wanted = columns.where(is_due).order_by(live_events.c.id).limit(1)
    first = connection.execute(wanted).one_or_none()
    if first is None:
        return None
    is_its = (live_events.c.ticket_id == first.ticket_id) & (
        live_events.c.tries == first.tries  # an earlier try may have posted them, no others
    )
    most = MAX_TOLD_AT_ONCE if first.ticket_id else MAX_SUMMED_UP
    mine = select(live_events.c.id).where(is_due, is_its).order_by(live_events.c.id).limit(most)
    claimed = (
        update(live_events)
        .where(live_events.c.id.in_(mine))
        .values(
            due=now() + LEASE_SECONDS,
            lease_token=live_events.c.lease_token + 1,
            tries=live_events.c.tries + 1,
        )
        .returning(live_events, (now() - live_events.c.stored).label("age"))
    )
    rows = sorted(connection.execute(claimed), key=lambda row: row.id)
    return replace(_work(channel, first.ticket_id, rows), channel_lease=channel_lease)


def _claim_channel(connection: Connection) -> tuple[LiveChannel, float] | None:
    """Claims the channel for one message; returns it with the claim's id."""
    row = connection.execute(_claimed_channel()).one_or_none()
    return (read_channel(row), row.posted) if row else None


@cache
def _claimed_channel() -> ReturningUpdate[Any]:
    """Builds the statement once, because an idle bot runs it every second."""
    may_get = and_(~live_channels.c.is_paused, live_channels.c.posted <= now() - CHANNEL_SECONDS)
    has_due = exists().where(_is_due(live_channels.c.channel))
    first = (
        select(live_channels.c.channel)
        .where(may_get, has_due)
        .order_by(live_channels.c.posted)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        update(live_channels)
        .where(live_channels.c.channel == first.scalar_subquery(), may_get)
        .values(posted=now())
        .returning(live_channels)
    )


def _event(channel: str, change: Change) -> Mapping[str, Any]:
    row = as_row(change)
    wait = SUMMARY_SECONDS if change.is_late else GATHER_SECONDS
    return {
        "channel": channel,
        "ticket_id": "" if change.is_late else change.ticket_id,
        "change_id": change.id,
        "what": row["what"],
        "facts": {**row["facts"], "ticket": change.ticket_id},
        "stored": now(),
        "due": now() + wait,
        "lease_token": 0,
        "tries": 0,
        "is_open": True,
    }


def _work(live: LiveChannel, ticket_id: str, rows: Sequence[SqlRow[Any]]) -> LiveWork:
    changes = [read_change(row.what, row.facts["ticket"], row.change_id, row.facts) for row in rows]
    lease_tokens = [row.lease_token for row in rows]
    return LiveWork(live, ticket_id, changes, lease_tokens, rows[0].tries, rows[0].age)
