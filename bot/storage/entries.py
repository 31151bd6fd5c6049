"""Puts submissions into the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
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
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.domain.outbox import Row, State
from bot.storage.dialects import now
from bot.storage.outbox_rows import COLUMNS, read_row
from bot.storage.sqlite import Prepared
from bot.storage.stored_json import as_stored
from bot.storage.tables import outbox

MAX_TRIES = 3


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
_COLUMNS = (*_FIELDS, "code")
_DEFAULTS = {  # in the statement, because SQLAlchemy takes time to add them to each row
    column.key: false() if column.default.arg is False else literal_column(repr(column.default.arg))
    for column in outbox.c
    if isinstance(column.default, ScalarElementColumnDefault)
}
_NEW = {
    **_DEFAULTS,
    **{name: bindparam(name) for name in _COLUMNS},
    "state": literal_column(f"'{State.HELD}'"),
    "is_open": true(),
    "due": now() + bindparam("hold_seconds"),
    "created": now(),
}
_GENERATED = (outbox.c.id, outbox.c.due, outbox.c.created)
"""Columns that the database determines."""
_IN_POSTGRESQL, _IN_SQLITE = (
    dialect_insert(outbox).values(_NEW).on_conflict_do_nothing().returning(*_GENERATED)
    for dialect_insert in (postgresql.insert, sqlite.insert)
)
_PREPARED = Prepared(_IN_SQLITE)  # because people wait for it


def put(entry: Entry, hold_seconds: float, connection: Connection) -> Row:
    """Stores the entry, or returns the row that already exists.

    The same key with other content replaces a row that is still held; a later one is returned
    unchanged. Raises `LookupError` if conflicting rows repeatedly end during the attempts.
    """
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
    """Returns the `_GENERATED` columns, or None if another row has one of the two keys."""
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


def put_each(
    entries: Sequence[Entry], hold_seconds: float, connection: Connection
) -> frozenset[str]:
    """Stores the entries whose keys no row has.

    Returns the tickets for which the existing row is another submission. Raises `IntegrityError` if
    another row is inserted meanwhile.
    """
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
