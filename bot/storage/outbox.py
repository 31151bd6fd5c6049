"""The outbox for authors: submitting, viewing and deciding.

Delivery and notices use `deliveries.py` and `notifications.py`; `bot/domain/outbox.py` describes
the states.
"""

from asyncio import Future
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR, ENDED, Row, State
from bot.storage import entries
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.entries import Entry
from bot.storage.outbox_rows import COLUMNS, is_of, read_row
from bot.storage.tables import outbox

FRESH_SECONDS = 60.0  # longer than the watch takes to see the change


@dataclass(frozen=True, slots=True)
class Transition:
    """What a decision makes of a row in one of the states `allowed_in`; `HELD` sends it now."""

    allowed_in: frozenset[State]
    to: State
    confirms: bool = False
    """Whether it is sent although the ticket has changed."""
    drops_files: bool = False


class Outbox:
    """Submissions and decisions. Every method is one transaction, committed when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, entry: Entry, *, hold_seconds: float) -> Future[Row]:
        """Works as `entries.put` does."""
        return self._database.transact(partial(entries.put, entry, hold_seconds))

    async def put_each(self, each: Sequence[Entry], *, hold_seconds: float) -> frozenset[str]:
        """Stores all entries or none; an existing row with the same key replaces its entry.

        Returns the tickets for which the existing row is another submission.
        """
        for _ in range(entries.MAX_TRIES):
            with suppress(IntegrityError):  # another row was inserted meanwhile
                return await self._database.transact(partial(entries.put_each, each, hold_seconds))
        raise LookupError("others were put in again and again")

    async def count_answer(self, row: Row) -> None:
        """Records a use of its `ResponseUrl` in advance: Slack allows five."""
        is_same = (outbox.c.id == row.id) & (outbox.c.answer_to == row.answer_to)
        used = update(outbox).where(is_same).values(answer_uses=outbox.c.answer_uses + 1)
        await self._database.transact(lambda it: it.execute(used))

    async def active_on(self, ticket_id: str, slack_user: str) -> list[Row]:
        """Returns the user's active rows of the ticket in order of submission."""
        return await self._select(_is_on(ticket_id, slack_user) & outbox.c.state.in_(ACTIVE_STATES))

    async def just_ended(self, ticket_id: str, slack_user: str) -> list[Row]:
        """Returns the user's rows of the ticket that were done or undone in the last seconds."""
        is_fresh = outbox.c.finished > now() - FRESH_SECONDS
        states = outbox.c.state.in_({State.DONE, State.UNDONE})
        return await self._select(_is_on(ticket_id, slack_user) & states & is_fresh)

    async def has_undecided(self, ticket_id: str, slack_user: str) -> bool:
        """Whether any of the user's rows on the ticket is active or needs their decision."""
        states = outbox.c.state.in_(ACTIVE_STATES | AWAITING_AUTHOR)
        return bool(await self._select(_is_on(ticket_id, slack_user) & states))

    async def amend(self, row: Row, operation: Mapping[str, Any], ticket_id: str) -> None:
        """Changes a held row. Rows of one ticket wait for each other by its id, not by its code."""
        is_held = (outbox.c.id == row.id) & (outbox.c.state == State.HELD)
        changed = update(outbox).where(is_held, outbox.c.lease_token == row.lease_token)
        values = {"operation": dict(operation), "ticket_id": ticket_id}
        await self._database.transact(lambda it: it.execute(changed.values(values)))

    async def find(self, row_id: int) -> Row | None:
        return next(iter(await self._select(outbox.c.id == row_id)), None)

    async def find_key(self, idempotency_key: str) -> Row | None:
        """Returns the row of a submission."""
        found = await self._select(outbox.c.idempotency_key == idempotency_key)
        return next(iter(found), None)

    async def find_each(self, row_ids: Sequence[int]) -> list[Row]:
        """Returns the existing rows in the order of submission."""
        return await self._select(outbox.c.id.in_(row_ids))

    async def of_batch(self, batch: str) -> list[Row]:
        """Returns the rows in the order of submission."""
        return await self._select((outbox.c.batch == batch) & (outbox.c.batch != ""))

    async def _select(self, condition: ColumnElement[bool]) -> list[Row]:
        wanted = select(*COLUMNS).where(condition).order_by(outbox.c.id)
        found = await self._database.transact(lambda it: it.execute(wanted).all())
        return [read_row(each) for each in found]

    async def of_user(
        self, slack_user: str, known: Sequence[tuple[str, int]], *, limit: int
    ) -> list[Row]:
        """Returns unfinished rows first, then the newest; only kinds that this version knows."""
        wanted = (
            select(*COLUMNS)
            .where(outbox.c.slack_user == slack_user, is_of(known))
            .order_by(outbox.c.state.in_(ENDED), outbox.c.id.desc())
            .limit(limit)
        )
        found = await self._database.transact(lambda it: it.execute(wanted).all())
        return [read_row(each) for each in found]

    async def move(
        self,
        row_id: int,
        slack_user: str,
        transition: Transition,
        *,
        lease_token: int | None = None,
        answer_to: str = "",
    ) -> Row | None:
        """Applies the author's decision; returns None if the row is not theirs, or it is too late.

        With a `lease_token` it is also too late if the row was claimed since it had that.
        `answer_to` is where the decision was made, if the result is to be shown there; it applies
        to the whole bulk action. Repeating a decision succeeds: its commit may have been in doubt.
        """
        is_it = _is_authors_row(row_id, slack_user)
        if lease_token is not None:
            is_it &= outbox.c.lease_token == lease_token
        states = transition.allowed_in | {transition.to}
        move = partial(_move, is_it & outbox.c.state.in_(states), transition, answer_to)
        return next(iter(await self._database.transact(move)), None)

    async def move_batch(
        self, batch: str, slack_user: str, transition: Transition, *, answer_to: str = ""
    ) -> Sequence[Row]:
        """Moves all rows in one statement, so that none of them is sent meanwhile; see `move`.

        Rows that wait for other rows are not sent early.
        """
        states = transition.allowed_in | ({transition.to} & ENDED)
        is_one = and_(
            outbox.c.batch == batch,
            outbox.c.batch != "",
            outbox.c.slack_user == slack_user,
            outbox.c.state.in_(states),
        )
        return await self._database.transact(partial(_move, is_one, transition, answer_to))

    async def notify_again(self, row_id: int, slack_user: str) -> bool:
        """Makes a new notice due; returns False if the row does not need the author's decision."""
        waits = and_(_is_authors_row(row_id, slack_user), outbox.c.state.in_(AWAITING_AUTHOR))
        again = update(outbox).where(waits).values(notified="")
        return await self._database.transact(lambda it: it.execute(again).rowcount == 1)


