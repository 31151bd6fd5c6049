"""The watch over LiveAgent: what is known of tickets, and what happened to them.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    watch = op.create_table(
        "watch",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("lease", sa.Double, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("polled", sa.Double, nullable=False),
        sa.Column("state", sa.JSON),
    )
    row = {"id": 1, "due": 0, "lease": 0, "token": 0, "failures": 0, "polled": 0}
    op.bulk_insert(watch, [row])
    op.create_table(
        "watched",
        sa.Column("ticket_id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("department_id", sa.Text, nullable=False),
        sa.Column("assignee_id", sa.Text),
        sa.Column("changed", sa.Double),
        sa.Column("since", sa.Double),
        sa.Column("message_ids", sa.JSON, nullable=False),
        sa.Column("read_at", sa.Double),
        sa.Column("stored", sa.Double, nullable=False),
    )
    op.create_index("watched_stored", "watched", ["stored"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("stored", sa.Double, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_ticket", "changes", ["ticket_id", "id"])
    op.create_index("changes_stored", "changes", ["stored"])
    op.create_table(
        "change_readers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("lease", sa.Double, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
    )
