"""Answers of the app through a `response_url`."""

import json

from aiohttp import web

from bot.sandbox.slack.grants import ResponseUrl
from bot.sandbox.slack.limits import refusal_of_message
from bot.sandbox.slack.wire import Json, SlackRefused
from bot.sandbox.slack.workspace import ApiCall, Workspace


class Answers:
    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    async def receive(self, request: web.Request) -> web.Response:
        content: Json = {}
        try:
            url = self._slack.response_urls.use(request.path)
            content = json.loads(await request.read())
            self._follow(url, content)
        except SlackRefused as refused:
            answer = {"ok": False, "error": refused.error, **refused.details}
            status = 404 if refused.error.endswith(("_url", "_service", "_found")) else 400
        except ValueError:
            answer, status = {"ok": False, "error": "invalid_payload"}, 400
        else:
            answer, status = {"ok": True}, 200
        call = ApiCall(
            "response_url", {"path": request.path, **content}, answer, self._slack.clock()
        )
        self._slack.journal.append(call)
        self._slack.changes.tell()
        return web.json_response(answer, status=status)

    def _follow(self, url: ResponseUrl, content: Json) -> None:
        """Only URLs of clicks in a message can replace that message."""
        if refusal := refusal_of_message(content):
            error, problems = refusal
            raise SlackRefused(error, response_metadata={"messages": problems})
        if self._slack.unknown_blocks & {block["type"] for block in content.get("blocks") or ()}:
            raise SlackRefused("invalid_blocks")
        if content.get("replace_original") and url.message_ts:
            self._slack.edit(self._slack.message(url.channel_id, url.message_ts), content)
            return
        is_public = content.get("response_type") == "in_channel"
        self._slack.post(url.channel_id, content, to="" if is_public else url.user_id)
