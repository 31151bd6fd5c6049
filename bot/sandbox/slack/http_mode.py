"""HTTP mode: everything is posted to the app's one URL, signed."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.delivery import FAILED, TIMEOUT, Ack, Envelope
from bot.sandbox.slack.wire import Json


class HttpMode:
    def __init__(self, url: str, signing_secret: str, ack_seconds: float) -> None:
        self._url = url
        self._secret = signing_secret.encode()
        self._timeout = aiohttp.ClientTimeout(total=ack_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, envelope: Envelope) -> Ack:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        content_type, body = _encoded(envelope)
        headers = {"Content-Type": content_type, **self._signed(body), **_retry(envelope)}
        try:
            async with self._session.post(self._url, data=body, headers=headers) as response:
                text = await response.text()
                if response.status != 200:  # noqa: PLR2004
                    return Ack(FAILED)
                is_json = response.content_type == "application/json"
        except TimeoutError:
            return Ack(TIMEOUT)
        except aiohttp.ClientError:
            return Ack(FAILED)
        return Ack(answer=_answer(text, is_json=is_json) if envelope.takes_answer else {})

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _signed(self, body: bytes) -> dict[str, str]:
        """Uses the real clock, because the receiver compares the time with its own."""
        now = str(int(time.time()))
        signed = hmac.new(self._secret, b"v0:" + now.encode() + b":" + body, hashlib.sha256)
        return {
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def _encoded(envelope: Envelope) -> tuple[str, bytes]:
    form = "application/x-www-form-urlencoded"
    if envelope.kind == "events_api":
        return "application/json", json.dumps(envelope.payload).encode()
    if envelope.kind == "slash_commands":
        return form, urlencode(envelope.payload).encode()
    return form, urlencode({"payload": json.dumps(envelope.payload)}).encode()


def _retry(envelope: Envelope) -> dict[str, str]:
    if not envelope.retry:
        return {}
    return {
        "X-Slack-Retry-Num": str(envelope.retry),
        "X-Slack-Retry-Reason": envelope.retry_reason,
    }


def _answer(text: str, *, is_json: bool) -> Json:
    if is_json and text:
        answer = json.loads(text)
        return answer if isinstance(answer, dict) else {}
    return {"text": text} if text else {}
