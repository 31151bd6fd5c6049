"""The outbox, the audit, and open forms."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("once", sa.Text, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("operation", sa.JSON, nullable=False),
        sa.Column("ticket_id", sa.Text, nullable=False),
        sa.Column("slack_user", sa.Text, nullable=False),
        sa.Column("response_url", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("is_doubtful", sa.Boolean, nullable=False),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("baseline", sa.JSON),
        sa.Column("settled", sa.Text, nullable=False),
        sa.Column("outcome", sa.JSON),
        sa.Column("notice_channel", sa.Text, nullable=False),
        sa.Column("notice_ts", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("telling", sa.Double, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("finished", sa.Double),
    )
    op.create_index(
        "outbox_open",
        "outbox",
        ["due"],
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "outbox_untold",
        "outbox",
        ["id"],
        sqlite_where=sa.text("told != state"),
        postgresql_where=sa.text("told != state"),
    )
    op.create_index("outbox_ticket", "outbox", ["ticket_id", "id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("ticket_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("slack_user", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outcome", sa.JSON),
    )
    op.create_index("audit_ticket", "audit", ["ticket_id", "id"])
    op.create_table(
        "presence",
        sa.Column("ticket_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("slack_user", sa.Text, primary_key=True),
        sa.Column("opened", sa.Double, nullable=False),
    )
