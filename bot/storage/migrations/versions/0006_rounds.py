"""Reviews of tickets, and rows that share a notice.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("batch", sa.Text, nullable=False, server_default=""))
    is_in_batch = sa.text("batch != ''")
    op.create_index(
        "outbox_batch", "outbox", ["batch"], sqlite_where=is_in_batch, postgresql_where=is_in_batch
    )
    op.create_table(
        "rounds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("slack_user", sa.Text, nullable=False),
        sa.Column("stops", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("done", sa.JSON, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
    )
