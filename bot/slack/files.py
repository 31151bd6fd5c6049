"""Downloads and uploads files in Slack, from and to Slack's own hosts only."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from yarl import URL

from bot.domain.errors import FileUnfit, SlackDoesNotAnswer
from bot.domain.files import (
    GONE_FROM_SLACK,
    START_BYTES,
    Download,
    FileTrouble,
    Upload,
    in_parts,
    type_of,
)
from bot.slack.client import Slack

DOWNLOAD_SECONDS = 300.0
SILENT_SECONDS = 20.0
_SLACK = ("slack.com", "slack-files.com", "slack-gov.com")
_GONE = {
    "access_denied",
    "file_deleted",
    "file_not_found",
    "file_not_shared",
    "missing_scope",
    "no_permission",
}
_SIZED = {"hosted", "snippet"}  # what else Slack sizes is not what it serves
_HERE = _SIZED | {"post", "email", "space", "canvas"}
_MAX_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class SlackFiles:
    """`api_url` is the one of the settings: a local stand-in serves files from the same host."""

    slack: Slack
    token: str
    api_url: str

    async def find(self, file_id: str) -> Download:
        """Returns where the file is.

        Raises `FileUnfit` if Slack no longer has it or only links to it, and `SlackDoesNotAnswer`.
        """
        try:
            found = await self.slack.file(file_id)
        except SlackDoesNotAnswer as error:
            if error.why in _GONE:
                raise FileUnfit(FileTrouble.GONE) from error
            raise
        name = str(found.get("name") or found.get("title") or "")
        if found.get("mode") in GONE_FROM_SLACK:
            raise FileUnfit(FileTrouble.GONE, name)
        mode, size = str(found.get("mode") or "hosted"), found.get("size")
        if found.get("is_external") or mode not in _HERE:
            raise FileUnfit(FileTrouble.ELSEWHERE, name)
        address = str(found.get("url_private_download") or found.get("url_private") or "")
        return Download(name, address, size if isinstance(size, int) and mode in _SIZED else 0)

    async def read(self, address: str) -> AsyncIterator[bytes]:
        """Yields parts of `PART_BYTES`, the last one shorter. Raises as `find` does.

        The token goes to Slack's hosts only, whatever redirects; a login page is not a file.
        """
        for _ in range(_MAX_REDIRECTS + 1):
            url = self._of_slack(address)
            try:
                async with self.slack.session.get(
                    url,
                    headers={"Authorization": f"Bearer {self.token}"},
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS, sock_read=SILENT_SECONDS),
                ) as answer:
                    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
                        address = _redirect_target(url, answer.headers.get("Location", ""))
                        continue
                    _check(answer)
                    is_page = "Content-Disposition" not in answer.headers
                    async for part in in_parts(answer.content.iter_any()):
                        if is_page and type_of(part[:START_BYTES]) == "text/html":
                            raise FileUnfit(FileTrouble.GONE)
                        is_page = False
                        yield part
                    return
            except (aiohttp.ClientError, TimeoutError) as error:
                raise SlackDoesNotAnswer("a file", type(error).__name__) from None
        raise FileUnfit(FileTrouble.GONE)

    async def can_send(self) -> bool:
        """Whether the bot may send files to people."""
        return "files:write" in ((await self.slack.identity()).scopes or ())

    async def upload(self, file: Upload) -> str:
        """Returns the file's id. The file is invisible until the upload is completed.

        docs.slack.dev/reference/methods/files.completeUploadExternal
        """
        file_id, address = await self.slack.begin_upload(file.name, file.size)
        try:
            async with self.slack.session.post(
                self._of_slack(address),
                data=file.parts(),
                headers={"Content-Length": str(file.size)},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS),
            ) as answer:
                if answer.status != HTTPStatus.OK:
                    raise SlackDoesNotAnswer("an upload", f"HTTP {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackDoesNotAnswer("an upload", type(error).__name__) from None
        except FileUnfit as error:
            raise SlackDoesNotAnswer("an upload", "an address of another host") from error
        return file_id

    def _of_slack(self, address: str) -> URL:
        """Raises `FileUnfit` for any other host."""
        try:
            url, home = URL(address), URL(self.api_url)
        except ValueError:
            raise FileUnfit(FileTrouble.ELSEWHERE) from None
        host = f".{url.host or ''}"
        is_slack = url.scheme == "https" and any(host.endswith(f".{each}") for each in _SLACK)
        if is_slack or (url.is_absolute() and url.origin() == home.origin()):
            return url
        raise FileUnfit(FileTrouble.ELSEWHERE)


def _redirect_target(url: URL, location: str) -> str:
    try:
        return str(url.join(URL(location)))
    except ValueError:
        raise FileUnfit(FileTrouble.ELSEWHERE) from None


def _check(answer: aiohttp.ClientResponse) -> None:
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.REQUEST_TIMEOUT,
    }:
        raise SlackDoesNotAnswer("a file", f"HTTP {answer.status}")
    is_page = answer.content_type == "text/html" and "Content-Disposition" not in answer.headers
    if answer.status != HTTPStatus.OK or is_page:
        raise FileUnfit(FileTrouble.GONE)
