"""What differs from Python's and SQLAlchemy's way to use SQLite."""

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from sqlalchemy import Connection, Row
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.expression import ClauseElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


class SqliteConnection(sqlite3.Connection):
    """A connection that closes its cursors with itself.

    Python's does not (since 3.11): the cursor of a cancelled task keeps the file locked, and its
    journal from being removed, until it is garbage-collected.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  Python's
        super().__init__(*arguments, **named)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:  # noqa: ANN401  Python's
        cursor = super().cursor(factory)
        self._cursors.add(cursor)
        return cursor

    def close(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        super().close()


class Prepared:
    """A statement compiled once. Its values and results are the driver's: JSON is text.

    A third of an insert's CPU was to prepare it, and to convert what goes in and comes back.
    """

    def __init__(self, statement: ClauseElement) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=sqlite.dialect()))
        self._text = str(compiled)
        self._names = tuple(compiled.positiontup or ())

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row[Any] | None:
        """Runs it in the connection's transaction. Returns the first row of its result."""
        ordered = tuple([values[name] for name in self._names])
        return connection.exec_driver_sql(self._text, ordered).first()
