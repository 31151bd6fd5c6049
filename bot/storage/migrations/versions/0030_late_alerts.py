"""Which channels are told when customers wait too long, and of what they were told.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "late_alerts",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("is_paused", sa.Boolean, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
    )
