"""Stores a file part by part, in either direction."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.domain.errors import FileFailed
from bot.domain.files import START_BYTES, FileLimits, FileTrouble, is_program
from bot.storage.files import Files


@dataclass(frozen=True, slots=True)
class Intake:
    """Checks content as it arrives; `failed` builds the error for a file that is refused."""

    store: Files
    limits: FileLimits
    failed: type[FileFailed]

    async def take(self, file_id: int, name: str, parts: AsyncIterator[bytes]) -> tuple[int, bytes]:
        """Stores a file that was begun; returns its size in bytes and the start of its content.

        Stores nothing if the download was begun again meanwhile: `finish` reports that.
        """
        size, number, start = 0, 0, b""
        async for part in parts:
            start = start or part[:START_BYTES]
            if is_program(name, start):
                raise self.failed(FileTrouble.PROGRAM, name)
            size += len(part)
            if size > self.limits.bytes:
                raise self.failed(FileTrouble.TOO_LARGE, name, self.limits.megabytes)
            await self.store.add(file_id, number, part)
            number += 1
        if not size:
            raise self.failed(FileTrouble.EMPTY, name)
        return size, start
