"""The outbox for authors: submitting, viewing and deciding.

Delivery and notices use `deliveries.py` and `notifications.py`; `bot/domain/outbox.py` describes
the states.
"""

from asyncio import Future
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    false,
    insert,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR, ENDED, Row, State
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.outbox_rows import COLUMNS, is_of, read_row
from bot.storage.sqlite import Prepared
from bot.storage.stored_json import as_stored
from bot.storage.tables import outbox

MAX_TRIES = 3
FRESH_SECONDS = 60.0  # longer than the watch takes to see the change


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission.

    `idempotency_key` identifies it: repeated submissions share one row. No two active rows have the
    same `dedup_key`. A row that `yields_while_held` does not block later rows of its ticket while
    it is held. Rows of one `batch` share a notice.
    """

    idempotency_key: str
    kind: str
    version: int
    operation: Mapping[str, Any]
    ticket_id: str
    slack_user: str
    answer_to: str = ""
    dedup_key: str | None = None
    yields_while_held: bool = False
    batch: str = ""
    reference: str = ""


_FIELDS = tuple(Entry.__dataclass_fields__)
_field_values = attrgetter(*_FIELDS)
_PUT = (*_FIELDS, "code")
_DEFAULTS = {  # in the statement, because SQLAlchemy takes time to add them to each row
    column.key: false() if column.default.arg is False else literal_column(repr(column.default.arg))
    for column in outbox.c
    if isinstance(column.default, ScalarElementColumnDefault)
}
_NEW = {
    **_DEFAULTS,
    **{name: bindparam(name) for name in _PUT},
    "state": literal_column(f"'{State.HELD}'"),
    "is_open": true(),
    "due": now() + bindparam("hold_seconds"),
    "created": now(),
}
_DECIDED = (outbox.c.id, outbox.c.due, outbox.c.created)
"""Columns that the entry does not determine."""
_IN_POSTGRESQL, _IN_SQLITE = (
    dialect_insert(outbox).values(_NEW).on_conflict_do_nothing().returning(*_DECIDED)
    for dialect_insert in (postgresql.insert, sqlite.insert)
)
_PREPARED = Prepared(_IN_SQLITE)  # because people wait for it


class Outbox:
    """Submissions and decisions. Every method is one transaction, committed when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, entry: Entry, *, hold_seconds: float) -> Future[Row]:
        """Stores the entry, or returns the row that already exists.

        The same key with other content replaces a row that is still held; a later one is returned
        unchanged. Raises `LookupError` if conflicting rows repeatedly end during the attempts.
        """
        return self._database.transact(partial(_put, entry, hold_seconds))

    async def put_each(self, entries: Sequence[Entry], *, hold_seconds: float) -> frozenset[str]:
        """Stores all entries or none; an existing row with the same key replaces its entry.

        Returns the tickets for which the existing row is another submission.
        """
        for _ in range(MAX_TRIES):
            with suppress(IntegrityError):  # another row was inserted meanwhile
                return await self._database.transact(partial(_put_each, entries, hold_seconds))
        raise LookupError("others were put in again and again")

    async def count_answer(self, row: Row) -> None:
        """Records a use of its `ResponseUrl` in advance: Slack allows five."""
        is_same = (outbox.c.id == row.id) & (outbox.c.answer_to == row.answer_to)
        used = update(outbox).where(is_same).values(answer_uses=outbox.c.answer_uses + 1)
        await self._database.transact(lambda it: it.execute(used))

    async def active_on(self, ticket_id: str, slack_user: str) -> list[Row]:
        """Returns the user's active rows of the ticket in order of submission."""
        is_theirs = (outbox.c.ticket_id == ticket_id) & (outbox.c.slack_user == slack_user)
        return await self._select(is_theirs & outbox.c.state.in_(ACTIVE_STATES))

    async def just_ended(self, ticket_id: str, slack_user: str) -> list[Row]:
        """Returns the user's rows of the ticket that were done or undone in the last seconds."""
        is_theirs = (outbox.c.ticket_id == ticket_id) & (outbox.c.slack_user == slack_user)
        is_fresh = outbox.c.finished > now() - FRESH_SECONDS
        states = outbox.c.state.in_({State.DONE, State.UNDONE})
        return await self._select(is_theirs & states & is_fresh)

    async def has_undecided(self, ticket_id: str, slack_user: str) -> bool:
        """Whether any of the user's rows on the ticket is active or needs their decision."""
        is_theirs = (outbox.c.ticket_id == ticket_id) & (outbox.c.slack_user == slack_user)
        states = outbox.c.state.in_(ACTIVE_STATES | AWAITING_AUTHOR)
        return bool(await self._select(is_theirs & states))

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
        *,
        of: frozenset[State],
        to: State,
        answer_to: str = "",
    ) -> Row | None:
        """Applies the author's decision; returns None if the row is not theirs or not in `of`.

        `HELD` as the target sends it immediately. `answer_to` is where the decision was made, if
        the result is to be shown there; it applies to the whole bulk action. Repeating a decision
        succeeds: its commit may have been in doubt.
        """
        changed = _moved(_is_authors_row(row_id, slack_user), of=of | {to}, to=to)
        return await self._decide(partial(_move, changed, answer_to))

    async def resume(
        self,
        row_id: int,
        slack_user: str,
        *,
        of: frozenset[State],
        lease_token: int,
        confirm: bool = False,
        answer_to: str = "",
    ) -> Row | None:
        """Applies *Try again*, or *Send anyway* with `confirm`, as `move` does.

        Returns None also if the row was claimed since it had this `lease_token`.
        """
        is_shown = _is_authors_row(row_id, slack_user, lease_token)
        changed = _moved(is_shown, of=of | {State.HELD}, to=State.HELD, confirm=confirm)
        return await self._decide(partial(_move, changed, answer_to))

    async def drop_files(
        self,
        row_id: int,
        slack_user: str,
        *,
        of: frozenset[State],
        lease_token: int,
        answer_to: str = "",
    ) -> Row | None:
        """Applies *Send without the files*, as `resume` does."""
        is_shown = _is_authors_row(row_id, slack_user, lease_token)
        changed = _moved(is_shown, of=of | {State.HELD}, to=State.HELD)
        return await self._decide(partial(_move, changed, answer_to, without_files=True))

    async def _decide(self, move: Callable[[Connection], Sequence[Row]]) -> Row | None:
        return next(iter(await self._database.transact(move)), None)

    async def notify_again(self, row_id: int, slack_user: str) -> bool:
        """Makes a new notice due; returns False if the row does not need the author's decision."""
        waits = and_(_is_authors_row(row_id, slack_user), outbox.c.state.in_(AWAITING_AUTHOR))
        again = update(outbox).where(waits).values(notified="")
        return await self._database.transact(lambda it: it.execute(again).rowcount == 1)

    async def move_batch(
        self,
        batch: str,
        slack_user: str,
        *,
        of: frozenset[State],
        to: State,
        answer_to: str = "",
    ) -> Sequence[Row]:
        """Moves all rows in one statement, so that none of them is sent meanwhile; see `move`.

        Rows that wait for other rows are not sent early.
        """
        is_theirs = and_(
            outbox.c.batch == batch, outbox.c.batch != "", outbox.c.slack_user == slack_user
        )
        changed = _moved(is_theirs, of=of | ({to} & ENDED), to=to)
        return await self._database.transact(partial(_move, changed, answer_to))


