"""Trigger ids: proof that a person just did something, good for one form within 3 seconds."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.wire import SlackRefused

LIFE_SECONDS = 3.0


@dataclass(slots=True)
class Trigger:
    user_id: str
    issued: float
    channel_id: str = ""
    view_id: str = ""  # the form in which the person acted
    is_used: bool = False


class Triggers:
    def __init__(self, clock: Callable[[], float], life_seconds: float = LIFE_SECONDS) -> None:
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
