"""The client of Slack's Web API; it retries calls that were not made."""

import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncServerErrorRetryHandler,
)
from slack_sdk.models.views import View
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.cache import Cache
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import PostRefused, SlackDoesNotAnswer
from bot.slack.answers import (
    HTTP_OK,
    as_one_error,
    marked,
    next_page,
    problems_in,
    scopes_of,
)
from bot.slack.refusals import cant_post
from bot.slack.session import (
    SECONDS,
    PoliteRetryHandler,
    retry_handlers,
    web_client,
)

RECENT_SECONDS = 10.0
MEMBERS_AT_ONCE = 999  # Slack may return fewer
HISTORY_PAGE, MAX_HISTORY_PAGES = 200, 10


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose token it is, by Slack's ids and names. `bot_id` is empty for a person's token."""

    team_id: str
    bot_user_id: str
    bot_id: str
    scopes: frozenset[str] | None = None
    """The token's; None if Slack does not say."""
    name: str = ""
    team: str = ""


class PostMark(NamedTuple):
    """Invisible metadata of a post, by which it can be found again."""

    event_type: str
    event_payload: Mapping[str, object]


class Slack:
    """Slack's Web API. Every method raises `SlackDoesNotAnswer` and no other error."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        token: str,
        api_url: str,
        *,
        clock: Clock = MACHINE,
    ) -> None:
        self.session = session
        self.web = web_client(session, token, api_url)
        self._posting = web_client(session, token, api_url)
        # A post whose connection was lost may have arrived: callers decide what to do.
        self._posting.retry_handlers = [PoliteRetryHandler(max_retry_count=2)]
        self._channels = Cache[str, Mapping[str, Any]](
            self.channel, seconds=RECENT_SECONDS, timer=clock.monotonic
        )
        self._identity = Cache[str, Identity](lambda _: self.read_identity(), seconds=math.inf)

    async def respond(
        self, response_url: str, message: Mapping[str, Any], *, replace: bool = False
    ) -> None:
        """Posts a message that only the user who clicked or typed sees.

        `replace` replaces the message that was clicked on.
        """
        again = [*retry_handlers(), AsyncServerErrorRetryHandler()]
        how = {"response_type": "ephemeral", "replace_original": replace}
        await self._use(response_url, {**how, **message}, again)

    async def announce(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Posts to everybody in the channel of the click, even if the bot is not a member."""
        how = {"response_type": "in_channel", "replace_original": False}
        await self._use(response_url, {**how, **message}, self._posting.retry_handlers)

    async def _use(
        self, response_url: str, message: dict[str, Any], again: list[AsyncRetryHandler]
    ) -> None:
        webhook = AsyncWebhookClient(
            response_url, timeout=SECONDS, session=self.session, retry_handlers=again
        )
        async with as_one_error("response_url"):
            answer = await webhook.send_dict(message)
        if answer.status_code != HTTP_OK:
            raise SlackDoesNotAnswer("response_url", answer.body[:200])

    async def post(
        self,
        channel: str,
        message: Mapping[str, Any],
        *,
        mark: PostMark | None = None,
        thread: str = "",
    ) -> tuple[str, str]:
        """Posts to a channel or, as a direct message, to a user; returns its channel and timestamp.

        Raises `PostRefused` if no retry can succeed. On another error the message may have been
        posted: callers must decide what to do.
        """
        metadata = mark._asdict() if mark else None
        try:
            async with as_one_error("chat.postMessage"):
                answer = await self._posting.chat_postMessage(
                    channel=channel, metadata=metadata, thread_ts=thread or None, **message
                )
                return str(answer["channel"]), str(answer["ts"])
        except SlackDoesNotAnswer as error:
            if cant_post(error.why):
                raise PostRefused(error.call, error.why) from error
            raise

    async def post_private(self, channel: str, user_id: str, message: Mapping[str, Any]) -> None:
        """Posts to one member of a channel of which the bot is a member."""
        shown = {key: value for key, value in message.items() if key in {"text", "blocks"}}
        async with as_one_error("chat.postEphemeral"):
            await self._posting.chat_postEphemeral(channel=channel, user=user_id, **shown)

    async def update(self, channel: str, ts: str, message: Mapping[str, Any]) -> None:
        shown = {key: value for key, value in message.items() if key in {"text", "blocks"}}
        async with as_one_error("chat.update"):
            await self.web.chat_update(channel=channel, ts=ts, **shown)

    async def delete(self, channel: str, ts: str) -> None:
        """Deletes one of the bot's own messages."""
        async with as_one_error("chat.delete"):
            await self.web.chat_delete(channel=channel, ts=ts)

    async def open_form(self, trigger_id: str, form: View) -> str:
        """Returns the id of the opened view."""
        async with as_one_error("views.open"):
            answer = await self.web.views_open(trigger_id=trigger_id, view=form)
            return str(answer["view"]["id"])

    async def push_form(self, trigger_id: str, form: View) -> str:
        """Opens a form on top of the current one; Slack allows two. Returns the view's id."""
        async with as_one_error("views.push"):
            answer = await self.web.views_push(trigger_id=trigger_id, view=form)
            return str(answer["view"]["id"])

    async def update_form(self, view_id: str, form: View | dict[str, Any], known: str = "") -> str:
        """Returns the hash of the updated form.

        Slack refuses if the form has changed since it had the hash `known`, unless that is "".
        """
        async with as_one_error("views.update"):
            answer = await self.web.views_update(view_id=view_id, view=form, hash=known or None)
            return str((answer.get("view") or {}).get("hash") or "")

    async def unfurl(self, channel: str, ts: str, previews: Mapping[str, Any]) -> None:
        """Adds blocks below a message that somebody posted, by the links in it."""
        async with as_one_error("chat.unfurl"):
            await self.web.chat_unfurl(channel=channel, ts=ts, unfurls=dict(previews))

    async def publish_home(self, user_id: str, home: View, known: str = "") -> str:
        """Returns the hash of the published Home.

        Slack refuses if the previous hash is not `known`.
        """
        async with as_one_error("views.publish"):
            answer = await self.web.views_publish(user_id=user_id, view=home, hash=known or None)
            return str((answer.get("view") or {}).get("hash") or "")

    async def channel(self, channel: str) -> Mapping[str, Any]:
        """Returns the channel as in `conversations.info`."""
        async with as_one_error("conversations.info"):
            answer = await self.web.conversations_info(channel=channel)
            return dict(answer.get("channel") or {})

    async def recent_channel(self, channel: str) -> Mapping[str, Any]:
        """Returns the channel as of the last `RECENT_SECONDS`; callers share an answer."""
        return await self._channels.get(channel)

    def forget_channel(self, channel: str) -> None:
        """Makes the next caller of `recent_channel` wait for a new answer."""
        self._channels.forget(channel)

    async def thread(self, channel: str, ts: str) -> Sequence[Mapping[str, Any]]:
        """Returns at most a hundred messages of a thread, oldest first."""
        async with as_one_error("conversations.replies"):
            answer = await self.web.conversations_replies(channel=channel, ts=ts, limit=100)
            return list(answer.get("messages") or ())

    async def find_post(self, channel: str, mark: PostMark, since: float, before: str = "") -> str:
        """Returns the timestamp of the bot's post with this mark since then, or "".

        `before` is the timestamp of a later message. It searches the oldest few thousand messages
        only.
        """
        return await self._find(
            "conversations.history",
            self.web.conversations_history,
            mark,
            channel=channel,
            oldest=f"{since:.6f}",
            latest=before or None,
        )

    async def find_reply(self, channel: str, thread: str, mark: PostMark) -> str:
        """Returns the timestamp of the bot's post with this mark in a thread, or "".

        It searches the oldest few thousand messages only.
        """
        return await self._find(
            "conversations.replies",
            self.web.conversations_replies,
            mark,
            channel=channel,
            ts=thread,
        )

    async def _find(
        self,
        call: str,
        read: Callable[..., Awaitable[AsyncSlackResponse]],
        mark: PostMark,
        **where: str | None,
    ) -> str:
        """Returns the timestamp of the message with this mark, or ""; oldest pages first."""
        cursor = ""
        for _ in range(MAX_HISTORY_PAGES):
            async with as_one_error(call):
                answer = await read(
                    **where, limit=HISTORY_PAGE, cursor=cursor, include_all_metadata=True
                )
                ts, cursor = marked(answer, mark.event_payload), next_page(answer)
            if ts or not cursor:
                return ts
        return ""

    async def permalink(self, channel: str, ts: str) -> str:
        async with as_one_error("chat.getPermalink"):
            answer = await self.web.chat_getPermalink(channel=channel, message_ts=ts)
            return str(answer["permalink"])

    async def user(self, user_id: str) -> Mapping[str, Any]:
        """Returns the user as in `users.info`, with the locale."""
        async with as_one_error("users.info"):
            answer = await self.web.users_info(user=user_id, include_locale=True)
            return dict(answer.get("user") or {})

    async def file(self, file_id: str) -> Mapping[str, Any]:
        """Returns the file as in `files.info`."""
        async with as_one_error("files.info"):
            answer = await self.web.files_info(file=file_id)
            return dict(answer.get("file") or {})

    async def begin_upload(self, name: str, size: int) -> tuple[str, str]:
        """Returns the id of a new file, and the address for its content."""
        async with as_one_error("files.getUploadURLExternal"):
            answer = await self.web.files_getUploadURLExternal(filename=name, length=size)
            return str(answer["file_id"]), str(answer["upload_url"])

    async def complete_uploads(self, channel: str, titles: Mapping[str, str]) -> None:
        """Posts uploaded files, by id, in the channel; on an error they may have been posted."""
        async with as_one_error("files.completeUploadExternal"):
            files = [{"id": each, "title": title} for each, title in titles.items()]
            await self._posting.api_call(  # the SDK's own method puts the names into the address
                "files.completeUploadExternal", json={"files": files, "channel_id": channel}
            )

    async def socket_url(self, app_token: str) -> str:
        """Returns an address for one Socket Mode connection; it works once and expires soon."""
        async with as_one_error("apps.connections.open"):
            answer = await self.web.apps_connections_open(app_token=app_token)
            return str(answer["url"])

    async def app_of(self, bot_id: str) -> str:
        """Returns the id of the bot's app."""
        async with as_one_error("bots.info"):
            answer = await self.web.bots_info(bot=bot_id)
            return str((answer.get("bot") or {}).get("app_id") or "")

    async def problems_of(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Returns what Slack would refuse in a message or view, without showing it to anybody.

        docs.slack.dev/reference/methods/blocks.validate
        """
        kind = "view" if "type" in payload else "message"
        shown = payload if kind == "view" else {"blocks": payload["blocks"]}
        async with as_one_error("blocks.validate"):
            try:
                await self.web.api_call("blocks.validate", data={kind: json.dumps(shown)})
            except SlackApiError as error:
                if problems := problems_in(error.response):
                    return problems
                raise
        return []

    async def members(self) -> AsyncIterator[Mapping[str, Any]]:
        """Yields all members of the workspace as in `users.list`, page by page."""
        cursor = ""
        while True:
            async with as_one_error("users.list"):
                answer = await self.web.users_list(limit=MEMBERS_AT_ONCE, cursor=cursor)
                members, cursor = list(answer.get("members") or ()), next_page(answer)
            for member in members:
                yield member
            if not cursor:
                return

    async def identity(self) -> Identity:
        """Returns the bot's identity; Slack is asked once."""
        return await self._identity.get("")

    async def read_identity(self) -> Identity:
        """Works as `identity` but asks Slack again, whether the token is still accepted."""
        async with as_one_error("auth.test"):
            answer = await self.web.auth_test()
            return Identity(
                team_id=str(answer["team_id"]),
                bot_user_id=str(answer.get("user_id") or ""),
                bot_id=str(answer.get("bot_id") or ""),
                scopes=scopes_of(answer),
                name=str(answer.get("user") or ""),
                team=str(answer.get("team") or ""),
            )
