"""Indexes for finding rows whose retention has ended.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox", sa.Column("is_blank", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index("outbox_kept", "outbox", ["is_blank", "finished"])
    op.create_index("audit_at", "audit", ["at"])