def _is_authors_row(
    row_id: int, slack_user: str, lease_token: int | None = None
) -> ColumnElement[bool]:
    """Whether the row is theirs, and unchanged since it had this `lease_token`."""
    is_theirs = and_(outbox.c.id == row_id, outbox.c.slack_user == slack_user)
    return (
        is_theirs if lease_token is None else and_(is_theirs, outbox.c.lease_token == lease_token)
    )


def _moved(
    condition: ColumnElement[bool], *, of: frozenset[State], to: State, confirm: bool = False
) -> ReturningUpdate[Any]:
    is_open = to in ACTIVE_STATES
    values: dict[str, Any] = {
        "state": to,
        "is_open": is_open,
        "due": now(),
        "is_queued": False,
        "notified": "",
        "unsent_notice": "",
        "remind_at": 0,
    }
    if confirm:
        values |= {"is_confirmed": True}
    if not is_open:
        values |= {"dedup_key": None, "finished": now()}
    is_in_time = outbox.c.state.in_(of)
    return update(outbox).where(condition, is_in_time).values(values).returning(*COLUMNS)


def _move(
    changed: ReturningUpdate[Any],
    answer_to: str,
    connection: Connection,
    *,
    without_files: bool = False,
) -> Sequence[Row]:
    moved = [read_row(found) for found in connection.execute(changed)]
    if without_files:
        moved = [_without_files(row, connection) for row in moved]
    if not (moved and answer_to):
        return moved
    first = moved[0]
    is_shown = outbox.c.id == first.id
    if first.batch:
        is_shown = (outbox.c.batch == first.batch) & (outbox.c.slack_user == first.slack_user)
    placed = update(outbox).where(is_shown).values(answer_to=answer_to, answer_uses=0)
    connection.execute(placed)
    return [replace(row, answer_to=answer_to, answer_uses=0) for row in moved]


