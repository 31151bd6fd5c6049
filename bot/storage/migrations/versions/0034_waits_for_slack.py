"""Whether an operation waits for Slack, such as for a file, rather than for LiveAgent.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waits = sa.Column("waits_for_slack", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("outbox", waits)
