"""What the bot remembers about a person, and what a person did.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_user", "outbox", ["slack_user", "id"])
    op.create_table(
        "preferences",
        sa.Column("slack_user", sa.Text, primary_key=True),
        sa.Column("filter", sa.JSON(none_as_null=True)),
        sa.Column("language", sa.Text, nullable=False, server_default=""),
        sa.Column("hides_guide", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("home_opened", sa.Double, nullable=False, server_default="0"),
    )
