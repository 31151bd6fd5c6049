"""Calls version 1 of the API. It retries reads, but never writes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import stamina

from bot.domain.errors import NotApplied, OutcomeUnknown, TooLong
from bot.domain.files import Upload
from bot.domain.ticket_system import BeforeWrite
from bot.liveagent import files, protocol
from bot.liveagent.exchange import Exchange, Outgoing, in_thread_if_large, unguarded
from bot.liveagent.protocol import Request

READ_SECONDS = 8.0
WRITE_SECONDS = 20.0
UPLOAD_SECONDS = 300.0
ALL_ATTEMPTS_SECONDS = 12.0  # no further attempt begins after that

_again = stamina.AsyncRetryingCaller(
    attempts=3, timeout=ALL_ATTEMPTS_SECONDS, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Calls:
    """Sends the requests of `protocol.py`, to the account at `url`."""

    way: Exchange
    url: str
    api_key: str
    before_write: BeforeWrite

    async def read(self, request: Request, read: Callable[[Request, object], T]) -> T:
        """Retries temporary failures; a refusal is final."""
        size, answer = await _again.on(_is_temporary)(self._send, request, READ_SECONDS)
        return await in_thread_if_large(size, read, request, answer)

    async def write(self, request: Request) -> dict[str, object]:
        _, answer = await self._send(request, WRITE_SECONDS, self.before_write)
        return protocol.accept_write(request, answer)

    async def upload(self, file: Upload) -> str:
        """Returns the file's id."""
        request = protocol.post_file()
        read = partial(files.read_uploaded, request)
        outgoing = Outgoing(
            str(request),
            request.verb,
            f"{self.url}/api/{request.path}",
            data=files.as_multipart(file, self.api_key),
        )
        _, file_id = await self.way.send(outgoing, read, UPLOAD_SECONDS, self.before_write)
        return file_id

    async def _send(
        self, request: Request, seconds: float, before: BeforeWrite = unguarded
    ) -> tuple[int, object]:
        given = {**request.params, "apikey": self.api_key}
        outgoing = Outgoing(
            str(request),
            request.verb,
            f"{self.url}/api/{request.path}",
            query=given if request.takes_query else None,
            data=None if request.takes_query else given,
        )
        read = partial(protocol.read_answer, request)
        return await self.way.send(outgoing, read, seconds, before)


def _is_temporary(error: Exception) -> bool | float:
    """Whether to retry a read, or LiveAgent's waiting time in seconds."""
    if isinstance(error, NotApplied) and error.retry_after is not None:
        return error.retry_after if error.retry_after < ALL_ATTEMPTS_SECONDS else False
    return isinstance(error, NotApplied | OutcomeUnknown) and not isinstance(error, TooLong)
