"""Authentication, rate limit and encoding of answers."""

import json
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.asking import Asked
from bot.sandbox.liveagent.calls import Perform
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.records import Call

WINDOW = timedelta(minutes=1)
V3_PREFIX = "v3-"
"""Prefix of API v3 keys, which v1 does not know."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def response(self) -> web.Response:
        kind = "application/json"
        return web.Response(
            status=self.status, body=self.body, content_type=kind, headers=self.headers
        )


class Door:
    """Executes calls and records each in the journal, whether or not its answer arrives."""

    def __init__(self, account: Account, api_key: str) -> None:
        self.account = account
        self.api_key = api_key

    def perform(self, asked: Asked, call: Perform, remark: str = "") -> Answer:
        self.account.wake_postponed()
        try:
            self._let_in(asked)
            body = call(self.account, asked)
        except Refused as no:
            return self.refuse(asked, no, remark)
        self.note(asked, f"OK{remark}")
        return Answer(200, self._encoded(body))

    def refuse(self, asked: Asked, no: Refused, remark: str = "") -> Answer:
        self.note(asked, f"{no.http} {no.message}{remark}")
        limited = no.http == web.HTTPTooManyRequests.status_code
        wanted = self.account.switches.retry_after
        headers = (("Retry-After", wanted),) if limited and wanted else ()
        return Answer(no.http, self._encoded(self._error(no)), headers)

    def note(self, asked: Asked, outcome: str) -> None:
        account = self.account
        call = Call(
            number=len(account.journal) + 1,
            at=account.clock(),
            name=asked.name,
            verb=asked.verb,
            path=asked.path,
            parameters=dict(asked.parameters),
            outcome=outcome,
        )
        account.journal.append(call)

    def _let_in(self, asked: Asked) -> None:
        if not asked.key:
            raise Refused("Parameter apikey is required", http=400)
        if asked.key.startswith(V3_PREFIX):
            raise Refused("ApiKey not found", http=403)
        if asked.key != self.api_key:
            raise Refused("Invalid API key", http=401)
        self._count()

    def _count(self) -> None:
        """Counts in one sliding window for both keys, or one per key."""
        apart = self.account.switches.keys_counted_apart
        now = self.account.clock()
        recent = self.account.recent_calls[self.api_key if apart else ""]
        while recent and recent[0] <= now - WINDOW:
            recent.popleft()
        if len(recent) >= self.account.switches.calls_per_minute:
            self.account.calls_over_limit += 1
            raise too_many_calls()
        recent.append(now)

    def _envelope(self, body: object) -> object:
        return {"response": body}

    def _error(self, no: Refused) -> object:
        return {
            "status": "ERROR",
            "statuscode": no.statuscode,
            "errormessage": no.message,
            "debugmessage": no.detail,
        }

    def _encoded(self, response: object) -> bytes:
        """Returns the answer escaped as by PHP's json_encode, or raw."""
        switches = self.account.switches
        text = json.dumps(self._envelope(response), ensure_ascii=switches.php_json)
        if switches.php_json:
            return text.replace("/", "\\/").encode()
        raw = text.encode()
        return raw.replace("\ufffd".encode(), b"\xff") if switches.invalid_utf8 else raw


def too_many_calls() -> Refused:
    return Refused("Too many requests", http=web.HTTPTooManyRequests.status_code)
