"""Notices that Slack does not accept: since when, and when they are tried again.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("untold", sa.Text, nullable=False, server_default=""))
    for name in ("untold_since", "notify_due"):
        op.add_column("outbox", sa.Column(name, sa.Double, nullable=False, server_default="0"))
