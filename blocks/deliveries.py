"""The notice of an operation's state for its author; one message, updated in place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, RichTextBlock

from blocks import operations, outcomes, rich
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.notices import error_id
from blocks.text import Part, Post, button, cut, line, lines, link, moment, small, text_part
from blocks.values import Number
from bot.domain.outbox import AT_THE_AUTHOR, Row, State
from bot.domain.ref import Account
from bot.i18n import N_, Translator
from bot.operations import (
    DEFINITIONS,
    AssignToMe,
    ChangeStatus,
    Create,
    Delete,
    Operation,
    Reply,
    Transfer,
)
from bot.operations.outcome import (
    Conflict,
    ConversationUnread,
    Done,
    ErrorCode,
    Failure,
    NeverSeen,
    NewMessages,
    Outcome,
    code_in,
    owner_in,
    read_outcome,
    subject_in,
)

MAX_OWN_WORDS = 3000
MAX_NEWS = 1500
MAX_SUBJECT = 100
LONG_HOLD_SECONDS = 60

_BUTTONS: Mapping[State, Sequence[tuple[Id, str]]] = {
    State.HELD: ((Id.UNDO, N_("Undo")), (Id.SEND_NOW, N_("Send now"))),
    State.WAITING: ((Id.DISCARD, N_("Discard")),),
    State.ASKS: (
        (Id.SEND_ANYWAY, N_("Send anyway")),
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
SIGNS: Mapping[State, str] = {
    State.HELD: "⏳",
    State.SENDING: "⏳",
    State.WAITING: "⏳",
    State.LOOKING: "⏳",
    State.DONE: "✅",
    State.ASKS: "⚠️",
    State.REFUSED: "⚠️",
    State.DOUBTFUL: "⚠️",
    State.UNDONE: "↩️",
    State.DISCARDED: "↩️",
}
"""The signs that distinguish notices at a glance."""
_TROUBLE = {State.WAITING, State.REFUSED, State.DOUBTFUL}
_WITHOUT_WORDS = {State.SENDING, State.LOOKING, State.DONE}


def delivery(row: Row, operation: Operation, seconds: int, t: Translator, account: Account) -> Post:
    """Returns the notice; a held operation leaves in `seconds`."""
    outcome = read_outcome(row.outcome)
    _, sentence = in_short(row, operation, t, seconds)
    when = outcome.at if row.state is State.DONE and isinstance(outcome, Done) else None
    at = [text_part("  ·  "), moment(datetime.fromtimestamp(when, UTC))] if when else []
    heading: list[Part] = [*title(row, operation, t, account), *at]
    blocks: list[Block] = [lines([heading, [text_part(sentence, limit=600)]])]
    if row.state is State.ASKS:
        blocks += _news(outcome, t)
    if row.state not in _WITHOUT_WORDS:
        blocks += _own_words(operation, t, is_below_others=row.state is State.ASKS)
    if row.reference and row.state in _TROUBLE:
        blocks.append(small(error_id(row.reference, t)))
    if buttons := list(decisions(row, t)):
        blocks.append(ActionsBlock(elements=buttons))
    return Post(f"{_in_plain_words(row, operation, t)}: {sentence}", blocks)


def title(row: Row, operation: Operation, t: Translator, account: Account) -> Iterator[Part]:
    """Yields the sign, the operation, customer and subject if known, and the code as a link."""
    before, code = _named(row, operation, t)
    yield text_part(f"{before} · ", bold=True)
    is_made = not isinstance(operation, Create) or code_in(row.outcome)
    yield link(account.panel_url(row.ticket_id), code) if is_made else text_part(code, bold=True)


def _in_plain_words(row: Row, operation: Operation, t: Translator) -> str:
    return " · ".join(_named(row, operation, t))


def _named(row: Row, operation: Operation, t: Translator) -> tuple[str, str]:
    """Returns the title before the ticket's code, and the code."""
    code = place(row, operation)
    subject = line(subject_in(row.outcome) or operation.subject)
    known = [operations.label(row.kind, t)]
    if row.state in AT_THE_AUTHOR:
        not_done = f"{_not_done(row, operation, t)}: {known[0]}"
        known = [not_done, line(_customer(row, operation))]
    named = [*known, cut(subject, MAX_SUBJECT) if subject != code else ""]
    return f"{SIGNS[row.state]} {' · '.join(filter(None, named))}", code


