"""Digests and their runs.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("is_paused", sa.Boolean, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("last", sa.JSON(none_as_null=True)),
        sa.Column("last_posted", sa.Double),
    )
    op.create_index("digests_channel", "digests", ["channel"])
    op.create_index("digests_due", "digests", ["due"])
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("digest_id", sa.Integer, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ready", sa.Double, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("ts", sa.Text, nullable=False),
        sa.UniqueConstraint("digest_id", "due"),
    )
    op.create_index("runs_state", "runs", ["state", "ready"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "runs_open",
        "runs",
        ["digest_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
