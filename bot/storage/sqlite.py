"""Python's SQLite connection, except that it closes its cursors."""

import sqlite3
from typing import Any
from weakref import WeakSet


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
