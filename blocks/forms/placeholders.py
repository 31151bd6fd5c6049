"""Asks in the form before a reply with placeholders is sent."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, RichTextBlock
from slack_sdk.models.blocks.block_elements import RichTextSectionElement

from blocks.forms.frame import MAX_TITLE_LENGTH, with_blocks
from blocks.forms.reading import as_typed, name_of
from blocks.forms.state import OperationState
from blocks.ids import Id
from blocks.text import cut, emoji, line, plain, text_part
from bot.i18n import Translator
from bot.operations import Create, Operation

MAX_NAME = 60
_BLOCK = "placeholders"


def ask_about_placeholders(
    view: Mapping[str, Any], state: OperationState, operation: Operation, t: Translator
) -> dict[str, Any]:
    """Returns the form with the placeholders to fill in; its button now sends it as it is.

    The question is below the message, because Slack keeps the form's scroll position. The fields
    keep their block ids, so Slack keeps the input.
    """
    found = tuple(operation.placeholders())
    asked = state.model_copy(update={"placeholders": found})
    send = t("Create anyway") if isinstance(operation, Create) else t("Send anyway")
    return _asking(view, asked, _warning(found, t), send)


def ask_about_replying(
    view: Mapping[str, Any], state: OperationState, replying: Mapping[str, str], t: Translator
) -> dict[str, Any]:
    """Returns the form with who is `replying` in LiveAgent (names by id), asked the same way."""
    asked = state.model_copy(update={"despite": (*state.despite, *replying)})
    who = t.listed([cut(line(name), MAX_NAME) or t("Another agent") for name in replying.values()])
    text = t("Not sent yet. Someone is already replying in LiveAgent: {agents}.", agents=who)
    return _asking(view, asked, _bold(text), t("Send anyway"))


def _asking(
    view: Mapping[str, Any], asked: OperationState, question: Block, send: str
) -> dict[str, Any]:
    blocks = [each for each in as_typed(view, Id.MESSAGE) if each.get("block_id") != _BLOCK]
    names = [name_of(each) for each in blocks]
    blocks.insert(names.index(Id.MESSAGE) + 1, question.to_dict())
    return {
        **with_blocks(view, blocks),
        "submit": plain(send, MAX_TITLE_LENGTH).to_dict(),
        "private_metadata": asked.to_metadata(),
    }


def _warning(found: tuple[str, ...], t: Translator) -> RichTextBlock:
    text = t(
        "Not sent yet. Did you mean to leave {words} in? Fill it in, or send it as it is.",
        words=t.enumeration([t("“{word}”", word=each) for each in found]),
    )
    return _bold(text)


def _bold(text: str) -> RichTextBlock:
    parts = [emoji("warning"), text_part(" "), text_part(text, bold=True, limit=1000)]
    return RichTextBlock(block_id=_BLOCK, elements=[RichTextSectionElement(elements=parts)])
