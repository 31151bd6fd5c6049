"""Authors are told when the ticket that they postponed wakes.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("wakes_at", "wakes_lease"):
        op.add_column("outbox", sa.Column(name, sa.Double, nullable=False, server_default="0"))
    op.create_index(
        "outbox_wakes",
        "outbox",
        ["wakes_at"],
        sqlite_where=sa.text("wakes_at > 0"),
        postgresql_where=sa.text("wakes_at > 0"),
    )
