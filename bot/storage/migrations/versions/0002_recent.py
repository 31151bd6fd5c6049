"""Recently opened tickets, and rows that yield to others.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    gives_way = sa.Column("gives_way", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("outbox", gives_way)
    op.create_table(
        "recent",
        sa.Column("slack_user", sa.Text, primary_key=True),
        sa.Column("ticket_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
    )
