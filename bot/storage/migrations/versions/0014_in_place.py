"""Notices in place of the click, reminders of trouble, and the preference to hear everything.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox", sa.Column("answer_uses", sa.Integer, nullable=False, server_default="0")
    )
    op.add_column("outbox", sa.Column("remind_at", sa.Double, nullable=False, server_default="0"))
    op.add_column(
        "preferences",
        sa.Column("hears_everything", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "outbox_reminders",
        "outbox",
        ["remind_at"],
        sqlite_where=sa.text("remind_at > 0"),
        postgresql_where=sa.text("remind_at > 0"),
    )
