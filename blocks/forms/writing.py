"""What the forms for words have in common: what they remember, and how they are read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, PlainTextObject, RichTextBlock
from slack_sdk.models.blocks.block_elements import RichTextElementParts, RichTextSectionElement
from slack_sdk.models.views import View

from blocks.ids import Id
from blocks.text import plain
from bot.i18n import Translator

MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Memory:
    """What a form carries from its opening to its submission, in `private_metadata`.

    `replaces` is the row of the outbox whose words are edited here, 0 for none.
    """

    ticket: str
    response_url: str = ""
    last_seen: str | None = None
    recipient: str = ""
    code: str = ""
    replaces: int = 0

    def to_metadata(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of_view(cls, view: Mapping[str, Any]) -> "Memory":
        return cls(**json.loads(view.get("private_metadata") or "{}"))


@dataclass(frozen=True, slots=True)
class OtherForm:
    """Somebody else has one open for the same ticket."""

    slack_user: str
    minutes: int


def values(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each field's block id with what it holds."""
    state: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    for block_id, held in state.items():
        for value in held.values():
            yield block_id, value


def others_here(others: Sequence[OtherForm], kind: Id, t: Translator) -> list[Block]:
    """Who else has such a form open: two answers to one question help nobody."""
    blocks: list[Block] = []
    for other in others[:MOST_OTHERS]:
        ago = t.plural("a minute ago", "{count} minutes ago", max(other.minutes, 1))
        if kind is Id.REPLY:
            opened = t("Opened a reply form {ago}", ago=ago)
        else:
            opened = t("Opened a note form {ago}", ago=ago)
        parts = [
            RichTextElementParts.Emoji(name="eyes"),
            RichTextElementParts.Text(text=" "),
            RichTextElementParts.User(user_id=other.slack_user),
            RichTextElementParts.Text(text=f"  {opened}"),
        ]
        blocks.append(RichTextBlock(elements=[RichTextSectionElement(elements=parts)]))
    return blocks


def modal(
    kind: Id, memory: Memory, blocks: Sequence[Block], t: Translator, *, title: str, submit: str
) -> View:
    """A form that is submitted."""
    return View(
        type="modal",
        callback_id=kind,
        title=plain(title, 24),
        submit=plain(submit, 24),
        close=plain(t("Cancel"), 24),
        private_metadata=memory.to_metadata(),
        blocks=list(blocks),
    )


def small(text: str) -> ContextBlock:
    return ContextBlock(elements=[PlainTextObject(text=text)])
