"""A PostgreSQL whose clock is the simulated day's."""

import psycopg

_SET_UP = """
CREATE SCHEMA day;
CREATE SEQUENCE day.microseconds;
CREATE FUNCTION day.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS
    'SELECT to_timestamp(last_value / 1e6) FROM day.microseconds';
"""


class TimedPostgres:
    """A database whose `clock_timestamp()` says what it was set to last."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(_SET_UP.encode())
        name = self._connection.info.dbname
        path = f"ALTER DATABASE {name} SET search_path = day, pg_catalog, public"
        self._connection.execute(path.encode())

    def set(self, seconds: float) -> None:
        """Sets it to seconds since 1970."""
        asked = "SELECT setval('day.microseconds', %s)"
        self._connection.execute(asked, [round(seconds * 1e6)])

    def close(self) -> None:
        self._connection.close()
