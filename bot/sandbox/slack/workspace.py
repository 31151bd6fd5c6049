"""The state of the workspace: people, channels, forms and the calls of the app."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.channels import Channel, Message, opening_channels
from bot.sandbox.slack.complete import completed
from bot.sandbox.slack.delivery import FAILED, Ack, Delivery, Envelope
from bot.sandbox.slack.file import File
from bot.sandbox.slack.grants import TRIGGER_SECONDS, Rates, ResponseUrls, Triggers
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.people import BOT_USER_ID, SLACKBOT_ID, User, cast
from bot.sandbox.slack.views import Views
from bot.sandbox.slack.wire import Json, SlackRefused


@dataclass(frozen=True, slots=True)
class ApiCall:
    method: str
    arguments: Json
    answer: Json
    at: float


class Workspace:
    def __init__(
        self,
        manifest: Mapping[str, Any],
        delivery: Delivery,
        clock: Callable[[], float] = time.time,
        pace: Callable[[], float] = time.monotonic,
        *,
        answer_seconds: float = TRIGGER_SECONDS,
    ) -> None:
        """`pace` is the clock of the rate limits, which stays when `clock` is moved.

        `answer_seconds` is how long a trigger is valid.
        """
        self.run = secrets.token_hex(4)  # another one each time the sandbox is started
        self.clock = clock
        self.delivery = delivery
        self.url = ""  # known once the server listens
        self.app = Manifest.model_validate(manifest)
        everyone = cast(self.app.bot_name)
        self.users = {user.id: user for user in everyone}
        self.channels = opening_channels(everyone)
        self.changes = Changes()
        self.triggers = Triggers(clock, answer_seconds)
        self.views = Views(clock)
        self.response_urls = ResponseUrls(clock)
        self.rates = Rates(pace)
        self.files = dict[str, File]()
        self.journal: list[ApiCall] = []
        self.unknown_blocks: set[str] = set()  # kinds that this workspace's Slack does not take yet
        self.complaints: list[str] = []  # what Slack would refuse without telling the app
        self.members_a_page = 999  # Slack may always give fewer than asked for
        self._last_ts = 0

    async def deliver(self, envelope: Envelope) -> Ack:
        """Delivers to the app, if its manifest subscribes to it."""
        if envelope.kind == "interactive" and not self.app.is_interactive:
            self.complain("the manifest does not turn interactivity on")
            return Ack(FAILED)
        ack = await self.delivery.deliver(envelope)
        self.changes.tell()
        return ack

    def next_ts(self) -> str:
        """Returns seconds with six decimals, always later than the one before."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def user(self, user_id: str) -> User:
        if user_id not in self.users:
            raise SlackRefused("user_not_found")
        return self.users[user_id]

    def channel(self, channel_id: str) -> Channel:
        if channel_id not in self.channels:
            raise SlackRefused("channel_not_found")
        return self.channels[channel_id]

    def direct(self, user_id: str) -> Channel:
        """Returns the bot's direct messages with this person."""
        for channel in self.channels.values():
            if channel.with_user == user_id:
                return channel
        raise SlackRefused("cannot_dm_bot" if self.user(user_id).is_bot else "user_not_found")

    def message(self, channel_id: str, ts: str) -> Message:
        for message in self.channel(channel_id).messages:
            if message.ts == ts:
                return message
        raise SlackRefused("message_not_found")

    def post(
        self, channel_id: str, content: Json, *, by: str = BOT_USER_ID, to: str = ""
    ) -> Message:
        """Posts checked `content`; `to` names the one user who sees it."""
        message = Message(
            ts=self.next_ts(),
            channel_id=channel_id,
            user_id=by,
            text=content.get("text") or "",
            attachments=list(content.get("attachments") or ()),
            files=list(content.get("files") or ()),
            thread_ts=content.get("thread_ts") or "",
            metadata=content.get("metadata"),
            only_for=to,
        )
        message.show(completed(content.get("blocks") or []))
        self.channels[channel_id].messages.append(message)
        self.changes.tell()
        return message

    def edit(self, message: Message, content: Json) -> None:
        """Replaces the content; text without blocks drops the blocks, as in Slack."""
        message.text = content.get("text") or ""
        message.show(completed(content.get("blocks") or []))
        message.metadata = content.get("metadata") or message.metadata
        message.is_edited = True
        message.warned.clear()
        self.changes.tell()

    def remove(self, message: Message) -> None:
        self.channels[message.channel_id].messages.remove(message)
        self.changes.tell()

    def tell(self, user_id: str, channel_id: str, text: str, *, thread: str = "") -> Message:
        """Posts an ephemeral message of Slack itself."""
        content = {"text": text, "thread_ts": thread}
        return self.post(channel_id, content, by=SLACKBOT_ID, to=user_id)

    def complain(self, text: str) -> None:
        self.complaints.append(text)
