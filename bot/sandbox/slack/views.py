"""Forms and home tabs; each person has a stack of up to three forms."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.slack.complete import completed
from bot.sandbox.slack.inputs import State, opening_state
from bot.sandbox.slack.people import APP_ID, BOT_ID, TEAM_ID
from bot.sandbox.slack.wire import Json, SlackRefused

MAX_STACKED_VIEWS = 3


@dataclass(slots=True)
class View:
    id: str
    user_id: str
    content: Json
    hash: str
    root_id: str
    previous_id: str = ""
    channel_id: str = ""  # where the person was when it opened
    state: State = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)  # by block id
    trouble: str = ""

    @property
    def blocks(self) -> list[Json]:
        return list(self.content["blocks"])

    @property
    def all_blocks(self) -> list[Json]:
        return self.blocks

    @property
    def kind(self) -> str:
        return str(self.content["type"])

    def show(self, content: Json, new_hash: str) -> None:
        self.content = content | {"blocks": completed(content["blocks"])}
        self.hash = new_hash
        self.state = opening_state(self.blocks, self.state)
        self.errors, self.trouble = {}, ""

    def described(self) -> Json:
        """Returns it as in payloads and answers."""
        described: Json = {
            "id": self.id,
            "team_id": TEAM_ID,
            "type": self.kind,
            "blocks": self.blocks,
            "private_metadata": self.content.get("private_metadata", ""),
            "callback_id": self.content.get("callback_id", ""),
            "state": {"values": self.state},
            "hash": self.hash,
            "clear_on_close": False,
            "notify_on_close": False,
            "previous_view_id": self.previous_id or None,
            "root_view_id": self.root_id,
            "app_id": APP_ID,
            "external_id": "",
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }
        for name in ("title", "close", "submit"):
            described[name] = self.content.get(name)
        return described


class Views:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._count = 0

    def stack(self, user_id: str) -> list[View]:
        return self.stacks.setdefault(user_id, [])

    def top(self, user_id: str) -> View | None:
        return self.stack(user_id)[-1] if self.stack(user_id) else None

    def open(self, user_id: str, content: Json, channel_id: str = "") -> View:
        """Replaces the person's stack of forms."""
        self.stack(user_id).clear()
        return self._put(user_id, content, channel_id)

    def push(self, user_id: str, content: Json, channel_id: str = "") -> View:
        if len(self.stack(user_id)) >= MAX_STACKED_VIEWS:
            raise SlackRefused("push_limit_reached")
        return self._put(user_id, content, channel_id)

    def publish(self, user_id: str, content: Json, known_hash: str = "") -> View:
        view = self.homes.get(user_id)
        if view is None:
            view = self._new(user_id, content)
            self.homes[user_id] = view
        elif known_hash and known_hash != view.hash:
            raise SlackRefused("hash_conflict")
        view.show(content, self._new_hash())
        return view

    def update(self, view: View, content: Json, known_hash: str = "") -> View:
        if known_hash and known_hash != view.hash:
            raise SlackRefused("hash_conflict")
        view.show(content, self._new_hash())
        return view

    def find(self, view_id: str) -> View:
        stacked = (view for stack in self.stacks.values() for view in stack)
        for view in (*stacked, *self.homes.values()):
            if view.id == view_id:
                return view
        raise SlackRefused("not_found")

    def close(self, view: View) -> None:
        stack = self.stack(view.user_id)
        if view in stack:
            stack.remove(view)

    def _put(self, user_id: str, content: Json, channel_id: str) -> View:
        view = self._new(user_id, content)
        below = self.top(user_id)
        view.channel_id = channel_id
        if below is not None:
            view.root_id, view.previous_id = below.root_id, below.id
            view.channel_id = below.channel_id
        view.show(content, self._new_hash())
        self.stack(user_id).append(view)
        return view

    def _new(self, user_id: str, content: Json) -> View:
        self._count += 1
        view_id = f"V0{self._count:08X}"
        return View(view_id, user_id, content, hash="", root_id=view_id)

    def _new_hash(self) -> str:
        return f"{self._clock():.0f}.{secrets.token_hex(4)}"
