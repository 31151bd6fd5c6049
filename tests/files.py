"""Files of the outbox's rows, for tests that need no Slack."""

from collections.abc import AsyncIterator

from bot.desk.delivery.files import FileDelivery, Source
from bot.domain.errors import FileUnfit
from bot.domain.files import Download, FileLimits, FileTrouble
from bot.storage.database import Database
from bot.storage.files import Files

LIMITS = FileLimits(number=10, megabytes=25)


class KeptFiles:
    """Files in Slack, by id: name and parts; the first `cuts` downloads end without the last."""

    def __init__(self) -> None:
        self.content: dict[str, tuple[str, list[bytes]]] = {}
        self.cuts = 0

    async def find(self, file_id: str) -> Download:
        if file_id not in self.content:
            raise FileUnfit(FileTrouble.GONE)
        name, parts = self.content[file_id]
        return Download(name, file_id, sum(map(len, parts)))

    async def read(self, address: str) -> AsyncIterator[bytes]:
        parts = self.content[address][1]
        if self.cuts:
            self.cuts -= 1
            parts = parts[:-1]
        for part in parts:
            yield part


def files_of(
    database: Database, source: Source | None = None, store: Files | None = None
) -> FileDelivery:
    return FileDelivery(store or Files(database), source or KeptFiles(), LIMITS)
