"""The form of an internal note: unlike a reply, it says that nobody is e-mailed."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from blocks.forms.about import about, titled
from blocks.forms.fields import field, others_here, text_area, ticket_field
from blocks.forms.files import file_errors, file_fields, read_files
from blocks.forms.form import EMPTY, Form, Start, offered_files
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, chosen, typed, values
from blocks.forms.state import ChoiceState, TicketState
from blocks.ids import Id
from blocks.presence import presence_alert
from blocks.text import emoji, lines, small, text_part
from blocks.ticket import as_of
from bot.domain.markup import visible
from bot.i18n import Translator
from bot.operations import Note, SlackFile
from bot.operations.files import version_with

MAX_LENGTH = 3000  # Slack's limit for the field


class NoteState(TicketState, ChoiceState):
    """`link` leads to the Slack message from which the form was opened."""

    link: str = ""


def form(state: NoteState, t: Translator, start: Start = EMPTY) -> View:
    loading = small((start.trouble or t("Loading from LiveAgent …"))[:1000])
    seen = as_of(start.view.seen, t) if start.view else loading
    here = [*others_here(start.others, Id.NOTE, t), *presence_alert(start.view, t)]
    shown = [*about(start, state.code, t), seen, *here]
    text = start.stored.text if isinstance(start.stored, Note) else start.typed
    below = [*file_fields(state.files, offered_files(start), t), *_below(state, t)]
    return _form(state, t, shown, text, title=titled(t("Note"), state.code), below=below)


def form_with_picker(
    state: NoteState,
    t: Translator,
    *,
    chosen: Option | None = None,
    prefilled: str = "",
    files: Sequence[SlackFile] = (),
) -> View:
    """Returns the form for a Slack message's text, with a field to choose the ticket."""
    picker = ticket_field(state, t, chosen=chosen)
    below = [*file_fields(state.files, files, t), *_below(state, t)]
    return _form(state, t, [picker], prefilled, title=t("Internal note"), below=below)


def _below(state: NoteState, t: Translator) -> Sequence[Block]:
    return [small(t("A link to the Slack message is added."))] if state.link else []


def read(view: Mapping[str, Any], state: NoteState, t: Translator) -> Note | Errors:
    """Returns the note, or errors by field."""
    text = typed(view, Id.NOTE_TEXT)
    if not visible(text):
        return {Id.NOTE_TEXT: t("Type something first.")}
    if errors := dict(file_errors(view, state.files, t)):
        return errors
    files = read_files(view)
    ticket = state.ticket or chosen(view, Id.TICKET)
    words = f"{text}\n\nSlack: {state.link}" if state.link else text
    return Note(
        version=version_with(files),
        ticket_id=ticket,
        code=state.code or chosen_code(view),
        subject=state.subject,
        text=words,
        files=files,
    )


def chosen_code(view: Mapping[str, Any]) -> str:
    """Returns the first word of the chosen option."""
    held = next((value for name, value in values(view) if name == Id.TICKET), {})
    text = ((held.get("selected_option") or {}).get("text") or {}).get("text") or ""
    return str(text).partition(" ")[0]


def _form(
    state: NoteState,
    t: Translator,
    above: Sequence[Block],
    prefilled: str,
    *,
    title: str,
    below: Sequence[Block] = (),
) -> View:
    warning = [
        emoji("lock"),
        text_part(" "),
        text_part(t("Internal, nobody is e-mailed"), bold=True),
    ]
    words = text_area(Id.NOTE_TEXT, MAX_LENGTH, text=prefilled, is_focused=True)
    blocks = [*above, lines([warning]), field(Id.NOTE_TEXT, t("Note"), words), *below]
    return modal(Id.NOTE, state, blocks, t, title=title, submit=t("Add note"))


FORM = Form(NoteState, form, read, opens_at_once=True, needs_messages=False, max_typed=MAX_LENGTH)
