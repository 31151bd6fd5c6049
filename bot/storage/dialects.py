"""SQL that differs between SQLite and PostgreSQL: the clock, and INSERT with a conflict."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, GenericFunction
from sqlalchemy.types import Double


class now(GenericFunction[float]):  # noqa: N801  a function of SQL
    """The database's clock, in seconds since 1970, for leases, waits and holds.

    PostgreSQL's own serves all bots. SQLite has one bot and uses its steady clock, which does not
    jump when the machine's clock is set.
    """

    type = Double()
    inherit_cache = True
    name = "outbox_now"


class time_of_day(GenericFunction[float]):  # noqa: N801  a function of SQL
    """The database's wall clock, in seconds since 1970, for what people read."""

    type = Double()
    inherit_cache = True
    name = "outbox_time_of_day"


@compiles(now, "postgresql")
@compiles(time_of_day, "postgresql")
def _now_in_postgresql(
    _element: FunctionElement[float], _compiler: SQLCompiler, **_: object
) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


def insert_into(
    connection: AsyncConnection | Connection, table: Table
) -> postgresql.Insert | sqlite.Insert:
    """Returns an INSERT that can have an ON CONFLICT clause."""
    is_postgresql = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def put_in(
    connection: AsyncConnection | Connection, table: Table, **values: object
) -> postgresql.Insert | sqlite.Insert:
    """Returns an INSERT that replaces the row with the same primary key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    new = insert_into(connection, table).values(**values)
    return new.on_conflict_do_update(index_elements=keys, set_=rest)
