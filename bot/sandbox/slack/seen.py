"""What one person sees: snapshots of messages and forms."""

from dataclasses import dataclass

from bot.sandbox.slack.channels import Message
from bot.sandbox.slack.inputs import KINDS, all_elements, is_empty
from bot.sandbox.slack.views import View
from bot.sandbox.slack.visible import Reader
from bot.sandbox.slack.wire import Json


class NotSeen(AssertionError):
    """A person looked for something that is not visible."""


@dataclass(frozen=True, slots=True)
class SeenMessage:
    ts: str
    channel: str
    user: str
    author: str
    text: str  # all that is visible, blocks and previews included
    summary: str  # the plain text for notifications and screen readers
    blocks: list[Json]
    is_private: bool  # only visible to this person
    is_edited: bool
    has_warning: bool  # the last click on it went unanswered
    thread_ts: str

    def __contains__(self, words: str) -> bool:
        return words in self.text


@dataclass(frozen=True, slots=True)
class Form:
    """A modal, or the home tab."""

    id: str
    title: str
    text: str
    submit: str
    close: str
    values: dict[str, object]  # what the fields hold, by label; options by their labels
    errors: dict[str, str]  # by label
    trouble: str
    blocks: list[Json]
    view: Json

    def __contains__(self, words: str) -> bool:
        return words in self.text


def see_message(message: Message, reader: Reader, user_id: str, author: str) -> SeenMessage:
    previews = [reader.blocks(one.get("blocks", [])) for one in message.attachments]
    shown = reader.blocks(message.blocks) if message.blocks else reader.marked(message.text)
    return SeenMessage(
        ts=message.ts,
        channel=message.channel_id,
        user=message.user_id,
        author=author,
        text="\n".join([shown, *previews, *(f"📎 {one['name']}" for one in message.files)]),
        summary=message.text,
        blocks=message.blocks,
        is_private=bool(message.only_for),
        is_edited=message.is_edited,
        has_warning=user_id in message.warned,
        thread_ts=message.thread_ts,
    )


def see_form(view: View, reader: Reader) -> Form:
    labels = {
        block["block_id"]: reader.text(block["label"])
        for block in view.blocks
        if block["type"] == "input"
    }
    title, submit, close = (reader.text(view.content.get(n)) for n in ("title", "submit", "close"))
    return Form(
        id=view.id,
        title=title,
        text="\n".join(filter(None, [title, reader.blocks(view.blocks), submit])),
        submit=submit,
        close=close or ("Cancel" if submit else "Close"),
        values=_values(view, reader),
        errors={labels.get(name, name): error for name, error in view.errors.items()},
        trouble=view.trouble,
        blocks=view.blocks,
        view=view.described(),
    )


def names_of(block: Json, element: Json, reader: Reader) -> list[str]:
    """Returns the names by which a person might call a field, its label first."""
    names = [
        reader.text(block.get("label")),
        reader.text(element.get("placeholder")),
        reader.text(block.get("text")) if block["type"] == "section" else "",
        str(element["action_id"]),
    ]
    return [name for name in names if name]


def _values(view: View, reader: Reader) -> dict[str, object]:
    values: dict[str, object] = {}
    for block, element in all_elements(view.blocks):
        if element["type"] in KINDS:
            held = view.state[block["block_id"]][element["action_id"]]
            values[names_of(block, element, reader)[0]] = _shown(held, reader)
    return values


def _shown(held: Json, reader: Reader) -> object:
    kind = KINDS[held["type"]]
    if is_empty(held):
        return [] if kind.holds_many else ""
    value = held[kind.value]
    if kind.holds_options and kind.holds_many:
        return [reader.text(option["text"]) for option in value]
    if kind.holds_options:
        return reader.text(value["text"])
    if kind.holds_many:
        return [each["name"] for each in value]
    return reader.rich(value) if held["type"] == "rich_text_input" else value


def option_called(element: Json, name: str, reader: Reader) -> Json | None:
    """Finds an option among those that the element lists itself."""
    options: list[Json] = element.get("options", [])
    for option in options:
        if name in (reader.text(option["text"]), option["value"]):
            return option
    return None