def _not_done(row: Row, operation: Operation, t: Translator) -> str:
    if row.state is State.DOUBTFUL:
        return t("Unclear")
    return t("Not sent") if isinstance(operation, Reply | Create) else t("Not done")


def _customer(row: Row, operation: Operation) -> str:
    match operation:
        case Reply(recipient=named) | Create(recipient=named) | Delete(owner=named) if named:
            return named
        case _:
            return owner_in(row.outcome)


def moved_below(row: Row, t: Translator) -> Post:
    """Returns what remains of a notice after it is posted again."""
    said = t("{sign} {what}: see below.", sign=SIGNS[row.state], what=operations.label(row.kind, t))
    return Post(said, [small(said)])


def unreadable(row: Row, t: Translator) -> Post:
    """Returns the notice of an operation that this version can't read and so can't send."""
    named = f"{SIGNS[row.state]} {operations.label(row.kind, t)} · {line(row.ticket_id)}"
    sentence = (
        _in_doubt(t)
        if row.baseline
        else t("We could no longer read what was saved, so it wasn't sent.")
    )
    blocks: list[Block] = [lines([[text_part(named, bold=True)], [text_part(sentence)]])]
    if row.reference:
        blocks.append(small(error_id(row.reference, t)))
    if row.state in AT_THE_AUTHOR:
        blocks.append(ActionsBlock(elements=[button(t("Discard"), Id.DISCARD, Number(row.id))]))
    return Post(f"{named}: {sentence}", blocks)


def in_short(
    row: Row, operation: Operation, t: Translator, seconds: int | None = None
) -> tuple[str, str]:
    """Returns the operation with its ticket, and its state; `seconds` default to the full hold."""
    held = round(row.due - row.created) if seconds is None else seconds
    named = f"{operations.label(row.kind, t)} · {place(row, operation)}"
    return named, _sentence(row, operation, held, t)


def place(row: Row, operation: Operation) -> str:
    """Returns the ticket's code; for one not created yet, its subject or recipient."""
    code = code_in(row.outcome)
    if isinstance(operation, Create):
        return (code or line(operation.subject) or line(operation.recipient))[:150]
    return code or operation.code or row.ticket_id


def _sentence(row: Row, operation: Operation, seconds: int, t: Translator) -> str:
    outcome = read_outcome(row.outcome)
    match row.state:
        case State.HELD:
            return _held(row, operation, seconds, t)
        case State.SENDING:
            return t("Sending to LiveAgent …")
        case State.LOOKING:
            return t(
                "LiveAgent's response was lost. Checking the ticket to see whether it went "
                "through …"
            )
        case State.WAITING:
            return _waiting(row, operation, t)
        case State.DONE:
            known = outcome if isinstance(outcome, Done) else Done()
            return outcomes.done(operation, known, t)
        case State.ASKS:
            conflict = outcome if isinstance(outcome, Conflict) else NewMessages()
            return outcomes.asks(conflict, t)
        case State.REFUSED:
            failure = outcome if isinstance(outcome, Failure) else Failure(error=ErrorCode.REFUSED)
            return outcomes.reason(failure, t)
        case State.DOUBTFUL:
            return _in_doubt(t)
        case State.UNDONE | State.DISCARDED:
            return _given_up(row, operation, t)


def _waiting(row: Row, operation: Operation, t: Translator) -> str:
    """Promises no retry if the author will be asked first."""
    if _asks_first(operation) and not (row.is_confirmed or row.baseline):
        return t("LiveAgent isn't responding. We'll ask you first once it's back.")
    return t("LiveAgent isn't responding. We'll try again as soon as it's back.")


