"""Authors are told when their reply was not delivered.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailed",
        sa.Column("row_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("mailed_due", "mailed", ["due"])
