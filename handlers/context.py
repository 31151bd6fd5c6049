"""Who did what and where, and the ways to answer them. The door for Bolt's payloads."""

import asyncio
import secrets
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from slack_sdk.models.views import View

from blocks.conversation import shown
from blocks.forms.writing import Memory
from blocks.ids import Id
from blocks.text import Post
from bot.desk.desk import Desk
from bot.desk.submissions import Submissions
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.people import Agent, SlackUser
from bot.domain.ref import Account, first_word
from bot.i18n import Translator
from bot.slack.client import Slack
from bot.slack.people import People
from bot.storage.audit import Audit
from bot.storage.digests import Digests
from bot.storage.preferences import Preferences
from bot.storage.presence import Presence
from bot.storage.recent import Recent
from bot.storage.rounds import Rounds
from handlers.homes import Homes

LOCALE_SECONDS = 1.0  # a form must open within three


@dataclass(frozen=True, slots=True)
class House:
    """What every listener works with."""

    desk: Desk
    submissions: Submissions
    audit: Audit
    presence: Presence
    rounds: Rounds
    digests: Digests
    recent: Recent
    preferences: Preferences
    slack: Slack
    people: People
    account: Account
    homes: Homes
    unfurls_links: bool
    observe: Callable[[str, str, str, float], None]  # the kind, the id, how it ended, seconds
    tasks: set[asyncio.Task[object]] = field(default_factory=set)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Keeps the current task referenced, and awaited when the bot leaves."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  listeners run in tasks
        self.tasks.add(task)
        try:
            yield
        finally:
            self.tasks.discard(task)

    async def finish(self, seconds: float) -> None:
        """Waits for what is under way, at most so long."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=seconds)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One command, click, choice or shortcut.

    `id` is its action's or callback's, `value` the button's or what was typed to find an option;
    `message` and `view` are those it happened in, as Slack has them; `is_private` is a message
    that only its reader sees. `reference` finds it in the logs, and what came of it.
    """

    user_id: str
    trigger_id: str
    kind: str
    id: str = ""
    value: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    channel: str = ""
    is_private: bool = False
    block_id: str = ""
    message: Mapping[str, Any] = field(default_factory=dict, repr=False)
    view: Mapping[str, Any] = field(default_factory=dict, repr=False)
    reference: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def view_id(self) -> str:
        return str(self.view.get("id") or "")

    @property
    def origin(self) -> str:
        """Where its answer can be shown later: its `response_url`, or the form it was in."""
        is_card = self.view.get("type") == "modal" and not self.round
        return self.response_url or (self.view_id if is_card else "")

    @property
    def round(self) -> str:
        """The round through tickets that it is part of."""
        try:
            return Memory.of_view(self.view).round
        except ValueError:  # a form of another version
            return ""

    def clicked_at(self, origin: str) -> "Interaction":
        """As if a button there had been clicked; without an origin, in Home."""
        view = {} if origin else {"type": "home"}
        if is_form(origin):
            view, origin = {"type": "modal", "id": origin}, ""
        return replace(self, response_url=origin, view=view, kind="action")

    @property
    def word(self) -> str:
        """The first word of a command, in its one spelling."""
        return first_word(self.text).lower()

    @classmethod
    def of_command(cls, body: Mapping[str, Any], known: Container[str]) -> "Interaction":
        """Its id is its word; what is typed besides stands in no log."""
        text = body.get("text") or ""
        word = first_word(text).lower()
        return cls(
            user_id=body["user_id"],
            trigger_id=body.get("trigger_id", ""),
            kind="command",
            id=word if word in known else "REF",
            text=text,
            response_url=body.get("response_url", ""),
            channel=body.get("channel_id", ""),
        )

    @classmethod
    def of_shortcut(cls, body: Mapping[str, Any]) -> "Interaction":
        return cls(
            user_id=body["user"]["id"],
            trigger_id=body.get("trigger_id", ""),
            kind="shortcut",
            id=body.get("callback_id", ""),
            text=_all_text(body.get("message") or {}),
            response_url=body.get("response_url", ""),
            channel=(body.get("channel") or {}).get("id", ""),
            message=body.get("message") or {},
        )

    @classmethod
    def of_action(cls, body: Mapping[str, Any]) -> "Interaction":
        """An entry of a menu counts as a button: its value begins with the id."""
        action = (body.get("actions") or [{}])[0]
        name = str(action.get("action_id", "")).split(".", 1)[0]
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        if name == Id.MORE:
            name, _, value = value.partition(" ")
        return cls(
            user_id=body["user"]["id"],
            trigger_id=body.get("trigger_id", ""),
            kind="action",
            id=name,
            value=value,
            response_url=body.get("response_url", ""),
            channel=(body.get("channel") or {}).get("id", ""),
            is_private=bool((body.get("container") or {}).get("is_ephemeral")),
            view=body.get("view") or {},
        )

    @classmethod
    def of_choice(cls, body: Mapping[str, Any]) -> "Interaction":
        """Somebody types into a field whose options the bot gives."""
        return cls(
            user_id=body["user"]["id"],
            trigger_id="",
            kind="choice",
            id=body.get("action_id", ""),
            value=body.get("value") or "",
            block_id=body.get("block_id", ""),
            view=body.get("view") or {},
        )

    @classmethod
    def of_event(cls, body: Mapping[str, Any]) -> "Interaction":
        """What Slack tells by itself; `message` holds it."""
        event = body.get("event") or {}
        return cls(
            user_id=str(event.get("user") or ""),
            trigger_id="",
            kind="event",
            id=str(event.get("type") or ""),
            channel=str(event.get("channel") or ""),
            message=event,
        )

    @classmethod
    def of_submission(cls, body: Mapping[str, Any]) -> "Interaction":
        view = body.get("view") or {}
        return cls(
            user_id=body["user"]["id"],
            trigger_id=body.get("trigger_id", ""),
            kind="submission",
            id=view.get("callback_id", ""),
            view=view,
        )


