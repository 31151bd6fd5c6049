"""What was done from Slack, by whom, with what result."""

from datetime import UTC, datetime

from sqlalchemy import select

from bot.domain.outbox import AuditEntry
from bot.storage.database import Database
from bot.storage.tables import audit


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_ticket(self, ticket_id: str, *, limit: int) -> list[AuditEntry]:
        """The newest first."""
        columns = [audit.c[name] for name in AuditEntry.__dataclass_fields__]
        newest = (
            select(*columns)
            .where(audit.c.ticket_id == ticket_id)
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        async with self._database.begin() as connection:
            rows = (await connection.execute(newest)).mappings()
            return [
                AuditEntry(
                    **{
                        **row,
                        "at": datetime.fromtimestamp(row["at"], UTC),
                        "outcome": row["outcome"] or {},
                    }
                )
                for row in rows
            ]
