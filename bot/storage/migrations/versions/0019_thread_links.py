"""A new ticket's link is posted in the thread it came from, once.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tries = sa.Column("link_tries", sa.Integer, nullable=False, server_default="0")
    result = sa.Column("link_result", sa.Text, nullable=False, server_default="")
    op.add_column("outbox", tries)
    op.add_column("outbox", result)
