"""What differs from Python's and SQLAlchemy's way to use SQLite."""

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
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
    """A statement that SQLAlchemy compiles once and the driver runs.

    Two thirds of an insert's CPU were SQLAlchemy's own work on each run. Values and results are the
    driver's: JSON is text.
    """

    def __init__(self, statement: ClauseElement) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=sqlite.dialect()))
        self._text = str(compiled)
        self._names = tuple(compiled.positiontup or ())

    def first(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Runs it in the connection's transaction. Raises SQLAlchemy's errors."""
        driver: Any = connection.connection.dbapi_connection
        ordered = tuple([values[name] for name in self._names])
        try:
            found: tuple[Any, ...] | None = driver.execute(self._text, ordered).fetchone()
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                self._text, None, error, sqlite3.Error, hide_parameters=True
            ) from error
        return found
