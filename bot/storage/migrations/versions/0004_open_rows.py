"""Makes SQLite use the partial indexes: it needs the same condition in the query.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("outbox_open", "outbox")
    op.create_index(
        "outbox_open",
        "outbox",
        ["due"],
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open"),
    )
