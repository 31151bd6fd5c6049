"""Files in version 1: uploaded as multipart, then attached by their ids.

LiveAgent's changelog (2015-11-06 and 2016-01-20) says that it is possible, but not how. The call is
version 3's, whose answer has an `id`. Servers that work differently refuse it, or leave the files
out of the ticket; both are detected.
"""

import re
from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp

from bot.domain.errors import Refused, Unreadable
from bot.domain.files import Upload
from bot.liveagent import protocol
from bot.liveagent.protocol import Request

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # no comma: they separate ids
_NAMES = ("id", "fileid", "file_id")


class _Sized(aiohttp.payload.AsyncIterablePayload):
    """Content of known size, so that no server has to accept chunks."""

    def __init__(self, content: AsyncIterator[bytes], size: int, content_type: str) -> None:
        super().__init__(content, content_type=content_type)
        self._size = size


def as_multipart(file: Upload, api_key: str) -> aiohttp.MultipartWriter:
    """Returns the body, which is read from the file while it is sent."""
    form = aiohttp.MultipartWriter("form-data")
    form.append(api_key).set_content_disposition("form-data", name="apikey")
    content = _Sized(file.parts(), file.size, file.type)
    content.set_content_disposition(
        "form-data",
        quote_fields=False,  # as browsers do: PHP decodes no percent signs
        name="file",
        filename=file.name,
    )
    form.append_payload(content)
    return form


def read_uploaded(request: Request, status: int, body: bytes, retry_after: str = "") -> str:
    """Returns the file's id. Raises as `protocol.read_answer`, and `Unreadable` without an id.

    An HTML page, from a server or proxy that does not know the call or accept the size, is a
    refusal.
    """
    try:
        answer = protocol.read_answer(request, status, body, retry_after)
    except Unreadable:
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
            raise Refused(str(request), status, HTTPStatus(status).phrase) from None
        answer = protocol.decode(body) if status < HTTPStatus.BAD_REQUEST else None
    if isinstance(answer, list):
        answer = answer[0] if answer else None
    if isinstance(answer, dict):
        for name in _NAMES:
            if _ID.fullmatch(found := str(answer.get(name) or "")):
                return found
    raise Unreadable(str(request), "no id of the file")
