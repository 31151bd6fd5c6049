"""What the forms for words have in common: what they remember, and how they are read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, PlainTextObject, RichTextBlock
from slack_sdk.models.blocks.block_elements import RichTextElementParts, RichTextSectionElement

from blocks import rich
from blocks.card import customer
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.text import lines, moment, said
from bot.domain.ticket import TicketView
from bot.i18n import Translator

LAST_WORDS_LIMIT = 700
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


def last_words(view: TicketView, t: Translator) -> list[Block]:
    """What the customer said last, so that nobody answers from memory."""
    message = view.last_words_of_customer
    if message is None:
        return []
    kept, _ = rich.shorten(read_mail(message.body).pieces, LAST_WORDS_LIMIT)
    heading = [said(t("Last message of {name}", name=customer(view.ticket, t)), bold=True)]
    if message.created:
        heading += [said("  ·  "), moment(message.created)]
    blocks: list[Block] = [lines([heading])]
    if kept:
        blocks.append(RichTextBlock(elements=rich.elements(kept, quoted=True)))
    return blocks


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


def small(text: str) -> ContextBlock:
    return ContextBlock(elements=[PlainTextObject(text=text)])