def _asks_first(operation: Operation) -> bool:
    """Whether its author never saw what it depends on."""
    match operation:
        case Reply():
            return operation.last_seen is None
        case ChangeStatus() | Delete():
            return operation.seen is None or operation.seen.newest is None
        case Transfer() | AssignToMe():
            return operation.seen is None
        case _:
            return False


def _in_doubt(t: Translator) -> str:
    return t(
        "We couldn't confirm whether this went through. Check in LiveAgent before you try again."
    )


def _given_up(row: Row, operation: Operation, t: Translator) -> str:
    if row.baseline:  # an earlier try began a call
        return t("Canceled. Part or all of it may already have been sent: check the ticket.")
    if isinstance(operation, Delete):
        is_undone = row.state is State.UNDONE
        gone, kept = t("Undone."), t("The ticket was not deleted.")
        return t.sentences([gone if is_undone else t("Discarded."), kept])
    if row.state is State.UNDONE:
        return t("Undone. Nothing was sent.")
    return t("Discarded. Nothing was sent.")


def _held(row: Row, operation: Operation, seconds: int, t: Translator) -> str:
    if row.is_queued:
        return t("Waiting for another operation on this ticket …")
    if to := _mailed(operation):
        return t("Sending to {recipient} in {seconds} seconds", recipient=to, seconds=seconds)
    if seconds > LONG_HOLD_SECONDS:
        span = t.span(timedelta(seconds=seconds))
        if isinstance(operation, Delete):
            return t(
                "{owner}'s ticket will be deleted in {span}.", owner=operation.owner, span=span
            )
        return t("In {span}", span=span)
    return t("In {seconds} seconds", seconds=seconds)


def _mailed(operation: Operation) -> str:
    """Returns whom it e-mails."""
    match operation:
        case Reply(email_customer=True, recipient=recipient):
            return line(recipient)
        case Create(is_by_customer=False, email_customer=True, recipient=recipient):
            return line(", ".join((recipient, *operation.copies)))[:300]
        case _:
            return ""


def _news(outcome: Outcome, t: Translator) -> Iterator[Block]:
    """Yields the newest message that the author has not seen, and the number of others."""
    if not isinstance(outcome, NewMessages | NeverSeen | ConversationUnread):
        return
    body = outcome.newest.body if outcome.newest else ""
    kept, _ = rich.shorten(read_mail(body, 2 * MAX_NEWS).pieces, MAX_NEWS)
    if kept:
        yield RichTextBlock(elements=rich.elements(kept, quoted=True))
    if isinstance(outcome, NewMessages) and outcome.count > 1:
        yield small(t.plural("and one more", "and {count} more", outcome.count - 1))


def _own_words(operation: Operation, t: Translator, *, is_below_others: bool) -> Iterator[Block]:
    """Shows the author's text, so that it is not lost with the form."""
    if isinstance(operation, Reply | Create):
        mail = read_mail(operation.html)
    else:
        typed = (getattr(operation, name) for name in DEFINITIONS[operation.kind].text_fields)
        mail = read_mail("\n".join(typed))
    kept, is_cut = rich.shorten([*mail.pieces, *mail.history], MAX_OWN_WORDS)
    if kept and is_below_others:
        yield small(t("Your message, not sent yet:"))
    if kept:
        yield RichTextBlock(elements=rich.elements(kept, quoted=False))
    if is_cut:
        yield small(t("Shortened here. The full text is saved."))


def decisions(row: Row, t: Translator) -> Iterator[ButtonElement]:
    """Yields the decisions that its author can still make."""
    has_words = operations.is_editable(row.kind) and not row.is_blank
    impossible = {Id.EDIT: not has_words, Id.SEND_NOW: row.is_queued}
    for action, label in _BUTTONS.get(row.state, ()):
        if not impossible.get(action):
            is_now = action is Id.SEND_NOW
            shown = operations.now_label(row.kind, t) if is_now else t(label)
            yield button(shown, action, Number(row.id))
