"""Migrations of the tables, with Alembic."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text

log = structlog.get_logger()

MIGRATIONS = Path(__file__).parent / "migrations"
UNLIMITED = (
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"  # migrations may take long
)
MIGRATION_LOCK = 0x11FEA6E7  # an arbitrary number that nobody else uses


def migrate(revision: str, connection: Connection) -> None:
    """Brings the tables to `revision`, or to this bot's version with "head"."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(text(UNLIMITED))
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    _upgrade(connection, revision)


def version(connection: Connection) -> str:
    """Returns the tables' version, "" if there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


@cache
def known_versions() -> Sequence[str]:
    """Returns the versions that this bot knows, in order."""
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    standing, known = version(connection), known_versions()
    if standing == known[-1] and revision == "head":
        return
    if not standing or standing in known:
        command.upgrade(config, revision)
    else:  # tables only grow, so an older version can use them
        log.warning("database schema is newer", revision=standing)
