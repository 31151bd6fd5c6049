"""A key that lets a form submitted twice create one digest.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("digests", sa.Column("key", sa.Text))
    op.create_index("digests_key", "digests", ["key"], unique=True)
