"""Files of the workspace: what people attach, and what the app uploads for them."""

import secrets
from collections.abc import Callable

from aiohttp import web

from bot.sandbox.slack.file import DOWNLOADS, File
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.wire import Json, SlackRefused
from bot.sandbox.slack.workspace import Workspace

UPLOADS = "/upload/v1"


class Files:
    """The files. `redirect` is another host to which downloads are redirected, if any."""

    def __init__(self, slack: Workspace, bot_token: Callable[[], str]) -> None:
        self._slack = slack
        self._bot_token = bot_token
        self.redirect = ""
        self._begun: dict[str, tuple[str, int]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{DOWNLOADS}/{{place}}/{{id}}", self._download),
            web.post(f"{UPLOADS}/{{ticket}}", self._upload),
            web.post("/sandbox/slack/people/{user}/files", self._attach),
            web.get("/sandbox/slack/files/{id}", self._show),
        ]

    def add(self, name: str, content: bytes, user_id: str) -> File:
        file = File(f"F{secrets.token_hex(5).upper()}", name, content, user_id)
        self._slack.files[file.id] = file
        return file

    def info(self, _slack: Workspace, asked: Json) -> Json:
        return {"file": self._find(asked).described(self._slack.url)}

    def begin(self, _slack: Workspace, asked: Json) -> Json:
        """Implements `files.getUploadURLExternal`."""
        name, length = str(asked.get("filename") or ""), int(asked.get("length") or 0)
        if not name or length <= 0:
            raise SlackRefused("invalid_arguments")
        file = File(f"F{secrets.token_hex(5).upper()}", name, b"", BOT_USER_ID)
        ticket = secrets.token_urlsafe(18)
        self._begun[ticket] = (file.id, length)
        self._slack.files[file.id] = file
        return {"upload_url": f"{self._slack.url}{UPLOADS}/{ticket}", "file_id": file.id}

    def complete(self, _slack: Workspace, asked: Json) -> Json:
        """Implements `files.completeUploadExternal`: posts the files in a message of the app."""
        files = [self._find({"file": each.get("id")}) for each in asked.get("files") or ()]
        if not files or not all(each.content for each in files):
            raise SlackRefused("invalid_arguments")
        described = [each.described(self._slack.url) for each in files]
        channel_id = str(asked.get("channel_id") or "")
        if channel_id:
            channel = self._slack.channel(channel_id)
            if not channel.has_bot:
                raise SlackRefused("not_in_channel")
            text = str(asked.get("initial_comment") or "")
            self._slack.post(channel_id, {"text": text, "files": described})
        return {"files": described}

    def _find(self, asked: Json) -> File:
        file = self._slack.files.get(str(asked.get("file") or ""))
        if file is None:
            raise SlackRefused("file_not_found")
        return file

    async def _download(self, request: web.Request) -> web.Response:
        """Serves a file; without the bot's token, a login page."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        may_read = "files:read" in self._slack.app.scopes and token == self._bot_token()
        file = self._slack.files.get(request.match_info["id"])
        if not may_read or file is None or file.mode == "tombstone":
            return web.Response(text="<html><body>Sign in</body></html>", content_type="text/html")
        if self.redirect:
            raise web.HTTPFound(self.redirect)
        headers = {"Content-Disposition": "attachment"}
        return web.Response(body=file.content, content_type=file.type, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        file_id, length = self._begun.pop(request.match_info["ticket"], ("", 0))
        content = await request.read()
        if not file_id or len(content) != length:
            return web.Response(status=400, text="bad upload")
        self._slack.files[file_id].content = content
        return web.Response(text=f"OK - {length}")

    async def _attach(self, request: web.Request) -> web.Response:
        """A person chooses a file of their machine in a form on the page."""
        name = request.query.get("name") or "file"
        file = self.add(name, await request.read(), request.match_info["user"])
        return web.json_response({"file": file.described(self._slack.url)})

    async def _show(self, request: web.Request) -> web.Response:
        """Serves a file for the page: pictures are shown, everything else is saved."""
        file = self._slack.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        is_picture = file.type in {"image/png", "image/jpeg", "image/gif"}
        headers = {
            "Content-Disposition": "inline" if is_picture else "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        kind = file.type if is_picture else "application/octet-stream"
        return web.Response(body=file.content, content_type=kind, headers=headers)
