"""Never reuses the id of a removed digest: a button in an old message would mean another digest.

PostgreSQL does so already; for SQLite the table must be rebuilt.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    with op.batch_alter_table(
        "digests", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ):
        pass
    op.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'digests'"))
    op.execute(  # the audit has the ids of those removed before
        sa.text("""
            WITH used AS (
                SELECT max(id) AS id FROM digests
                UNION ALL SELECT max(digest_id) FROM runs
                UNION ALL SELECT max(CAST(substr(ticket_id, 8) AS INTEGER)) FROM audit
                WHERE ticket_id LIKE 'digest %'
            )
            INSERT INTO sqlite_sequence (name, seq)
            SELECT 'digests', coalesce(max(id), 0) FROM used
        """)
    )
