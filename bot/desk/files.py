"""Reads a ticket's files for agents who may see the ticket."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.desk.desk import Desk
from bot.desk.intake import Intake
from bot.domain.errors import FileOutOfReach, NotApplied
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
from bot.domain.ticket_file import FilePlace, TicketFile, gettable, placed
from bot.storage.files import Files

_NO_ROW = 0  # the file belongs to no row of the outbox


@dataclass(frozen=True, slots=True)
class FileDesk:
    """Reads each file into the database first, since Slack requires its size in advance."""

    _desk: Desk
    _store: Files
    limits: FileLimits

    async def find(
        self, ticket_id: str, places: Collection[FilePlace], actor: Agent
    ) -> tuple[Ticket, Mapping[FilePlace, TicketFile]]:
        """Reads the ticket again and returns its files at these places; missing ones are left out.

        Raises `OutOfBounds`, `TicketNotFound`, `FileOutOfReach` and LiveAgent's errors.
        """
        view = await self._desk.look_up(TicketRef(ticket_id), actor, tags=False)
        if view.messages is None:
            raise NotApplied("GET conversations/{id}/messages", "withheld")
        named = {message_id for message_id, _ in places}
        known = gettable(placed(each for each in view.messages if each.id in named))
        found = {place: known[place] for place in places if place in known}
        if not found:
            raise FileOutOfReach(FileTrouble.GONE)
        return view.ticket, found

    @asynccontextmanager
    async def read(self, file: TicketFile) -> AsyncIterator[Upload]:
        """Yields a file whose content is deleted from the database afterwards.

        Raises `FileOutOfReach` and LiveAgent's errors.
        """
        file_id = await self._store.begin(_NO_ROW, secrets.token_hex(16), file.name)
        try:
            yield await self._read(file_id, file)
        except FileOutOfReach as error:
            error.name = error.name or file.name
            raise
        finally:
            await self._store.drop(file_id)

    @asynccontextmanager
    async def newest(self, key: str) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
        """Yields a function that checks that no bot has begun the same request after this one."""
        claim = await self._store.begin(_NO_ROW, key, "")
        try:
            yield partial(self._store.finish, claim, type="", size=0)
        finally:
            await self._store.drop(claim)

    async def _read(self, file_id: int, file: TicketFile) -> Upload:
        intake = Intake(self._store, self.limits, FileOutOfReach)
        parts = self._desk.system.download(file.url)
        size, start = await intake.take(file_id, file.name, parts)
        if is_page_instead(file.name, start):
            raise FileOutOfReach(FileTrouble.GONE)
        name = named_by_content(file.name, start)
        return Upload(name, type_of(start), size, partial(self._store.parts, file_id))