@dataclass(slots=True)
class Context:
    """An interaction with the house around it.

    `form_id` is the form that shows what came of it. A form in which somebody is typing never
    does: it would be lost.
    """

    did: Interaction
    house: House
    form_id: str = ""
    again: tuple[Id, str] | None = None
    typed: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        is_shown = self.did.view.get("type") == "modal" and not self.did.view.get("submit")
        self.form_id = self.did.view_id if is_shown else ""

    @property
    def is_at_home(self) -> bool:
        """Whether it was clicked in the app's Home, where nothing is answered but in a form."""
        return self.did.view.get("type") == "home"

    async def user(self) -> SlackUser:
        return await self.house.people.find(self.did.user_id)

    async def actor(self) -> Agent:
        """The agent who did it. Raises `NotAllowed`."""
        return await self.house.desk.actor(await self.user())

    async def translator(self) -> Translator:
        """Of the user's language; English while Slack does not tell it."""
        try:
            user = await asyncio.wait_for(self.user(), LOCALE_SECONDS)
        except (SlackDoesNotAnswer, TimeoutError):
            return Translator.for_locale("")
        return Translator.for_locale(user.locale)

    async def answer(self, post: Post, *, replace: bool = False) -> None:
        """To who did it alone. `replace` changes the message clicked on; a command has none."""
        if self.form_id or self.is_at_home:
            await self._answer_in_form(post, replace=replace)
            return
        if not self.did.response_url:
            await self.house.slack.post(self.did.user_id, post.to_dict())
            return
        await self.house.slack.respond(
            self.did.response_url, post.to_dict(), replace=replace and self.did.kind == "action"
        )

    async def _answer_in_form(self, post: Post, *, replace: bool) -> None:
        """In the form that waits for it; else on top of the one that was clicked in."""
        form = shown(post, await self.translator())
        if self.form_id and (replace or self.form_id != self.did.view_id):
            await self.show_in_form(form)
        else:
            await self.open_form(form)

    def memory(self, **remembered: Any) -> Memory:  # noqa: ANN401  fields of the model
        """For a form that this opens: where its answer goes."""
        return Memory(response_url=self.did.origin, round=self.did.round, **remembered)

    def as_clicked(self, memory: Memory) -> "Context":
        """A submitted form answers where the click did that opened it."""
        return Context(self.did.clicked_at(memory.response_url), self.house)

    async def open_form(self, form: View) -> None:
        """On top of the form that was clicked in, if it was one."""
        is_on_top = self.did.view.get("type") == "modal"
        open_form = self.house.slack.push_form if is_on_top else self.house.slack.open_form
        self.form_id = await open_form(self.did.trigger_id, form)

    async def show_in_form(self, form: View | dict[str, Any]) -> None:
        await self.house.slack.update_form(self.form_id or self.did.view_id, form)


def is_form(origin: str) -> bool:
    """Whether an interaction's origin is a form's id, not an address."""
    return origin.startswith("V")


def _all_text(part: object) -> str:
    """Every text of a message: its own, and those of its blocks and attachments."""
    match part:
        case {**fields}:
            texts = (_all_text(value) for key, value in fields.items() if key in _TEXT_KEYS)
        case list():
            texts = (_all_text(each) for each in part)
        case str():
            return part
        case _:
            return ""
    return "\n".join(text for text in texts if text)


_TEXT_KEYS = {
    "text",
    "blocks",
    "elements",
    "fields",
    "attachments",
    "url",
    "value",
    "title",
    "title_link",
    "pretext",
    "fallback",
    "from_url",
    "footer",
    "accessory",
    "actions",
    "author_name",
    "author_link",
}
