"""A ticket that can't be read holds back no news of others.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    failures = sa.Column("failures", sa.Integer, nullable=False, server_default="0")
    op.add_column("ticket_news", failures)
