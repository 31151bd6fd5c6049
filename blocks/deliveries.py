"""The notice of an operation's state; one message, updated in place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, RichTextBlock

from blocks import operations, outcomes, rich
from blocks.forms.files import named
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.notices import error_id
from blocks.states import SIGNS, describe, in_doubt, sentence, title, title_text
from blocks.text import Part, Post, button, cut, line, lines, moment, small, text_part
from blocks.values.value import Number, ShownRow
from bot.domain.outbox import AWAITING_AUTHOR, Row, State
from bot.domain.ref import Account
from bot.i18n import N_, Translator
from bot.operations import DEFINITIONS, Create, Operation, Postpone, Reply
from bot.operations.outcome import (
    Conflict,
    Done,
    ErrorCode,
    Failure,
    FilesUnsendable,
    Outcome,
    read_outcome,
)

MAX_OWN_TEXT = 3000
MAX_NEWS = 1500
MAX_NAMES = 1000

_BUTTONS: Mapping[State, Sequence[tuple[Id, str]]] = {
    State.HELD: ((Id.UNDO, N_("Undo")), (Id.SEND_NOW, "")),
    State.WAITING: ((Id.DISCARD, N_("Discard")),),
    State.ASKS: (
        (Id.SEND_ANYWAY, ""),
        (Id.EDIT, N_("Edit")),
        (Id.DISCARD, N_("Discard")),
    ),
    State.REFUSED: (
        (Id.TRY_AGAIN, N_("Try again")),
        (Id.EDIT, N_("Edit")),
        (Id.DISCARD, N_("Discard")),
    ),
    State.DOUBTFUL: (
        (Id.TRY_AGAIN, N_("Try again")),
        (Id.EDIT, N_("Edit")),
        (Id.DISCARD, N_("Discard")),
    ),
    State.UNDONE: ((Id.EDIT, N_("Edit")),),
    State.DISCARDED: ((Id.EDIT, N_("Edit")),),
}
"""The decisions in each state; those without a label are named by the operation."""
_UNSENDABLE = (
    (Id.SEND_WITHOUT_FILES, ""),
    (Id.TRY_AGAIN, N_("Try again")),
    (Id.EDIT, N_("Edit")),
    (Id.DISCARD, N_("Discard")),
)
"""The decisions if a file can't be sent."""
_IN_OWN_NAME = (
    (Id.IN_OWN_NAME, N_("Write in my own name")),
    (Id.EDIT, N_("Edit")),
    (Id.DISCARD, N_("Discard")),
)
"""The decisions if the customer can't be the ticket's author: trying again can't help."""
_OF_GONE = ((Id.EDIT, N_("Edit")), (Id.DISCARD, N_("Discard")))
"""The decisions where the ticket is gone: its author may still need the text."""
_CONFIRMING = {Id.SEND_ANYWAY, Id.SEND_WITHOUT_FILES, Id.TRY_AGAIN}
"""The decisions that apply only to the state in which they are shown."""
_OF_CUSTOMER = {ErrorCode.CUSTOMER_UNKNOWN, ErrorCode.CUSTOMER_IS_AGENT}
_TROUBLE = {State.WAITING, State.REFUSED, State.DOUBTFUL}
_WITHOUT_TEXT = {State.SENDING, State.LOOKING, State.DONE}


def delivery(row: Row, operation: Operation, t: Translator, account: Account) -> Post:
    outcome = read_outcome(row.outcome)
    when = outcome.at if row.state is State.DONE and isinstance(outcome, Done) else None
    at = [text_part("  ·  "), moment(datetime.fromtimestamp(when, UTC))] if when else []
    heading: list[Part] = [*title(row, operation, t, account), *at]
    blocks: list[Block] = [lines([heading, sentence(row, operation, t)])]
    if row.state is State.ASKS:
        blocks += _news(outcome, t)
    if row.state not in _WITHOUT_TEXT:
        blocks += _own_text(operation, t, is_below_others=row.state is State.ASKS)
    if row.reference and row.state in _TROUBLE and not _is_explained(row.state, outcome):
        blocks.append(small(error_id(row.reference, t)))
    if buttons := list(decisions(row, t)):
        blocks.append(ActionsBlock(elements=buttons))
    text = f"{title_text(row, operation, t)}: {describe(row, operation, t)}"
    return Post(text, blocks)


def _is_explained(state: State, outcome: Outcome) -> bool:
    """Whether the notice says everything, so that no error id is needed."""
    is_our_rule = isinstance(outcome, Failure) and outcome.error in outcomes.OUR_RULES
    return is_our_rule and state is State.REFUSED


