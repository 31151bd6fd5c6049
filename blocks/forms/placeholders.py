"""Asks in the form itself before placeholders reach a customer, while their author is there."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import RichTextBlock
from slack_sdk.models.blocks.block_elements import RichTextSectionElement

from blocks.forms.fields import MAX_TITLE_LENGTH, name_of
from blocks.forms.state import OperationState
from blocks.ids import Id
from blocks.text import emoji, plain, text_part
from bot.i18n import Translator
from bot.operations import Create, Operation

_BLOCK = "placeholders"
_KEPT = ("type", "callback_id", "title", "close")


def ask_about_placeholders(
    view: Mapping[str, Any], state: OperationState, operation: Operation, t: Translator
) -> dict[str, Any]:
    """Returns the form with what is still to fill in; its button now sends it as it is.

    It stands below the message, since Slack leaves the form where it was scrolled to. The fields
    keep their block ids, so Slack keeps what is typed.
    """
    found = tuple(operation.placeholders())
    asked = state.model_copy(update={"placeholders": found})
    send = t("Create anyway") if isinstance(operation, Create) else t("Send anyway")
    blocks = [each for each in view["blocks"] if each.get("block_id") != _BLOCK]
    names = [name_of(each) for each in blocks]
    blocks.insert(names.index(Id.MESSAGE) + 1, _warning(found, t).to_dict())
    return {
        **{name: view[name] for name in _KEPT},
        "blocks": blocks,
        "submit": plain(send, MAX_TITLE_LENGTH).to_dict(),
        "private_metadata": asked.to_metadata(),
    }


def _warning(found: tuple[str, ...], t: Translator) -> RichTextBlock:
    text = t(
        "Not sent yet. Did you mean to leave {words} in? Fill it in, or send it as it is.",
        words=t.enumeration([t("“{word}”", word=each) for each in found]),
    )
    parts = [emoji("warning"), text_part(" "), text_part(text, bold=True, limit=1000)]
    return RichTextBlock(block_id=_BLOCK, elements=[RichTextSectionElement(elements=parts)])
