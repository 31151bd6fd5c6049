"""URLs through which the app may answer what a person did: 5 times within 30 minutes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.wire import SlackRefused

USES = 5
LIFE_SECONDS = 30 * 60


@dataclass(slots=True)
class ResponseUrl:
    user_id: str
    channel_id: str
    issued: float
    message_ts: str = ""  # the message whose button was clicked, which may be replaced
    thread_ts: str = ""
    uses: int = 0


class ResponseUrls:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, kind: str, user_id: str, channel_id: str, message_ts: str = "") -> str:
        """The path below the server's address; `kind` is `commands`, `actions` or `app`."""
        path = f"/{kind}/T0ACME/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        self._issued[path] = ResponseUrl(user_id, channel_id, self._clock(), message_ts)
        return path

    def use(self, path: str) -> ResponseUrl:
        url = self._issued.get(path)
        if url is None:
            raise SlackRefused("no_service")
        if self._clock() - url.issued > LIFE_SECONDS:
            raise SlackRefused("expired_url")
        if url.uses >= USES:
            raise SlackRefused("used_url")
        url.uses += 1
        return url
