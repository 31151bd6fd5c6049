"""Downloads files of tickets part by part.

A file's address comes from a message, so a customer may have written it: only the account's own
host is asked, and of the API only its files. Downloads require the key since 2024-09; it is sent to
that host only, wherever it redirects to.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

import aiohttp
from yarl import URL

from bot.domain.errors import FileOutOfReach, NotApplied, OutcomeUnknown
from bot.domain.files import FileTrouble, in_parts
from bot.liveagent.exchange import CONNECT_SECONDS, Exchange

CALL = "GET files/{id}"
DOWNLOAD_SECONDS = 300.0
SILENT_SECONDS = 20.0
_MAX_REDIRECTS = 3
_FILES = ("api/files/", "api/v3/files/")


@dataclass(frozen=True, slots=True)
class Downloads:
    """Downloads of one account; `account` is its address, as in the settings."""

    way: Exchange
    account: str
    api_key: str = field(repr=False)

    async def read(self, address: str) -> AsyncIterator[bytes]:
        """Yields parts of `PART_BYTES`, the last one shorter.

        Raises:
            FileOutOfReach: LiveAgent no longer has it, or the address is not one of its files.
            NotApplied: LiveAgent, or the host it redirects to, can't be reached.
            OutcomeUnknown: it was cut off.

        """
        url = self._first(address)
        await self.way.turn(CALL)
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                async with self.way.session.get(
                    url,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(
                        total=DOWNLOAD_SECONDS, connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS
                    ),
                ) as answer:
                    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
                        url = self._redirect_target(url, answer.headers.get("Location", ""))
                        continue
                    _check(answer.status)
                    async for part in in_parts(answer.content.iter_any()):
                        yield part
                    return
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                raise NotApplied(CALL, "the file's host can't be reached") from None
            except (aiohttp.ClientError, TimeoutError) as error:
                raise OutcomeUnknown(CALL, f"cut off: {type(error).__name__}") from None
        raise FileOutOfReach(FileTrouble.GONE)

    @property
    def _home(self) -> URL:
        return URL(f"{self.account}/")

    def _first(self, address: str) -> URL:
        try:
            url = self._home.join(URL(address))
            is_own = url.origin() == self._home.origin()
        except ValueError:
            raise FileOutOfReach(FileTrouble.ELSEWHERE) from None
        if not (is_own and self._is_file(url)):
            raise FileOutOfReach(FileTrouble.ELSEWHERE)
        return url.update_query(apikey=self.api_key)

    def _redirect_target(self, url: URL, location: str) -> URL:
        """Returns the redirect's target; the key goes to the account's own host only."""
        try:
            to = url.join(URL(location)).without_query_params("apikey")
        except ValueError:
            raise FileOutOfReach(FileTrouble.ELSEWHERE) from None
        if to.host and to.origin() == self._home.origin():
            return self._first(str(to))
        is_as_safe = to.scheme == "https" or to.scheme == self._home.scheme == "http"
        if not (to.host and is_as_safe) or self.api_key in str(to):
            raise FileOutOfReach(FileTrouble.ELSEWHERE)
        return to

    def _is_file(self, url: URL) -> bool:
        """Whether the key may go there: below the account, to no call of the API but its files'."""
        if not url.path.startswith(self._home.path):
            return False
        path = url.path.removeprefix(self._home.path).lower()
        names = {each.partition(";")[0] for each in path.split("/")}
        is_plain = not names & {"..", "."} and "\\" not in path and "//" not in path
        is_decoded = unquote(path) == path  # double encoding may hide another path
        return is_plain and is_decoded and ("api" not in names or path.startswith(_FILES))


def _check(status: int) -> None:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise NotApplied(CALL, f"HTTP {status}")
    if status != HTTPStatus.OK:
        raise FileOutOfReach(FileTrouble.GONE)
