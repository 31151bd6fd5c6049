"""The form of a reply, which shows the recipient before anything is typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
)
from slack_sdk.models.views import View

from blocks.ending import ending
from blocks.forms.about import about, titled
from blocks.forms.fields import (
    email_field,
    field,
    message_field,
    others_here,
    select,
    tags_field,
    ticket_field,
)
from blocks.forms.files import file_errors, file_fields, offered_field, read_files
from blocks.forms.form import EMPTY, MESSAGE_CHARACTERS, Form, Start, offered_files
from blocks.forms.frame import modal
from blocks.forms.insertion import insertion_field
from blocks.forms.reading import Errors, chosen, rich_text_error, rich_text_in, ticked
from blocks.forms.state import ChoiceState, CustomerState
from blocks.ids import Id
from blocks.others import others
from blocks.presence import presence_alert
from blocks.text import emoji, lines, small, text_part
from blocks.ticket import as_of, owner
from bot.domain.ticket import Status, TicketView
from bot.i18n import N_, Translator
from bot.operations import Reply, SlackFile
from bot.operations.files import version_with
from bot.operations.rich_text import of_plain

MAX_LAST_WORDS = 700

THEN: Mapping[str, str] = {
    Status.ANSWERED: N_("Mark as answered"),
    Status.OPEN: N_("Keep open"),
    Status.RESOLVED: N_("Resolve"),
}


def form(state: CustomerState, t: Translator, start: Start = EMPTY) -> View:
    view, stored = start.view, start.stored if isinstance(start.stored, Reply) else None
    words = stored.rich_text if stored else of_plain(start.typed) if start.typed else None
    is_ticked = stored is None or stored.email_customer
    blocks: list[Block] = [
        *about(start, state.code, t),
        *_recipient(view, start.trouble, t),
        email_field(t, is_ticked=is_ticked),
        *others_here(start.others, Id.REPLY, t),
        *presence_alert(view, t),
    ]
    if view:
        blocks += others(view, t)
        blocks += [*ending(view, t, MAX_LAST_WORDS), as_of(view.seen, t)]
    if view or start.trouble:  # the form is not drawn again, which would undo an insertion
        blocks.append(insertion_field(t))
    blocks += [
        message_field(words, t, is_focused=True),
        *file_fields(state.files, offered_files(start), t),
        _status_field(stored.then if stored else start.then, t),
    ]
    if stored and stored.tags:
        blocks.append(tags_field(t("Tags to add"), stored.tags, t))
    title = titled(t("Reply"), state.code)
    return modal(Id.REPLY, state, blocks, t, title=title, submit=t("Send"))


def form_with_picker(
    state: ChoiceState,
    t: Translator,
    rich_text: Mapping[str, Any],
    files: Sequence[SlackFile] = (),
) -> View:
    """Returns the form to choose a reply's ticket in; the next one names the recipient."""
    why = t("Choose the ticket. Then you see who gets the reply, before anything is sent.")
    blocks = [small(why), ticket_field(state, t, dispatches=True)]
    blocks.append(message_field(rich_text, t, is_focused=True))
    blocks += offered_field(state.files, files, t)
    title = t("Send as reply")
    return modal(Id.REPLY_FROM_MESSAGE, state, blocks, t, title=title, submit=t("Next"))


def read(view: Mapping[str, Any], state: CustomerState, t: Translator) -> Reply | Errors:
    """Returns the reply, or errors by field."""
    rich_text = rich_text_in(view, Id.MESSAGE)
    then = Status(chosen(view, Id.THEN) or Status.ANSWERED)
    if then not in THEN:
        return {Id.THEN: t("You can't choose this.")}
    if why := rich_text_error(rich_text, t):
        return {Id.MESSAGE: why}
    if errors := dict(file_errors(view, state.files, t)):
        return errors
    seen, files = state.seen, read_files(view)
    return Reply(
        version=version_with(files),
        files=files,
        ticket_id=state.ticket,
        code=state.code,
        subject=state.subject,
        rich_text=rich_text,
        then=then,
        email_customer=bool(ticked(view, Id.EMAIL_CUSTOMER)),
        last_seen=seen.newest if seen else None,
        seen_count=seen.count if seen else None,
        recipient=state.recipient,
        owner=seen.owner if seen else None,
        tags=tuple(ticked(view, Id.TAGS)),
        despite=state.despite,
    )


def _recipient(view: TicketView | None, trouble: str, t: Translator) -> list[Block]:
    if view:
        to = [emoji("envelope"), text_part(" "), text_part(t("To:"), bold=True), text_part(" ")]
        more = t("People already copied on the ticket get it too.")
        if not view.ticket.owner_email:
            more = t(
                "LiveAgent has no e-mail address for this customer. Your reply goes back the "
                "way they wrote."
            )
        return [
            lines([[*to, text_part(owner(view.ticket) or t("unknown"), bold=True)]]),
            small(more),
        ]
    asking = t("To: loading …")
    unknown = t("You can start writing. We'll show you who it goes to before anything is sent.")
    return [lines([[text_part(trouble or asking, bold=True)]]), small(unknown)]


def _status_field(chosen: str, t: Translator) -> InputBlock:
    texts = {str(status): t(text) for status, text in THEN.items()}
    then = select(Id.THEN, texts, chosen if chosen in texts else Status.ANSWERED)
    return field(Id.THEN, t("After sending"), then)


FORM = Form(CustomerState, form, read, opens_at_once=True, max_typed=MESSAGE_CHARACTERS)
