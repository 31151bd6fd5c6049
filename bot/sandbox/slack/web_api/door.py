"""The Web API over HTTP: tokens, scopes, the table of methods, the journal."""

import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.slack.files import Files
from bot.sandbox.slack.people import APP_ID, OTHER_APP_ID
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.web_api import blocks, chat, conversations, people, views
from bot.sandbox.slack.web_api.arguments import read_arguments, token_of
from bot.sandbox.slack.web_api.chat import TooFast
from bot.sandbox.slack.wire import Json, SlackRefused
from bot.sandbox.slack.workspace import ApiCall, Workspace

Method = Callable[[Workspace, Json], Json]

# each method with the scope it needs; those of conversations.* depend on the kind of channel
METHODS: dict[str, tuple[Method, str]] = {
    "auth.test": (people.introduce_bot, ""),
    "bots.info": (people.bot_info, "users:read"),
    "users.info": (people.user_info, "users:read"),
    "users.list": (people.list_users, "users:read"),
    "conversations.info": (conversations.describe_channel, ""),
    "conversations.history": (conversations.read_history, ""),
    "conversations.replies": (conversations.read_replies, ""),
    "chat.postMessage": (chat.post_message, "chat:write"),
    "chat.postEphemeral": (chat.post_ephemeral, "chat:write"),
    "chat.update": (chat.update, "chat:write"),
    "chat.delete": (chat.delete, "chat:write"),
    "chat.getPermalink": (chat.permalink, ""),
    "chat.unfurl": (chat.unfurl, "links:write"),
    "blocks.validate": (blocks.validate, ""),
    "views.open": (views.open_view, ""),
    "views.push": (views.push_view, ""),
    "views.update": (views.update_view, ""),
    "views.publish": (views.publish_view, ""),
}


@dataclass(frozen=True, slots=True)
class Fault:
    error: str
    status: int


class WebApi:
    def __init__(self, slack: Workspace, sockets: SocketMode) -> None:
        self._slack = slack
        self.files = Files(slack, lambda: self.bot_token)
        self._methods = METHODS | {
            "files.info": (self.files.info, "files:read"),
            "files.getUploadURLExternal": (self.files.begin, "files:write"),
            "files.completeUploadExternal": (self.files.complete, "files:write"),
        }
        self._sockets = sockets
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.is_revoked = False
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{APP_ID}-{secrets.token_hex(12)}"
        self.another_apps_token = f"xapp-1-{OTHER_APP_ID}-{secrets.token_hex(12)}"

    def fail(self, method: str, error: str, *, times: int, status: int) -> None:
        """Makes the next calls of the method do nothing and answer this."""
        self._faults[method].extend([Fault(error, status)] * times)

    async def call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        asked: Json = {}
        answer: Json
        status, headers = 200, {"X-OAuth-Scopes": ",".join(sorted(self._slack.app.scopes))}
        try:
            asked = await read_arguments(request)
            if self._faults[method]:
                fault = self._faults[method].popleft()
                status, answer = fault.status, {"ok": False, "error": fault.error}
            else:
                answer = {"ok": True} | self._answer(method, token_of(request, asked), asked)
        except SlackRefused as refused:
            answer = {"ok": False, "error": refused.error, **refused.details}
        except TooFast as too_fast:
            answer = {"ok": False, "error": "ratelimited"}
            status, headers["Retry-After"] = 429, str(too_fast.seconds)
        self._record(method, asked, answer)
        return web.json_response(answer, status=status, headers=headers)

    def _record(self, method: str, asked: Json, answer: Json) -> None:
        arguments = {name: value for name, value in asked.items() if name != "token"}
        self._slack.journal.append(ApiCall(method, arguments, answer, self._slack.clock()))
        self._slack.changes.tell()

    def _answer(self, method: str, token: str, asked: Json) -> Json:
        if method == "api.test":  # the one that needs no token
            return {"args": {name: asked[name] for name in asked if name != "token"}}
        if not token:
            raise SlackRefused("not_authed")
        if method == "apps.connections.open":
            return self._open_connection(token)
        if method not in self._methods:
            raise SlackRefused("unknown_method", req_method=method)
        if token == self.app_token:
            raise SlackRefused("not_allowed_token_type")
        if token != self.bot_token:
            raise SlackRefused("invalid_auth")
        if self.is_revoked:
            raise SlackRefused("token_revoked")
        answer, scope = self._methods[method]
        if scope:
            conversations.require(self._slack, scope)
        return answer(self._slack, asked)

    def _open_connection(self, token: str) -> Json:
        if token == self.bot_token:
            raise SlackRefused("not_allowed_token_type")
        if token not in (self.app_token, self.another_apps_token):
            raise SlackRefused("invalid_auth")
        address = self._slack.url.replace("http", "ws", 1)
        return {"url": f"{address}/link/?ticket={self._sockets.ticket()}&app_id={APP_ID}"}