def _without_files(row: Row, connection: Connection) -> Row:
    operation = {**row.operation, "files": []}
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(operation=operation))
    return replace(row, operation=operation)


def _put(entry: Entry, hold_seconds: float, connection: Connection) -> Row:
    operation, as_json = as_stored(entry.operation)
    values = _values(entry) | {"hold_seconds": hold_seconds}
    for _ in range(MAX_TRIES):
        if new := _insert(values, as_json, connection):
            return _new_row(entry, operation, *new)
        if row := _replace_or_find(entry, hold_seconds, connection):
            return read_row(row)
    raise LookupError("rows that stood in the way ended one after the other")


def _insert(
    values: Mapping[str, Any], operation: str, connection: Connection
) -> Sequence[Any] | None:
    """Returns the `_DECIDED` columns, or None if another row has one of the two keys."""
    if connection.dialect.name == "sqlite":
        return _PREPARED.first(connection, {**values, "operation": operation})
    return connection.execute(_IN_POSTGRESQL, values).first()


def _new_row(
    entry: Entry, operation: Mapping[str, Any], row_id: int, due: float, created: float
) -> Row:
    """Returns the row as inserted, without reading it all."""
    return Row(
        id=row_id,
        kind=entry.kind,
        version=entry.version,
        operation=operation,
        ticket_id=entry.ticket_id,
        slack_user=entry.slack_user,
        answer_to=entry.answer_to,
        state=State.HELD,
        due=due,
        created=created,
        batch=entry.batch,
        reference=entry.reference,
    )


def _replace_or_find(
    entry: Entry, hold_seconds: float, connection: Connection
) -> SqlRow[Any] | None:
    """Returns the conflicting row; None if it has just ended."""
    is_same = outbox.c.idempotency_key == entry.idempotency_key
    if entry.dedup_key:
        is_same |= outbox.c.dedup_key == entry.dedup_key
    changed = (
        update(outbox)
        .where(outbox.c.idempotency_key == entry.idempotency_key, outbox.c.state == State.HELD)
        .values(
            version=entry.version,
            operation=dict(entry.operation),
            ticket_id=entry.ticket_id,
            code=_code(entry.operation),
            reference=entry.reference,
            due=now() + hold_seconds,
            is_queued=False,
            notified="",
            unsent_notice="",
        )
        .returning(*COLUMNS)
    )
    found = connection.execute(changed).one_or_none()
    return found or connection.execute(select(*COLUMNS).where(is_same)).first()


def _put_each(
    entries: Sequence[Entry], hold_seconds: float, connection: Connection
) -> frozenset[str]:
    conflicting = connection.execute(_conflicting(entries)).all()
    taken = {key for row in conflicting for key in row if key}
    values = [
        {**_values(entry), "hold_seconds": hold_seconds}
        for entry in entries
        if entry.idempotency_key not in taken and entry.dedup_key not in taken
    ]
    if values:
        connection.execute(insert(outbox).values(_NEW), values)
    known = {row.idempotency_key for row in conflicting}
    known |= {each["idempotency_key"] for each in values}
    return frozenset(each.ticket_id for each in entries if each.idempotency_key not in known)


def _conflicting(entries: Sequence[Entry]) -> Select[tuple[str, str | None]]:
    is_same = outbox.c.idempotency_key.in_([entry.idempotency_key for entry in entries])
    keys = [entry.dedup_key for entry in entries if entry.dedup_key]
    return select(outbox.c.idempotency_key, outbox.c.dedup_key).where(
        is_same | outbox.c.dedup_key.in_(keys)
    )


def _values(entry: Entry) -> dict[str, Any]:
    fields = dict(zip(_FIELDS, _field_values(entry), strict=True))
    return fields | {"code": _code(entry.operation)}


def _code(operation: Mapping[str, Any]) -> str:
    """Returns the code for its own column, so that no statement searches users' text."""
    return str(operation.get("code") or "")
