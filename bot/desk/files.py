"""Files of tickets, for whoever may see the ticket."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.desk.desk import Desk
from bot.desk.intake import Intake
from bot.domain.errors import FileOutOfReach, TicketNotFound
from bot.domain.files import (
    FileLimits,
    FileTrouble,
    Upload,
    is_page_instead,
    named_by_content,
    type_of,
)
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.domain.ticket_file import TicketFile, files_in
from bot.storage.files import Files

_NO_ROW = 0  # the file belongs to no row of the outbox


@dataclass(frozen=True, slots=True)
class FileDesk:
    """Reads a file into the database first, since Slack wants its size before its content."""

    _desk: Desk
    _store: Files
    limits: FileLimits

    @asynccontextmanager
    async def get(
        self, ticket_id: str, message_id: str, number: int, actor: Agent
    ) -> AsyncIterator[tuple[Ticket, Upload]]:
        """Reads the ticket anew, and its file, which is dropped again at the end.

        Raises `OutOfBounds`, `TicketNotFound`, `FileOutOfReach` and LiveAgent's errors.
        """
        view = await self._desk.look_up(TicketRef(ticket_id), actor, tags=False)
        files = [files_in(each) for each in view.messages or () if each.id == message_id]
        if not files or number >= len(files[0]):
            raise TicketNotFound(view.ticket.code)
        file = files[0][number]
        file_id = await self._store.begin(_NO_ROW, secrets.token_hex(16), file.name)
        try:
            yield view.ticket, await self._read(file_id, file)
        except FileOutOfReach as error:
            error.name = error.name or file.name
            raise
        finally:
            await self._store.drop(file_id)

    async def _read(self, file_id: int, file: TicketFile) -> Upload:
        intake = Intake(self._store, self.limits, FileOutOfReach)
        parts = self._desk.system.download(file.url)
        size, start = await intake.take(file_id, file.name, parts)
        if is_page_instead(file.name, start):
            raise FileOutOfReach(FileTrouble.GONE)
        name = named_by_content(file.name, start)
        return Upload(name, type_of(start), size, partial(self._store.parts, file_id))
