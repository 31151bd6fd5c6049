"""All three sides of an outbox, for tests that play author, courier and notifier; and its rows."""

from collections.abc import Sequence

from bot.domain.outbox import Row, State
from bot.storage.database import Database
from bot.storage.deliveries import Deliveries
from bot.storage.entries import Entry
from bot.storage.notifications import Notifications
from bot.storage.outbox import Outbox

KNOWN = [("note", 1)]
FINISHED = {
    "kind": "note",
    "version": 1,
    "operation": {},
    "ticket_id": "t",
    "slack_user": "U0ANN",
    "state": State.DONE,
    "notified": State.DONE,
    "is_open": False,
    "due": 0,
    "created": 0,
}


class WholeOutbox(Outbox, Deliveries):
    def __init__(self, database: Database, *, lease_seconds: float) -> None:
        Deliveries.__init__(self, database, lease_seconds=lease_seconds)
        self.notifications = Notifications(database)

    async def claim_notice(self, known: Sequence[tuple[str, int]]) -> Row | None:
        return await self.notifications.claim(known)

    async def mark_notified(self, row: Row, channel: str, ts: str) -> None:
        await self.notifications.mark_notified(row, channel, ts)

    async def retry(self, row: Row) -> bool:
        return await self.notifications.retry(row)


def entry(number: int, *, ticket: str = "", version: int = 1, code: str = "") -> Entry:
    return Entry(
        idempotency_key=f"V{number}",
        kind="note",
        version=version,
        operation={"text": f"{number}", "code": code},
        ticket_id=ticket or f"ticket{number}",
        slack_user="U0ANN",
    )
