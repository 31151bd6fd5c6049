"""The form of an internal note: it looks different from a reply, and says that nobody is mailed."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock
from slack_sdk.models.blocks.block_elements import PlainTextInputElement
from slack_sdk.models.views import View

from blocks.card import headline
from blocks.forms.writing import Memory, OtherForm, modal, others_here, small, values
from blocks.ids import Id
from blocks.text import emoji, lines, plain, said
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Note

LONGEST = 3000  # of Slack's field


def form(
    memory: Memory,
    t: Translator,
    *,
    view: TicketView | None = None,
    trouble: str = "",
    others: Sequence[OtherForm] = (),
    prefilled: str = "",
) -> View:
    """Without a `view` the ticket is being asked for, or `trouble` says why it can't be."""
    warning = [emoji("lock"), said(" "), said(t("Internal, nobody is e-mailed"), bold=True)]
    subject = headline(view.ticket, t) if view else trouble or t("Asking LiveAgent …")
    field = PlainTextInputElement(
        action_id=Id.NOTE_TEXT,
        multiline=True,
        max_length=LONGEST,
        initial_value=prefilled[:LONGEST] or None,
        focus_on_load=True,
    )
    blocks: list[Block] = [
        lines([warning]),
        small(subject[:1000]),
        *others_here(others, Id.NOTE, t),
        InputBlock(block_id=Id.NOTE_TEXT, label=plain(t("Note"), 2000), element=field),
    ]
    return modal(Id.NOTE, memory, blocks, t, title=t("Internal note"), submit=t("Add note"))


def read(view: Mapping[str, Any], memory: Memory, t: Translator) -> Note | dict[str, str]:
    """What was typed, or what is wrong with it, by field."""
    typed = next((value.get("value") for field, value in values(view) if field == Id.NOTE_TEXT), "")
    if not (typed or "").strip():
        return {Id.NOTE_TEXT: t("Nothing is written yet.")}
    return Note(ticket_id=memory.ticket, code=memory.code, text=typed or "")
