"""Messages that show a ticket: they follow it, and shortcuts below them know it.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_messages",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("ts", sa.Text, nullable=False),
        sa.Column("ticket_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("shown_as", sa.Text, nullable=False),
        sa.Column("slack_user", sa.Text, nullable=False),
        sa.Column("shows_subject", sa.Boolean, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("response_url", sa.Text, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("touched", sa.Double, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("changed", sa.Double, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("claimed", sa.Double, nullable=False),
        sa.Column("lease_token", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("is_resting", sa.Boolean, nullable=False),
        sa.Column("is_deleted", sa.Boolean, nullable=False),
        sa.UniqueConstraint("channel", "ts", "ticket_id"),
    )
    op.create_index("ticket_messages_ticket", "ticket_messages", ["ticket_id"])
    op.create_index("ticket_messages_channel", "ticket_messages", ["channel", "claimed"])
    op.create_index("ticket_messages_touched", "ticket_messages", ["touched"])
    is_changed, has_code = sa.text("due > 0"), sa.text("code != ''")
    op.create_index(
        "ticket_messages_due",
        "ticket_messages",
        ["due"],
        sqlite_where=is_changed,
        postgresql_where=is_changed,
    )
    op.create_index(
        "ticket_messages_code",
        "ticket_messages",
        ["code"],
        sqlite_where=has_code,
        postgresql_where=has_code,
    )
