"""*Send now* changes nothing in its digest; the list shows when a digest last posted.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("digests", sa.Column("last_came", sa.Double))
    op.add_column(
        "runs", sa.Column("is_extra", sa.Boolean, nullable=False, server_default=sa.false())
    )
