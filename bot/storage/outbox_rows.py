"""Reads rows of the outbox and chooses the next, for its three sides."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, not_, or_, select, tuple_
from sqlalchemy import Row as SqlRow

from bot.domain.outbox import UNDER_WAY, Row, State
from bot.storage.tables import outbox

COLUMNS = [outbox.c[name].label(name) for name in Row.__dataclass_fields__]


def read_row(found: SqlRow[Any]) -> Row:
    values = dict(found._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    return Row(**{**values, "state": State(values["state"])})


def is_of(known: Sequence[tuple[str, int]]) -> ColumnElement[bool]:
    """Whether this version knows the kind; unknown kinds are left to newer bots."""
    return tuple_(outbox.c.kind, outbox.c.version).in_(list(known))


def is_leased_to(row: Row) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for the row's lease to be still valid."""
    return (
        outbox.c.id == row.id,
        outbox.c.lease_token == row.lease_token,
        outbox.c.state == State.SENDING,
    )


def is_its_turn() -> ColumnElement[bool]:
    """Whether no other row of its ticket goes first; commands name a ticket by its code.

    Rows in progress go first, so that only one is; then the order of submission decides.
    """
    other = outbox.alias("other")
    is_first = other.c.id < outbox.c.id
    is_under_way, is_other = (each.c.state.in_(UNDER_WAY) for each in (outbox, other))
    yields = and_(other.c.state == State.HELD, other.c.yields_while_held)
    goes_before = and_(
        other.c.id != outbox.c.id,
        other.c.is_open,
        case(
            (is_under_way, and_(is_other, is_first)),
            else_=or_(is_other, and_(is_first, not_(yields))),
        ),
    )
    has_code = outbox.c.code != ""
    of_ticket = exists().where(other.c.ticket_id == outbox.c.ticket_id, goes_before)
    of_code = exists().where(has_code, other.c.code == outbox.c.code, goes_before)
    return and_(~of_ticket, ~of_code)


def next_id(order: ColumnElement[Any], condition: ColumnElement[bool]) -> Select[tuple[int]]:
    """Selects the next row; several bots on one PostgreSQL get different rows without waiting."""
    first = select(outbox.c.id).where(condition).order_by(order).limit(1)
    return first.with_for_update(skip_locked=True)


def redact_outcome(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the outcome without customers' texts."""
    return {
        name: value for name, value in outcome.items() if name not in {"newest", "shown", "subject"}
    }
