"""The files of the outbox's rows, in parts, until LiveAgent has them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, insert, literal, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.tables import file_parts, files

ERASED_AT_ONCE = 8  # parts; SQLite overwrites erased data, and others wait meanwhile
_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a row. It is complete once its `size`, in bytes, is not 0."""

    id: int
    slack_id: str
    name: str
    type: str
    size: int
    remote_id: str
    """LiveAgent's id, "" until it is uploaded."""
    failures: int
    """The number of uploads whose outcome is unknown."""


_COLUMNS = [files.c[name] for name in StoredFile.__dataclass_fields__]


class Files:
    """Storage of files. Every method is one transaction; content is read and erased in several."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, row_id: int) -> dict[str, StoredFile]:
        """Returns the row's files by their ids in Slack."""
        wanted = select(*_COLUMNS).where(files.c.row_id == row_id)
        async with self._database.begin() as connection:
            found = [StoredFile(*each) for each in await connection.execute(wanted)]
        return {each.slack_id: each for each in found}

    async def begin(self, row_id: int, slack_id: str, name: str) -> int:
        """Returns the id of a new download; an earlier download of the file can't be finished.

        So a stalled bot that resumes adds nothing to what another bot has stored since.
        """
        try:
            return await self._begin(row_id, slack_id, name)
        except IntegrityError:  # another bot began in the same moment
            return await self.begin(row_id, slack_id, name)

    async def _begin(self, row_id: int, slack_id: str, name: str) -> int:
        earlier = (files.c.row_id == row_id) & (files.c.slack_id == slack_id)
        begun = insert(files).values(
            row_id=row_id,
            slack_id=slack_id,
            name=name,
            type="",
            size=0,
            remote_id="",
            failures=0,
            stored=now(),
        )
        forgotten = delete(files).where(earlier).returning(files.c.id)
        async with self._database.begin() as connection:
            ids = (await connection.execute(forgotten)).scalars().all()
            file_id = int((await connection.execute(begun.returning(files.c.id))).scalar_one())
        await self._erase(ids)
        return file_id

    async def add(self, file_id: int, number: int, content: bytes) -> bool:
        """Stores a part; returns False if the download was begun again."""
        is_current = exists().where(files.c.id == file_id)
        part = select(literal(file_id), literal(number), literal(content)).where(is_current)
        added = insert(file_parts).from_select(["file_id", "number", "content"], part)
        async with self._database.begin() as connection:
            stored = await connection.execute(added.returning(file_parts.c.number))
            return stored.first() is not None

    async def finish(self, file_id: int, *, type: str, size: int) -> bool:  # noqa: A002  a column
        """Returns False if the download was begun again."""
        return await self._change(file_id, type=type, size=size)

    async def uploaded(self, file_id: int, remote_id: str) -> bool:
        return await self._change(file_id, remote_id=remote_id)

    async def failed(self, file: StoredFile) -> int:
        """Counts an upload of unknown outcome; returns the number so far."""
        await self._change(file.id, failures=file.failures + 1)
        return file.failures + 1

    async def drop(self, file_id: int) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(files).where(files.c.id == file_id))
        await self._erase([file_id])

    async def drop_all(self, row_id: int) -> None:
        """Drops the files of a row that will never be sent."""
        dropped = delete(files).where(files.c.row_id == row_id).returning(files.c.id)
        async with self._database.begin() as connection:
            ids = (await connection.execute(dropped)).scalars().all()
        await self._erase(ids)

    async def parts(self, file_id: int) -> AsyncIterator[bytes]:
        """Yields the content part by part, so that one part is in memory at a time."""
        number = 0
        while True:
            is_next = (file_parts.c.file_id == file_id) & (file_parts.c.number == number)
            async with self._database.begin() as connection:
                part = select(file_parts.c.content).where(is_next)
                content = (await connection.execute(part)).scalar_one_or_none()
            if content is None:
                return
            yield content
            number += 1

    async def arrived(self, row_id: int, *, are_kept: bool | None) -> None:
        """Drops the content of the row's files; `are_kept` says whether the ticket has them."""
        await self._erase([each.id for each in (await self.of(row_id)).values()])
        kept = update(files).where(files.c.row_id == row_id).values(is_kept=are_kept, stored=now())
        async with self._database.begin() as connection:
            await connection.execute(kept)

    async def were_recently_kept(self) -> bool:
        """Whether the last files that arrived within a day are in their ticket, as far as known.

        After a day LiveAgent may have been fixed.
        """
        known = select(files.c.is_kept).where(
            files.c.is_kept.is_not(None), files.c.stored > now() - _DAY
        )
        async with self._database.begin() as connection:
            newest = await connection.execute(known.order_by(files.c.stored.desc()).limit(1))
            return newest.scalar_one_or_none() is not False

    async def _erase(self, file_ids: Sequence[int]) -> None:
        few = (
            select(file_parts.c.file_id, file_parts.c.number)
            .where(file_parts.c.file_id.in_(file_ids))
            .limit(ERASED_AT_ONCE)
        )
        keys = tuple_(file_parts.c.file_id, file_parts.c.number)
        erased = ERASED_AT_ONCE if file_ids else 0
        while erased == ERASED_AT_ONCE:
            async with self._database.begin() as connection:
                gone = await connection.execute(delete(file_parts).where(keys.in_(few)))
                erased = gone.rowcount

    async def _change(self, file_id: int, **columns: str | int) -> bool:
        changed = update(files).where(files.c.id == file_id).values(**columns)
        async with self._database.begin() as connection:
            return (await connection.execute(changed)).rowcount == 1
