"""A person who uses Slack by its visible texts. Tests and the page act through this."""

from collections.abc import Callable, Mapping, Sequence

from bot.sandbox.slack import commands, forms, interactions, picking
from bot.sandbox.slack.changes import Found
from bot.sandbox.slack.channels import Channel, Message
from bot.sandbox.slack.encode import Names, as_message_text, as_rich_text
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.file import File
from bot.sandbox.slack.interactions import Place
from bot.sandbox.slack.people import BOT_USER_ID, User
from bot.sandbox.slack.picking import Choice, Value
from bot.sandbox.slack.seen import (
    Form,
    NotSeen,
    SeenMessage,
    see_form,
    see_message,
)
from bot.sandbox.slack.views import View
from bot.sandbox.slack.visible import Reader
from bot.sandbox.slack.wire import SlackRefused
from bot.sandbox.slack.workspace import Workspace

WITHIN_SECONDS = 60.0  # so that nobody waits for ever; how quick the app is shows elsewhere

Seen = SeenMessage | Form
Wanted = str | Callable[[SeenMessage], bool]


class Person:
    def __init__(self, slack: Workspace, events: Events, user: User) -> None:
        self._slack = slack
        self._events = events
        self.user = user
        self.id = user.id
        self.direct = f"D{user.id[1:]}"  # the channel of direct messages with the bot
        self._reader = Reader(slack.users, slack.channels)

    def channels(self) -> list[Channel]:
        return [one for one in self._slack.channels.values() if self.id in one.members]

    def messages(self, channel: str = "") -> list[SeenMessage]:
        """Returns visible messages in order; of all channels unless one is named.

        `channel` is an id or `#name`.
        """
        places = [self._channel(channel)] if channel else self.channels()
        seen = [
            self._see(message)
            for place in places
            for message in place.messages
            if message.only_for in ("", self.id)
        ]
        return sorted(seen, key=lambda message: message.ts)

    def message(self, channel: str, ts: str) -> SeenMessage:
        return self._see(self._slack.message(channel, ts))

    def form(self) -> Form | None:
        """The form on top."""
        view = self._slack.views.top(self.id)
        return see_form(view, self._reader) if view else None

    def form_of(self, view: View) -> Form:
        return see_form(view, self._reader)

    def home(self) -> Form | None:
        view = self._slack.views.homes.get(self.id)
        return see_form(view, self._reader) if view else None

    def sees(self, words: str, channel: str = "") -> bool:
        """Whether a message, or the form on top, has these words."""
        form = self.form()
        in_form = form is not None and words in form and not channel
        return in_form or any(words in message for message in self.messages(channel))

    def now(self, seen: SeenMessage) -> SeenMessage:
        """Returns the current state of the same message."""
        return self.message(seen.channel, seen.ts)

    async def wait_for(
        self, wanted: Wanted, *, channel: str = "", within: float = WITHIN_SECONDS
    ) -> SeenMessage:
        """Returns the newest message with these words, or that satisfies the condition."""

        def look() -> SeenMessage | None:
            for message in reversed(self.messages(channel)):
                if wanted in message if isinstance(wanted, str) else wanted(message):
                    return message
            return None

        return await self._until(look, within, f"message {wanted!r}")

    async def wait_for_form(self, words: str = "", *, within: float = WITHIN_SECONDS) -> Form:
        """Returns the form on top once it has these words."""

        def look() -> Form | None:
            form = self.form()
            return form if form is not None and words in form else None

        return await self._until(look, within, f"form {words!r}")

    async def wait_for_home(self, words: str = "", *, within: float = WITHIN_SECONDS) -> Form:
        def look() -> Form | None:
            home = self.home()
            return home if home is not None and words in home else None

        return await self._until(look, within, f"home tab {words!r}")

    async def wait_until(
        self, condition: Callable[[], bool], *, within: float = WITHIN_SECONDS
    ) -> None:
        await self._until(lambda: condition() or None, within, "what the condition says")

    async def types(
        self, channel: str, text: str, *, thread: str = "", files: Sequence[File] = ()
    ) -> SeenMessage | None:
        """Types a command and returns None once acknowledged, or posts a message and returns it."""
        place = self._channel(channel)
        if place.with_user and self._slack.app.is_read_only:
            raise NotSeen("the app's direct messages are read-only")
        if text.startswith("/"):
            await commands.give_command(self._slack, self.user, place, text, thread=thread)
            return None
        names = Names(self._slack.users, self._slack.channels)
        content = {
            "text": as_message_text(names, text),
            "blocks": [as_rich_text(names, text)] if text else [],
            "thread_ts": thread,
            "files": [one.described(self._slack.url) for one in files],
        }
        message = self._slack.post(place.id, content, by=self.id)
        self._events.message_posted(place, message, text)
        return self._see(message)

    async def clicks(self, seen: Seen, label: str, *, near: str = "", nth: int = 0) -> None:
        """Clicks a button or menu entry; `near` are words of its block, if several match."""
        place = self._place(seen)
        pressable = picking.labelled(place, label, self._reader)
        found = [one for one in pressable if near in self._reader.block(one[0])]
        if len(found) <= nth:
            raise NotSeen(f"no {label!r} to click in:\n{self._reader.blocks(place.blocks)}")
        block, element, option = found[nth]
        await interactions.act(self._slack, self.user, place, (block, element), option)

    async def chooses(self, seen: Seen, field: str, value: Value) -> None:
        """Finds the field by its label (or placeholder), and options by their labels."""
        place = self._place(seen)
        found = picking.field_called(place, field, self._reader)
        chosen = await picking.picked(self._slack, self.user, place, found, value)
        await interactions.act(self._slack, self.user, place, found, chosen)

    async def fills(self, form: Form, fields: Mapping[str, Value]) -> Form:
        for field, value in fields.items():
            await self.chooses(form, field, value)
        return see_form(self._slack.views.find(form.id), self._reader)

    async def attaches(self, form: Form, field: str, *files: File) -> Form:
        """Chooses files in a form."""
        described: list[Choice] = [one.described(self._slack.url) for one in files]
        return await self.fills(form, {field: described})

    async def options(self, seen: Seen, field: str, query: str) -> list[str]:
        """Returns the labels offered for what is typed into an external select."""
        place = self._place(seen)
        found = picking.field_called(place, field, self._reader)
        options = await interactions.suggest(self._slack, self.user, place, found, query)
        return [self._reader.text(option["text"]) for option in options]

    async def submits(self, form: Form | None = None) -> Form | None:
        """Returns the form that is then on top, with its errors if there are any."""
        await forms.submit(self._slack, self.user, self._view(form))
        return self.form()

    async def closes(self, form: Form | None = None, *, with_all: bool = False) -> None:
        forms.close(self._slack, self.user, self._view(form), with_all=with_all)

    async def uses_shortcut(self, message: SeenMessage | None, name: str) -> None:
        """Uses a message's shortcut, or a global one without a message; by its name."""
        shortcut = self._slack.app.shortcut(name, is_global=message is None)
        if shortcut is None:
            raise NotSeen(f"no shortcut {name!r}")
        source = None if message is None else self._slack.message(message.channel, message.ts)
        if source is not None and source.only_for:
            raise NotSeen("ephemeral messages have no shortcuts")
        await forms.use_shortcut(self._slack, self.user, shortcut, source)

    async def opens_home(self) -> None:
        if not self._slack.app.has_home:
            raise NotSeen("the app has no home tab")
        self._events.home_opened(self.user, self._slack.direct(self.id))

    async def invites_bot(self, channel: str) -> None:
        place = self._channel(channel)
        place.members.add(BOT_USER_ID)
        self._slack.changes.tell()

    async def acts(self, place: Place, block_id: str, action_id: str, value: Value) -> None:
        """Acts by ids, as the page knows them."""
        found = interactions.element_at(place, block_id, action_id)
        await interactions.act(self._slack, self.user, place, found, value)

    def _see(self, message: Message) -> SeenMessage:
        author = self._slack.users[message.user_id].real_name
        return see_message(message, self._reader, self.id, author)

    async def _until(self, look: Callable[[], Found | None], within: float, what: str) -> Found:
        try:
            return await self._slack.changes.until(look, within)
        except TimeoutError:
            raise NotSeen(f"{what} not seen within {within} s; {self._everything()}") from None

    def _everything(self) -> str:
        form = self.form()
        said = [f"{one.channel} {one.author}: {one.text}" for one in self.messages()[-8:]]
        shown = [f"form: {form.text} {form.errors} {form.trouble}"] if form else []
        return "\n".join([f"{self.user.name} sees:", *said, *shown])

    def _channel(self, name: str) -> Channel:
        for channel in self.channels():
            if name in (channel.id, f"#{channel.name}"):
                return channel
        raise NotSeen(f"{self.user.name} is in no channel {name}")

    def _place(self, seen: Seen) -> Place:
        if isinstance(seen, Form):
            return self._slack.views.find(seen.id)
        try:
            return self._slack.message(seen.channel, seen.ts)
        except SlackRefused:
            raise NotSeen(f"the message is gone: {seen.text}") from None

    def _view(self, form: Form | None) -> View:
        view = self._slack.views.find(form.id) if form else self._slack.views.top(self.id)
        if view is None:
            raise NotSeen("no form is open")
        return view
