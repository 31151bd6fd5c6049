"""Limited permissions: trigger ids, response URLs and the posting rate."""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.people import TEAM_ID
from bot.sandbox.slack.wire import SlackRefused

TRIGGER_SECONDS = 3.0
USES = 5
URL_SECONDS = 30 * 60
MESSAGES_A_SECOND = 1.0
BURST = 5


@dataclass(slots=True)
class Trigger:
    user_id: str
    issued: float
    channel_id: str = ""
    view_id: str = ""  # the form in which the person acted
    is_used: bool = False


class Triggers:
    """Proofs of a recent action, each good for one form within `life_seconds`."""

    def __init__(self, clock: Callable[[], float], life_seconds: float = TRIGGER_SECONDS) -> None:
        self._clock = clock
        self._life_seconds = life_seconds
        self._issued: dict[str, Trigger] = {}

    def issue(self, user_id: str, *, channel_id: str = "", view_id: str = "") -> str:
        trigger_id = f"{len(self._issued) + 1}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user_id, self._clock(), channel_id, view_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackRefused("invalid_trigger_id")
        if self._clock() - trigger.issued > self._life_seconds:
            raise SlackRefused("expired_trigger_id")
        if trigger.is_used:
            raise SlackRefused("exchanged_trigger_id")
        trigger.is_used = True
        return trigger


@dataclass(slots=True)
class ResponseUrl:
    user_id: str
    channel_id: str
    issued: float
    message_ts: str = ""  # the message whose button was clicked, which may be replaced
    uses: int = 0


class ResponseUrls:
    """Response URLs, each good for 5 answers within 30 minutes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, kind: str, user_id: str, channel_id: str, message_ts: str = "") -> str:
        """Returns the path on the server; `kind` is `commands`, `actions` or `app`."""
        path = f"/{kind}/{TEAM_ID}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        self._issued[path] = ResponseUrl(user_id, channel_id, self._clock(), message_ts)
        return path

    def use(self, path: str) -> ResponseUrl:
        url = self._issued.get(path)
        if url is None:
            raise SlackRefused("no_service")
        if self._clock() - url.issued > URL_SECONDS:
            raise SlackRefused("expired_url")
        if url.uses >= USES:
            raise SlackRefused("used_url")
        url.uses += 1
        return url


class Rates:
    """The rate limit of posting to a channel."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self.is_on = True

    def seconds_to_wait(self, channel_id: str) -> int:
        """Returns 0 and counts the message if it may be posted now."""
        now = self._clock()
        free_at = max(self._free_at.get(channel_id, now), now)
        excess = free_at - now - (BURST - 1) / MESSAGES_A_SECOND
        if excess > 0 and self.is_on:
            return math.ceil(excess)
        self._free_at[channel_id] = free_at + 1 / MESSAGES_A_SECOND
        return 0
