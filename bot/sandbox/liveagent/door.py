"""Who may ask, how often, and in what form the answer leaves."""

import json
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import Body
from bot.sandbox.liveagent.asking import Asked
from bot.sandbox.liveagent.calls import Perform
from bot.sandbox.liveagent.errors import Refused

WINDOW = timedelta(minutes=1)
V3_PREFIX = "v3-"
"""Keys that begin so are keys of the third version, which the first one does not know."""


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
    """Performs calls and writes each in the journal, whatever became of its answer."""

    def __init__(self, account: Account, api_key: str) -> None:
        self.account = account
        self.api_key = api_key

    def perform(self, asked: Asked, call: Perform, remark: str = "") -> Answer:
        try:
            self._let_in(asked)
            body = call(self.account, asked)
        except Refused as no:
            return self.refuse(asked, no, remark)
        self.note(asked, f"OK{remark}")
        return Answer(200, self._encoded(body))

    def refuse(self, asked: Asked, no: Refused, remark: str = "") -> Answer:
        self.note(asked, f"{no.http} {no.message}{remark}")
        body = {
            "status": "ERROR",
            "statuscode": no.statuscode,
            "errormessage": no.message,
            "debugmessage": no.detail,
        }
        limited = no.http == web.HTTPTooManyRequests.status_code
        wanted = self.account.switches.retry_after
        headers = (("Retry-After", wanted),) if limited and wanted else ()
        return Answer(no.http, self._encoded(body), headers)

    def note(self, asked: Asked, outcome: str) -> None:
        request = (asked.verb, asked.path)
        self.account.note_call(asked.name, request, asked.parameters, outcome)

    def _let_in(self, asked: Asked) -> None:
        if not asked.key:
            raise Refused("Parameter apikey is required", http=400)
        if asked.key.startswith(V3_PREFIX):
            raise Refused("ApiKey not found", http=403)
        if asked.key != self.api_key:
            raise Refused("Invalid API key", http=401)
        self._count()

    def _count(self) -> None:
        """One key, one window that slides."""
        now, recent = self.account.clock(), self.account.recent_calls
        while recent and recent[0] <= now - WINDOW:
            recent.popleft()
        if len(recent) >= self.account.switches.calls_per_minute:
            self.account.calls_over_limit += 1
            raise too_many_calls()
        recent.append(now)

    def _encoded(self, response: Body) -> bytes:
        """Escaped as PHP's json_encode does, or raw."""
        switches = self.account.switches
        text = json.dumps({"response": response}, ensure_ascii=switches.php_json)
        if switches.php_json:
            return text.replace("/", "\\/").encode()
        raw = text.encode()
        return raw.replace("\ufffd".encode(), b"\xff") if switches.invalid_utf8 else raw


def too_many_calls() -> Refused:
    return Refused("Too many requests", http=web.HTTPTooManyRequests.status_code)