def _is_on(ticket_id: str, slack_user: str) -> ColumnElement[bool]:
    return and_(outbox.c.ticket_id == ticket_id, outbox.c.slack_user == slack_user)


def _is_authors_row(row_id: int, slack_user: str) -> ColumnElement[bool]:
    return and_(outbox.c.id == row_id, outbox.c.slack_user == slack_user)


def _move(
    condition: ColumnElement[bool], transition: Transition, answer_to: str, connection: Connection
) -> Sequence[Row]:
    moved = update(outbox).where(condition).values(_values(transition)).returning(*COLUMNS)
    rows = [read_row(found) for found in connection.execute(moved)]
    if transition.drops_files:
        rows = [_without_files(row, connection) for row in rows]
    return _placed(rows, answer_to, connection) if rows and answer_to else rows


def _values(transition: Transition) -> dict[str, Any]:
    is_open = transition.to in ACTIVE_STATES
    values: dict[str, Any] = {
        "state": transition.to,
        "is_open": is_open,
        "due": now(),
        "is_queued": False,
        "notified": "",
        "unsent_notice": "",
        "remind_at": 0,
    }
    if transition.confirms:
        values |= {"is_confirmed": True}
    if not is_open:
        values |= {"dedup_key": None, "finished": now()}
    return values


def _placed(rows: Sequence[Row], answer_to: str, connection: Connection) -> Sequence[Row]:
    """Shows the rows, and the rest of their bulk action, at `answer_to` from now on."""
    first = rows[0]
    is_shown = outbox.c.id == first.id
    if first.batch:
        is_shown = (outbox.c.batch == first.batch) & (outbox.c.slack_user == first.slack_user)
    placed = update(outbox).where(is_shown).values(answer_to=answer_to, answer_uses=0)
    connection.execute(placed)
    return [replace(row, answer_to=answer_to, answer_uses=0) for row in rows]


def _without_files(row: Row, connection: Connection) -> Row:
    operation = {**row.operation, "files": []}
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(operation=operation))
    return replace(row, operation=operation)