def superseded(row: Row, t: Translator) -> Post:
    """Returns what replaces a notice that is posted again."""
    sign, what = SIGNS[row.state], operations.label(row.kind, t)
    phrase = t("{sign} {what}: see below.", sign=sign, what=what)
    return Post(phrase, [small(phrase)])


def unreadable(row: Row, t: Translator) -> Post:
    """Returns the notice of an operation that this version can't read, so it can't send it."""
    named = f"{SIGNS[row.state]} {operations.label(row.kind, t)} · {line(row.ticket_id)}"
    unread = t("We could no longer read what was saved, so nothing was done.")
    phrase = in_doubt(t) if row.baseline and row.state is State.DOUBTFUL else unread
    blocks: list[Block] = [lines([[text_part(named, bold=True)], [text_part(phrase)]])]
    if row.reference:
        blocks.append(small(error_id(row.reference, t)))
    if row.state in AWAITING_AUTHOR:
        blocks.append(ActionsBlock(elements=[button(t("Discard"), Id.DISCARD, Number(row.id))]))
    return Post(f"{named}: {phrase}", blocks)


def _news(outcome: Outcome, t: Translator) -> Iterator[Block]:
    """Yields the newest message that the author has not seen, and the number of others."""
    if not (isinstance(outcome, Conflict) and outcome.newest):
        return
    if by := outcomes.author(outcome.newest, t):
        yield lines([[text_part(by, bold=True)]])
    kept, _ = rich.shorten(read_mail(outcome.newest.body, 2 * MAX_NEWS).pieces, MAX_NEWS)
    if kept:
        yield RichTextBlock(elements=rich.elements(kept, quoted=True))
    else:
        yield small(t("The newest message has no text."))
    if more := outcomes.more(outcome, t):
        yield small(more)


def _own_text(operation: Operation, t: Translator, *, is_below_others: bool) -> Iterator[Block]:
    """Shows the author's text, so that it is not lost with the form."""
    if isinstance(operation, Reply | Create):
        mail = read_mail(operation.html)
    elif isinstance(operation, Postpone):
        mail = read_mail(operation.reason)  # its note repeats it
    elif operations.PRESENTED[operation.kind].note:
        return  # the text is the bot's own
    else:
        typed = (getattr(operation, name) for name in DEFINITIONS[operation.kind].text_fields)
        mail = read_mail("\n".join(typed))
    kept, is_cut = rich.shorten([*mail.pieces, *mail.history], MAX_OWN_TEXT)
    if kept and is_below_others:
        is_message = isinstance(operation, Reply)
        unsent, unsaved = t("Your message, not sent yet:"), t("Your text, not saved yet:")
        yield small(unsent if is_message else unsaved)
    if kept:
        yield RichTextBlock(elements=rich.elements(kept, quoted=False))
    if is_cut:
        yield small(t("Shortened here. The full text is saved."))
    if files := getattr(operation, "files", ()):
        yield small(f"📎 {cut(named(files), MAX_NAMES)}")


def decisions(row: Row, t: Translator) -> Iterator[ButtonElement]:
    """Yields the decisions that its author can still make."""
    has_text = operations.is_editable(row.kind) and not row.is_blank
    impossible = {
        Id.EDIT: not has_text,
        Id.IN_OWN_NAME: not has_text,
        Id.SEND_NOW: row.is_queued,
    }
    for action, label in _offered(row):
        if not impossible.get(action):
            value = ShownRow(row.id, row.lease_token) if action in _CONFIRMING else Number(row.id)
            yield button(_decision(row, action, label, t), action, value)


def _offered(row: Row) -> Sequence[tuple[Id, str]]:
    match row.state, read_outcome(row.outcome):
        case State.ASKS, FilesUnsendable():
            return _UNSENDABLE
        case State.REFUSED, Failure(error=code) if code in _OF_CUSTOMER:
            return _IN_OWN_NAME
        case State.REFUSED, Failure(error=ErrorCode.TICKET_NOT_FOUND):
            return _OF_GONE
        case state, _:
            return _BUTTONS.get(state, ())


def _decision(row: Row, action: Id, label: str, t: Translator) -> str:
    match action:
        case Id.SEND_NOW:
            return operations.now_label(row.kind, t)
        case Id.SEND_ANYWAY:
            return operations.anyway_label(row.kind, t)
        case Id.SEND_WITHOUT_FILES:
            return operations.without_files_label(row.kind, t)
        case _:
            return t(label)
