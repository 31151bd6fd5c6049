"""Moves a row's files from Slack to the database and then to LiveAgent, each once.

Files are fetched before LiveAgent is read, and uploaded before the text is sent with their ids. An
uploaded file is invisible until it is attached, so an upload whose outcome is unknown is repeated.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.desk.intake import Intake
from bot.domain.errors import FileUnfit, OutcomeUnknown, Refused, SlackDoesNotAnswer
from bot.domain.files import (
    Download,
    FileLimits,
    FileTrouble,
    Upload,
    safe_name,
    type_of,
)
from bot.domain.lease import LeaseLost
from bot.domain.outbox import Row
from bot.domain.ticket import Message
from bot.domain.ticket_file import files_in
from bot.domain.ticket_system import TicketSystem
from bot.operations import SlackFile
from bot.operations.outcome import Conflict, FilesUnsendable, read_outcome
from bot.storage.files import Files, StoredFile

MAX_UPLOADS = 3  # whose outcome is not known
MAX_DOWNLOADS = 8


class Source(Protocol):
    """Slack's files. Methods raise `FileUnfit` and `SlackDoesNotAnswer`."""

    async def find(self, file_id: str) -> Download: ...

    def read(self, address: str) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class FileDelivery:
    """Raises `FileUnfit` if the author must decide.

    Raises `LeaseLost` if another bot has restarted a download.
    """

    _store: Files
    _source: Source
    _limits: FileLimits

    async def fetch(self, row: Row) -> None:
        """Stores the files that are not stored yet. Also raises `SlackDoesNotAnswer`."""
        wanted = files_of(row)
        if not wanted:
            return
        is_warned = row.baseline or _was_warned(row)
        if not (is_warned or await self._store.were_recently_kept()):
            raise FileUnfit(FileTrouble.DROPPED, wanted[0].name)
        stored = await self._store.of(row.id)
        for each in wanted:
            known = stored.get(each.id)
            if known and (known.size or known.remote_id):
                continue
            try:
                await self._fetch(row, each)
            except SlackDoesNotAnswer as error:
                if row.failures >= MAX_DOWNLOADS:
                    raise FileUnfit(FileTrouble.GONE, each.name) from error
                raise

    async def upload(self, row: Row, system: TicketSystem) -> bool:
        """Uploads the files that are not uploaded yet; returns whether there were any.

        Also raises LiveAgent's errors.
        """
        is_late = False
        for each in await self._in_order(row):
            if not each.remote_id:
                await self._upload(each, system)
                is_late = True
        return is_late

    async def attachments(self, row: Row) -> Sequence[str]:
        """Returns LiveAgent's ids of the row's files, in their order."""
        return [each.remote_id for each in await self._in_order(row)]

    async def arrived(self, row: Row, *, are_kept: bool | None) -> None:
        """Deletes the content; `are_kept` is None if the ticket could not be read again."""
        if files_of(row):
            await self._store.arrived(row.id, are_kept=are_kept)

    def question(self, row: Row, unfit: FileUnfit) -> FilesUnsendable:
        """Returns the question to the author; it preserves what they confirmed before."""
        before = read_outcome(row.outcome)
        confirmed = before if row.is_confirmed and isinstance(before, Conflict) else None
        return FilesUnsendable(
            code=row.operation.get("code") or "",
            trouble=unfit.trouble,
            name=unfit.name,
            reason=unfit.reason,
            megabytes=self._limits.megabytes,
            shown=confirmed.shown if confirmed else None,
            count=confirmed.count if confirmed else None,
        )

    async def _fetch(self, row: Row, wanted: SlackFile) -> None:
        try:
            found = await self._source.find(wanted.id)
            await self._take(row, wanted, found)
        except FileUnfit as error:
            error.name = error.name or wanted.name
            raise

    async def _take(self, row: Row, wanted: SlackFile, found: Download) -> None:
        name = safe_name(found.name or wanted.name)
        file_id = await self._store.begin(row.id, wanted.id, name)
        intake = Intake(self._store, self._limits, FileUnfit)
        size, start = await intake.take(file_id, name, self._source.read(found.address))
        if size < found.size:  # not every cut connection raises an error
            raise SlackDoesNotAnswer("a file", "cut off")
        if not await self._store.finish(file_id, type=type_of(start), size=size):
            raise LeaseLost

    async def _upload(self, file: StoredFile, system: TicketSystem) -> None:
        parts = partial(self._store.parts, file.id)
        try:
            remote_id = await system.upload(Upload(file.name, file.type, file.size, parts))
        except OutcomeUnknown as error:
            if await self._store.failed(file) >= MAX_UPLOADS:
                raise FileUnfit(FileTrouble.CUT, file.name) from error
            raise
        except Refused as error:
            raise FileUnfit(FileTrouble.REFUSED, file.name, reason=error.reason) from error
        if not await self._store.uploaded(file.id, remote_id):
            raise LeaseLost

    async def _in_order(self, row: Row) -> Sequence[StoredFile]:
        wanted = files_of(row)
        stored = await self._store.of(row.id) if wanted else {}
        return [stored[each.id] for each in wanted]


def _was_warned(row: Row) -> bool:
    """Whether its author chose *Try again* although LiveAgent had recently dropped files."""
    outcome = read_outcome(row.outcome)
    return isinstance(outcome, FilesUnsendable) and outcome.trouble is FileTrouble.DROPPED


def files_of(row: Row) -> Sequence[SlackFile]:
    """Returns the files of the row's operation."""
    return [SlackFile.model_validate(each) for each in row.operation.get("files") or ()]


def are_kept(
    files: Sequence[SlackFile], before: Collection[str], messages: Sequence[Message]
) -> bool | None:
    """Whether messages that were not there `before` contain the files; None if there are none.

    LiveAgent documents no format, so a message that merely names a file counts too.
    """
    if not files:
        return None
    new = [each for each in messages if each.id not in before]
    if sum(len(files_in(each)) for each in new) >= len(files):
        return True
    return all(any(file.name in each.body for each in new) for file in files)
