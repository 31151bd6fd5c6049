"""A message that was told is not told again with another ticket.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    message_id = sa.Column("message_id", sa.Text, nullable=False, server_default="")
    op.add_column("changes", message_id)
    op.create_index(
        "changes_message",
        "changes",
        ["message_id"],
        sqlite_where=sa.text("message_id != ''"),
        postgresql_where=sa.text("message_id != ''"),
    )
