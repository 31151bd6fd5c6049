"""The form of an internal note: it looks different from a reply, and says that nobody is mailed."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.blocks.block_elements import (
    ExternalDataSelectElement,
    PlainTextInputElement,
)
from slack_sdk.models.views import View

from blocks.card import headline
from blocks.forms.writing import (
    Errors,
    Memory,
    OtherForm,
    chosen,
    field,
    modal,
    others_here,
    typed,
    values,
)
from blocks.ids import Id
from blocks.text import emoji, lines, plain, small, text_part
from bot.domain.markup import visible
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
    subject = headline(view.ticket, t) if view else trouble or t("Loading from LiveAgent …")
    about = [small(subject[:1000]), *others_here(others, Id.NOTE, t)]
    return _form(memory, t, about, prefilled)


def form_with_picker(
    memory: Memory, t: Translator, *, chosen: Option | None = None, prefilled: str = ""
) -> View:
    """For words from a message of Slack: the ticket is chosen; a known link back is added."""
    element = ExternalDataSelectElement(
        action_id=Id.TICKET,
        min_query_length=0,
        initial_option=chosen,
        placeholder=plain(t("Code, ID or link"), 150),
    )
    hint = t("Tickets you opened recently come first.")
    picker = field(Id.TICKET, t("Ticket"), element, hint=hint)
    below = [small(t("A link to the Slack message is added."))] if memory.link else []
    return _form(memory, t, [picker], prefilled, below=below)


def read(view: Mapping[str, Any], memory: Memory, t: Translator) -> Note | Errors:
    """What was typed, or what is wrong with it, by field."""
    text = typed(view, Id.NOTE_TEXT)
    if not visible(text):
        return {Id.NOTE_TEXT: t("Type something first.")}
    ticket = memory.ticket or chosen(view, Id.TICKET)
    words = f"{text}\n\nSlack: {memory.link}" if memory.link else text
    return Note(ticket_id=ticket, code=memory.code or chosen_code(view), text=words)


def chosen_code(view: Mapping[str, Any]) -> str:
    """The first word of what the picker shows."""
    held = next((value for name, value in values(view) if name == Id.TICKET), {})
    text = ((held.get("selected_option") or {}).get("text") or {}).get("text") or ""
    return str(text).partition(" ")[0]


def _form(
    memory: Memory,
    t: Translator,
    about: Sequence[Block],
    prefilled: str,
    *,
    below: Sequence[Block] = (),
) -> View:
    warning = [
        emoji("lock"),
        text_part(" "),
        text_part(t("Internal, nobody is e-mailed"), bold=True),
    ]
    words = PlainTextInputElement(
        action_id=Id.NOTE_TEXT,
        multiline=True,
        max_length=LONGEST,
        initial_value=prefilled[:LONGEST] or None,
        focus_on_load=True,
    )
    blocks = [lines([warning]), *about, field(Id.NOTE_TEXT, t("Note"), words), *below]
    return modal(Id.NOTE, memory, blocks, t, title=t("Internal note"), submit=t("Add note"))
