"""The interface of both transports to the app."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.sandbox.slack.wire import Json

TIMEOUT = "operation_timeout"
FAILED = "dispatch_failed"


@dataclass(frozen=True, slots=True)
class Envelope:
    kind: str  # slash_commands, interactive or events_api
    payload: Json
    takes_answer: bool = False
    retry: int = 0
    retry_reason: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    error: str = ""  # why there is none
    answer: Json = field(default_factory=dict)


class Delivery(Protocol):
    async def deliver(self, envelope: Envelope) -> Ack: ...
