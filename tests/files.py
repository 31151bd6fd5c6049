"""Files of the outbox's rows, for tests that need no Slack."""

from collections.abc import AsyncIterator

from bot.desk.delivery.files import FileDelivery, Source
from bot.domain.errors import FileUnfit
from bot.domain.files import FileLimits, FileTrouble
from bot.storage.database import Database
from bot.storage.files import Files

LIMITS = FileLimits(number=10, megabytes=25)


class KeptFiles:
    """Files in Slack, by id: name and parts."""

    def __init__(self) -> None:
        self.content: dict[str, tuple[str, list[bytes]]] = {}

    async def name(self, file_id: str) -> tuple[str, str]:
        if file_id not in self.content:
            raise FileUnfit(FileTrouble.GONE)
        return self.content[file_id][0], file_id

    async def read(self, address: str) -> AsyncIterator[bytes]:
        for part in self.content[address][1]:
            yield part


def files_of(
    database: Database, source: Source | None = None, store: Files | None = None
) -> FileDelivery:
    return FileDelivery(store or Files(database), source or KeptFiles(), LIMITS)
