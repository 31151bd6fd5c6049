"""Delivers the events to which the app subscribes, repeatedly until it acknowledges them."""

import asyncio
import secrets
from urllib.parse import urlsplit

from bot.sandbox.slack import payloads
from bot.sandbox.slack.channels import Channel, Message
from bot.sandbox.slack.delivery import TIMEOUT, Envelope
from bot.sandbox.slack.encode import Names, links_in
from bot.sandbox.slack.people import User
from bot.sandbox.slack.wire import Json
from bot.sandbox.slack.workspace import Workspace

REDELIVERY_SECONDS = (0.0, 60.0, 300.0)


class Events:
    def __init__(self, slack: Workspace, redelivery_seconds: tuple[float, ...]) -> None:
        self._slack = slack
        self._delays = redelivery_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: Json = {}

    def message_posted(self, channel: Channel, message: Message, typed: str) -> None:
        links = self._links(typed)
        if links:
            self._send("link_shared", _shared(channel, message, links), channel)
        if channel.with_user and "im:history" in self._slack.app.scopes:
            self._send("message.im", _said(channel, message))

    def home_opened(self, user: User, channel: Channel) -> None:
        view = self._slack.views.homes.get(user.id)
        content: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": channel.id,
            "tab": "home",
            "event_ts": self._slack.next_ts(),
        }
        if view is not None:
            content["view"] = view.described()
        self._send("app_home_opened", content)

    def channel_shared(self, channel: Channel) -> None:
        content: Json = {
            "type": "channel_shared",
            "connected_team_id": "T0OTHER",
            "channel": channel.id,
            "event_ts": self._slack.next_ts(),
        }
        self._send("channel_shared", content, channel)

    def tell_again(self) -> None:
        """Sends the last event again, as Slack does if an acknowledgement is lost."""
        self._start(self._last)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _links(self, typed: str) -> list[Json]:
        names = Names(self._slack.users, self._slack.channels)
        return [
            {"url": url, "domain": domain}
            for url in links_in(names, typed)
            for domain in self._slack.app.unfurl_domains
            if f".{urlsplit(url).hostname}".endswith(f".{domain}")
        ]

    def _send(self, name: str, content: Json, channel: Channel | None = None) -> None:
        if name not in self._slack.app.events:
            return
        is_shared = channel is not None and channel.is_shared_outside
        event_id = f"Ev{secrets.token_hex(5).upper()}"
        self._last = payloads.event(content, event_id, self._slack.clock(), is_shared=is_shared)
        self._start(self._last)

    def _start(self, payload: Json) -> None:
        task = asyncio.create_task(self._deliver(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, payload: Json) -> None:
        ack = await self._slack.deliver(Envelope("events_api", payload))
        for retry, delay in enumerate(self._delays, start=1):
            if not ack.error:
                return
            reason = "timeout" if ack.error == TIMEOUT else "http_error"
            await asyncio.sleep(delay)
            again = Envelope("events_api", payload, retry=retry, retry_reason=reason)
            ack = await self._slack.deliver(again)
        if ack.error:
            self._slack.complain(f"event {payload['event']['type']} was never acknowledged")


def _shared(channel: Channel, message: Message, links: list[Json]) -> Json:
    content = {
        "type": "link_shared",
        "channel": channel.id,
        "is_bot_user_member": channel.has_bot,
        "user": message.user_id,
        "message_ts": message.ts,
        "source": "conversations_history",
        "links": links,
        "event_ts": message.ts,
    }
    return content | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _said(channel: Channel, message: Message) -> Json:
    return message.described() | {
        "channel": channel.id,
        "channel_type": "im",
        "event_ts": message.ts,
    }
