"""The form of a deletion: names ticket and customer, and requires a reason and a tick."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from slack_sdk.models.views import View

from blocks.forms.about import about, titled
from blocks.forms.fields import MAX_AREA_LENGTH, checkbox, field, text_area
from blocks.forms.form import Form, Start, shown
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, typed
from blocks.forms.state import CustomerState
from blocks.ids import Id
from blocks.text import emoji, lines, small, text_part
from blocks.ticket import as_of
from bot.i18n import Translator
from bot.operations import Delete


def form(state: CustomerState, t: Translator, start: Start) -> View:
    ticket = shown(start).ticket
    warning = t("This deletes the ticket in LiveAgent for good.")
    sure = t("Yes, delete {code}", code=ticket.name)
    reason = text_area(Id.REASON, text=start.typed, is_focused=True)
    blocks = [
        *about(start, state.code, t),
        as_of(shown(start).seen, t),
        lines([[emoji("warning"), text_part(" "), text_part(warning, bold=True)]]),
        small(_until_then(start.undo_seconds, t)),
        field(Id.REASON, t("Reason"), reason),
        field(Id.CONFIRM, t("Confirm"), checkbox(Id.CONFIRM, sure)),
    ]
    return modal(
        Id.DELETE, state, blocks, t, title=titled(t("Delete"), state.code), submit=t("Delete")
    )


def _until_then(undo_seconds: float, t: Translator) -> str:
    if not undo_seconds:
        return t("It is deleted at once.")
    span = t.span(timedelta(seconds=undo_seconds))
    return t("You have {span} to undo it. After that there is no way back.", span=span)


def read(view: Mapping[str, Any], state: CustomerState, t: Translator) -> Delete | Errors:
    reason = typed(view, Id.REASON).strip()
    if not reason:
        return {Id.REASON: t("Type something first.")}
    return Delete(
        ticket_id=state.ticket,
        code=state.code,
        subject=state.subject,
        owner=state.recipient,
        reason=reason,
        seen=state.seen,
    )


FORM = Form(CustomerState, form, read, max_typed=MAX_AREA_LENGTH)
