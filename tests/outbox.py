"""All three sides of an outbox, for tests that play author, courier and notifier in turn."""

from collections.abc import Sequence

from bot.domain.outbox import Row
from bot.storage.database import Database
from bot.storage.deliveries import Deliveries
from bot.storage.notifications import Notifications
from bot.storage.outbox import Outbox


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
