"""The log of what people did in Slack, and the results."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Insert, insert, select

from bot.domain.outbox import AuditEntry, State
from bot.storage.database import Database
from bot.storage.dialects import time_of_day
from bot.storage.tables import audit


def audit_entry(
    about: str,
    kind: str,
    slack_user: str,
    agent: str,
    outcome: Mapping[str, object],
    *,
    state: State = State.DONE,
) -> Insert:
    """Returns the statement that records an action, for the transaction that performs it.

    `about` is a ticket's id, or what else the action is about.
    """
    return insert(audit).values(
        at=time_of_day(),
        ticket_id=about,
        kind=kind,
        slack_user=slack_user,
        agent=agent,
        state=state,
        outcome=dict(outcome),
    )


class Audit:
    """Reads the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_ticket(self, ticket_id: str, *, limit: int) -> list[AuditEntry]:
        """Returns the newest entries first."""
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
