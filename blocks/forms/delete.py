"""The form of a deletion: it names ticket and customer, and wants a reason and a tick."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement
from slack_sdk.models.blocks.block_elements import PlainTextInputElement
from slack_sdk.models.views import View

from blocks.card import headline, owner
from blocks.forms.writing import Errors, Memory, field, modal, option, typed
from blocks.ids import Id
from blocks.text import emoji, lines, said, small
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Delete

LONGEST_REASON = 1000


def form(memory: Memory, t: Translator, *, view: TicketView) -> View:
    ticket = view.ticket
    code, customer = ticket.code or ticket.id, owner(ticket) or t("unknown")
    warning = t("This deletes the ticket in LiveAgent for good.")
    sure = t("Yes, delete {code}", code=code)
    label = t("Customer")
    blocks = [
        lines(
            [
                [emoji("warning"), said(" "), said(warning, bold=True)],
                [said(headline(ticket, t), limit=500)],
                [said(f"{label}: ", bold=True), said(customer)],
            ]
        ),
        field(
            Id.REASON,
            t("Reason"),
            PlainTextInputElement(
                action_id=Id.REASON, multiline=True, max_length=LONGEST_REASON, focus_on_load=True
            ),
        ),
        field(
            Id.CONFIRM,
            t("Confirm"),
            CheckboxesElement(action_id=Id.CONFIRM, options=[option("yes", sure)]),
        ),
        small(t("Until then you can undo it: you'll get a message with Undo.")),
    ]
    return modal(Id.DELETE, memory, blocks, t, title=t("Delete"), submit=t("Delete"))


def read(view: Mapping[str, Any], memory: Memory, t: Translator) -> Delete | Errors:
    reason = typed(view, Id.REASON).strip()
    if not reason:
        return {Id.REASON: t("Type something first.")}
    return Delete(
        ticket_id=memory.ticket,
        code=memory.code,
        owner=memory.recipient,
        reason=reason,
        seen=memory.seen,
    )
