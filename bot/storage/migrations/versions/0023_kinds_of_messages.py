"""Whether any message follows that a channel sees is asked every second.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ticket_messages_kind", "ticket_messages", ["shown_as", "is_resting"])
