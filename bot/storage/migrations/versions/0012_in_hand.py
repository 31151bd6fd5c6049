"""The ticket's code in its own column, instead of within users' text; the time of the last claim.

Revision ID: 0012
Revises: 0011
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ENDED = ("done", "undone", "discarded")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("code", sa.Text, nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("taken", sa.Double, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("breakdowns", sa.Integer, nullable=False, server_default="0"))
    op.add_column(
        "outbox", sa.Column("is_behind", sa.Boolean, nullable=False, server_default=sa.false())
    )
    _fill_codes()
    op.create_index(
        "outbox_code",
        "outbox",
        ["code"],
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open"),
    )


def _fill_codes() -> None:
    """Fills rows that may still leave; in Python, as PostgreSQL fails on a row with NUL."""
    outbox = sa.table(
        "outbox",
        sa.column("id", sa.Integer),
        sa.column("state", sa.Text),
        sa.column("code", sa.Text),
        sa.column("operation"),
    )
    written = sa.cast(outbox.c.operation, sa.Text)
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(outbox.c.id, written).where(outbox.c.state.not_in(ENDED))
    ).all()
    for row_id, operation in rows:
        code = str(json.loads(operation).get("code") or "")
        if code.isprintable() and code.isascii():
            connection.execute(sa.update(outbox).where(outbox.c.id == row_id).values(code=code))
