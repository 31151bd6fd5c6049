"""The page's API: JSON over HTTP under /sandbox/slack/."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.sandbox.slack import interactions
from bot.sandbox.slack.interactions import Place
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.seen import NotSeen
from bot.sandbox.slack.state import describe_state
from bot.sandbox.slack.views import View
from bot.sandbox.slack.wire import Json, SlackRefused
from bot.sandbox.slack.workspace import Workspace

PAGE = Path(__file__).parent.parent / "page"
CHANGES_A_SECOND = 10
HEARTBEAT_SECONDS = 15.0

Deed = Callable[[Person, Json], Awaitable[Json | None]]


class Control:
    def __init__(self, slack: Workspace, person: Callable[[str], Person]) -> None:
        self._slack = slack
        self._person = person
        self._stopping = asyncio.Event()
        self._deeds: dict[str, Deed] = {
            "types": self._types,
            "acts": self._acts,
            "puts": self._puts,
            "options": self._options,
            "submits": self._submits,
            "closes": self._closes,
            "uses_shortcut": self._uses_shortcut,
            "opens_home": self._opens_home,
            "invites_bot": self._invites_bot,
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/sandbox/slack/state", self._state),
            web.get("/sandbox/slack/changes", self._changes),
            web.post("/sandbox/slack/people/{user}/{deed}", self._do),
        ]

    def stop(self) -> None:
        self._stopping.set()
        self._slack.changes.tell()

    async def _index(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _state(self, request: web.Request) -> web.Response:
        person = self._person(request.query.get("user", "ann"))
        return web.json_response(describe_state(self._slack, person))

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Streams version numbers as events, one after each change."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        stream.headers["Cache-Control"] = "no-store"
        await stream.prepare(request)
        try:
            while not self._stopping.is_set():
                version = self._slack.changes.version
                await stream.write(f"data: {version}\n\n".encode())
                await self._change_after(version)
        except ConnectionError:
            pass
        return stream

    async def _change_after(self, version: int) -> None:
        """Returns periodically even without a change, so that abandoned streams end."""
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                while self._slack.changes.version == version:
                    await self._slack.changes.next()
            await asyncio.sleep(1 / CHANGES_A_SECOND)
        except TimeoutError:
            pass

    async def _do(self, request: web.Request) -> web.Response:
        deed = self._deeds.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        try:
            person = self._person(request.match_info["user"])
            done = await deed(person, json.loads(await request.read() or b"{}"))
        except (NotSeen, SlackRefused, LookupError, ValueError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=409)
        return web.json_response({"ok": True, **(done or {})})

    async def _types(self, person: Person, asked: Json) -> Json | None:
        files = [self._slack.files[each] for each in asked.get("files", ())]
        channel, text, thread = asked["channel"], asked["text"], asked.get("thread", "")
        seen = await person.types(channel, text, thread=thread, files=files)
        return {"ts": seen.ts} if seen else None

    async def _acts(self, person: Person, asked: Json) -> None:
        place = self._place(asked)
        self._put_all(place, asked)
        await person.acts(place, asked["block_id"], asked["action_id"], asked.get("value"))

    async def _puts(self, _person: Person, asked: Json) -> None:
        place = self._place(asked)
        block, element = interactions.element_at(place, asked["block_id"], asked["action_id"])
        interactions.put(self._slack, place, block, element, asked.get("value"))

    async def _options(self, person: Person, asked: Json) -> Json:
        place = self._place(asked)
        found = interactions.element_at(place, asked["block_id"], asked["action_id"])
        options = await interactions.suggest(self._slack, person.user, place, found, asked["query"])
        return {"options": options}

    async def _submits(self, person: Person, asked: Json) -> None:
        view = self._view(asked)
        self._put_all(view, asked)
        await person.submits(person.form_of(view))

    async def _closes(self, person: Person, asked: Json) -> None:
        view = self._view(asked)
        await person.closes(person.form_of(view), with_all=bool(asked.get("all")))

    async def _uses_shortcut(self, person: Person, asked: Json) -> None:
        message = None
        if asked.get("ts"):
            message = person.message(asked["channel"], asked["ts"])
        await person.uses_shortcut(message, asked["name"])

    async def _opens_home(self, person: Person, _asked: Json) -> None:
        await person.opens_home()

    async def _invites_bot(self, person: Person, asked: Json) -> None:
        await person.invites_bot(asked["channel"])

    def _put_all(self, place: Place, asked: Json) -> None:
        """Sets `values`, the input so far, by block and action id."""
        for block_id, actions in asked.get("values", {}).items():
            for action_id, value in actions.items():
                block, element = interactions.element_at(place, block_id, action_id)
                interactions.put(self._slack, place, block, element, value)

    def _place(self, asked: Json) -> Place:
        if asked.get("view"):
            return self._view(asked)
        return self._slack.message(asked["channel"], asked["ts"])

    def _view(self, asked: Json) -> View:
        return self._slack.views.find(asked["view"])
