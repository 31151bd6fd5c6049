"""Operations as they are stored. One that can't be read stands in the way of no other."""

from collections.abc import Iterable

import structlog
from pydantic import ValidationError

from bot.domain.outbox import Row
from bot.operations import Operation, read_operation

log = structlog.get_logger()


def operation_of(row: Row) -> Operation | None:
    """None for what this version can't read."""
    try:
        return read_operation(row.kind, row.version, row.operation)
    except (KeyError, ValidationError) as error:
        log.warning("an operation can't be read", row=row.id, why=type(error).__name__)
        return None


def readable(rows: Iterable[Row]) -> list[tuple[Row, Operation]]:
    """Those that can be read, each with its operation."""
    read = ((row, operation_of(row)) for row in rows)
    return [(row, operation) for row, operation in read if operation is not None]
