"""What became of an operation, as its author is told; one notice, changed in place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, RichTextBlock

from blocks import notices, rich, words
from blocks.forms.writing import small
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.text import Part, Post, button, line, lines, moment, said
from bot.domain import errors as e
from bot.domain.outbox import Row, State
from bot.domain.ticket import MessageKind
from bot.i18n import Translator, later
from bot.operations import Note, Operation, Reply

OWN_WORDS_LIMIT = 1500
NEWS_LIMIT = 1500

_NAMES: Mapping[str, str] = {
    "reply": later("Reply"),
    "note": later("Internal note"),
    "resolve": later("Resolve"),
    "reopen": later("Reopen"),
    "mark_answered": later("Mark as answered"),
}
_BUTTONS: Mapping[State, Sequence[tuple[Id, str]]] = {
    State.HELD: ((Id.UNDO, later("Undo")), (Id.SEND_NOW, later("Send now"))),
    State.WAITING: ((Id.DISCARD, later("Discard")),),
    State.ASKS: (
        (Id.SEND_ANYWAY, later("Send anyway")),
        (Id.EDIT, later("Edit")),
        (Id.DISCARD, later("Discard")),
    ),
    State.REFUSED: ((Id.TRY_AGAIN, later("Try again")), (Id.DISCARD, later("Discard"))),
    State.DOUBTFUL: ((Id.TRY_AGAIN, later("Try again")), (Id.DISCARD, later("Discard"))),
    State.UNDONE: ((Id.EDIT, later("Edit")),),
}
_KEEP_WORDS = {
    State.HELD,
    State.WAITING,
    State.ASKS,
    State.REFUSED,
    State.DOUBTFUL,
    State.UNDONE,
    State.DISCARDED,
}


def delivery(row: Row, operation: Operation, seconds: int, t: Translator) -> Post:
    """`seconds` are those until a held operation leaves."""
    outcome = row.outcome or {}
    named = name(row.kind, t)
    code = str(outcome.get("code") or operation.code or row.ticket_id)
    sentence = _sentence(row, operation, outcome, seconds, t)
    heading: list[Part] = [said(f"{named} · {code}", bold=True)]
    when = outcome.get("at") if row.state is State.DONE else None
    at = [said("  "), moment(datetime.fromtimestamp(float(when), UTC))] if when else []
    blocks: list[Block] = [lines([heading, [said(sentence, limit=600), *at]])]
    if row.state is State.ASKS:
        blocks += _news(outcome, t)
    if row.state in _KEEP_WORDS:
        blocks += _own_words(operation)
    if buttons := list(_buttons(row, operation, t)):
        blocks.append(ActionsBlock(elements=buttons))
    return Post(f"{named} · {code}: {sentence}", blocks)


def name(kind: str, t: Translator) -> str:
    """What an operation is called."""
    return t(_NAMES[kind]) if kind in _NAMES else kind


def result(state: str, outcome: Mapping[str, Any], t: Translator) -> str:
    """One line on how it ended, for the history."""
    if state == State.DONE:
        _, status = words.status(str(outcome.get("status") or ""), t)
        return t("done; LiveAgent now says {status}", status=status)
    if state == State.ASKS:
        return t("not sent: somebody wrote meanwhile")
    if state == State.DOUBTFUL:
        return t("in doubt")
    return t("refused: {reason}", reason=_reason(outcome, t))


def _sentence(
    row: Row, operation: Operation, outcome: Mapping[str, Any], seconds: int, t: Translator
) -> str:
    match row.state:
        case State.HELD:
            return _held(operation, seconds, t)
        case State.SENDING | State.LOOKING:
            return t("LiveAgent's answer was lost. Looking in the ticket whether it has arrived …")
        case State.WAITING:
            return t("LiveAgent does not answer. It is sent as soon as it does.")
        case State.DONE:
            return _done(operation, outcome, t)
        case State.ASKS:
            return _asks(outcome, t)
        case State.REFUSED:
            return _reason(outcome, t)
        case State.DOUBTFUL:
            return t(
                "It may or may not have arrived. Please look in LiveAgent before you try again."
            )
        case State.UNDONE:
            return t("Taken back. Nothing was sent.")
        case State.DISCARDED:
            return t("Discarded. Nothing was sent.")


def _held(operation: Operation, seconds: int, t: Translator) -> str:
    if isinstance(operation, Reply) and operation.email_customer and operation.recipient:
        to = line(operation.recipient)
        return t("To {recipient} in {seconds} s", recipient=to, seconds=seconds)
    return t("In {seconds} s", seconds=seconds)


def _done(operation: Operation, outcome: Mapping[str, Any], t: Translator) -> str:
    if not outcome.get("status"):
        return t("Done. LiveAgent could not be asked what it has now.")
    _, status = words.status(str(outcome["status"]), t)
    owner = line(str(outcome.get("owner") or "")) or t("the customer")
    if isinstance(operation, Note):
        text = t("Noted. Nobody was e-mailed. The ticket is {status}.", status=status)
    elif not isinstance(operation, Reply):
        text = t("The ticket is {status}.", status=status)
    elif outcome.get("stored_as") == MessageKind.NOTE:
        text = t(
            "LiveAgent stored it as a note; nobody was e-mailed. The ticket is {status}.",
            status=status,
        )
    elif operation.email_customer:
        text = t("Sent to {owner}. The ticket is {status}.", owner=owner, status=status)
    else:
        text = t("Stored as a reply; nobody was e-mailed. The ticket is {status}.", status=status)
    remark = line(str(outcome.get("remark") or ""))
    if remark:
        text += " " + t("The status was refused: {reason}", reason=remark)
    return text


def _asks(outcome: Mapping[str, Any], t: Translator) -> str:
    if outcome.get("why") == "unseen":
        owner = line(str(outcome.get("owner") or "")) or t("the customer")
        return t("It goes to {owner}. Nothing was sent yet: send it?", owner=owner)
    return t("Somebody wrote in the ticket meanwhile. Nothing was sent yet: send it?")


def _news(outcome: Mapping[str, Any], t: Translator) -> Iterator[Block]:
    """The new words; several are counted, the newest shown."""
    newest = outcome.get("newest") or {}
    kept, _ = rich.shorten(read_mail(str(newest.get("body") or "")).pieces, NEWS_LIMIT)
    if kept:
        yield RichTextBlock(elements=rich.elements(kept, quoted=True))
    count = int(outcome.get("count") or 0)
    if count > 1:
        yield small(t.plural("and one more", "and {count} more", count - 1))


def _own_words(operation: Operation) -> Iterator[Block]:
    if isinstance(operation, Reply):
        mail = read_mail(operation.html)
    elif isinstance(operation, Note):
        mail = read_mail(operation.text)
    else:
        return
    kept, _ = rich.shorten(mail.pieces, OWN_WORDS_LIMIT)
    if kept:
        yield RichTextBlock(elements=rich.elements(kept, quoted=False))


def _reason(outcome: Mapping[str, Any], t: Translator) -> str:
    reason = line(str(outcome.get("reason") or ""))
    match outcome.get("error"):
        case "not_offered":
            return notices.say(e.NotOffered(str(outcome.get("status") or "")), t)
        case "NotAnAgent":
            return t("You are no agent of LiveAgent any more. Nothing was sent.")
        case "NotAMember":
            return t("You are no member of this workspace any more. Nothing was sent.")
        case "OutOfBounds":
            return notices.say(e.OutOfBounds(), t)
        case "TicketNotFound":
            return notices.say(e.TicketNotFound(), t)
        case "KeyRefused":
            return notices.say(e.KeyRefused("", 0), t)
        case _:
            return notices.say(e.Refused("", 0, reason), t)


def _buttons(row: Row, operation: Operation, t: Translator) -> Iterator[ButtonElement]:
    has_words = isinstance(operation, Reply | Note)
    for action, label in _BUTTONS.get(row.state, ()):
        if action is not Id.EDIT or has_words:
            is_primary = action is Id.SEND_NOW
            yield button(t(label), action, str(row.id), primary=is_primary)
