"""An operation's title and state in words, the same wherever they are shown."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from blocks import operations, outcomes
from blocks.text import Part, clock_time, cut, line, link, text_part
from bot.domain.answer_to import ResponseUrl, of_stored
from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR, Row, State
from bot.domain.ref import Account
from bot.i18n import Translator
from bot.operations import (
    AssignToMe,
    ChangeStatus,
    Create,
    Delete,
    Operation,
    Postpone,
    Reply,
    Transfer,
)
from bot.operations.outcome import (
    Conflict,
    Done,
    ErrorCode,
    Failure,
    NewMessages,
    known_in,
    read_outcome,
)

MAX_SUBJECT, MAX_TITLE, MAX_SENTENCE = 100, 290, 600
LONG_HOLD_SECONDS = 60  # nobody counts these down: the time of day is shown
_TIME = "\0"  # a placeholder for a time of day that occurs in no other text

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


def title(
    row: Row, operation: Operation, t: Translator, account: Account, *, limit: int = MAX_TITLE
) -> Iterator[Part]:
    """Yields the sign, the operation, customer and subject if known, and the code as a link."""
    before, code = title_and_code(row, operation, t)
    yield text_part(f"{cut(before, limit)} · ", bold=True)
    is_made = not isinstance(operation, Create) or known_in(row.outcome).code
    yield link(account.panel_url(row.ticket_id), code) if is_made else text_part(code, bold=True)


def title_text(row: Row, operation: Operation, t: Translator) -> str:
    return " · ".join(title_and_code(row, operation, t))


def sign_and_label(row: Row, t: Translator) -> str:
    """Returns what is being done, what was done, or what was not."""
    sign, label = SIGNS[row.state], operations.label(row.kind, t)
    if row.state in ACTIVE_STATES:
        return f"{sign} {operations.doing(row.kind, t)}"
    if row.state in AWAITING_AUTHOR:
        unclear, is_unclear = t("Unclear"), row.state is State.DOUBTFUL
        what = f"{unclear}: {label}" if is_unclear else operations.not_done(row.kind, t)
        return f"{sign} {what}"
    return f"{sign} {label}"


def title_and_code(row: Row, operation: Operation, t: Translator) -> tuple[str, str]:
    """Returns the title before the ticket's code, and the code."""
    code = ticket_name(row, operation)
    subject = line(known_in(row.outcome).subject or operation.subject)
    known = [sign_and_label(row, t)]
    if row.state in AWAITING_AUTHOR:
        known.append(line(_customer(row, operation)))
    named = [*known, cut(subject, MAX_SUBJECT) if subject != code else ""]
    return " · ".join(filter(None, named)), code


def _customer(row: Row, operation: Operation) -> str:
    match operation:
        case Reply(recipient=named) | Create(recipient=named) | Delete(owner=named) if named:
            return named
        case _:
            return known_in(row.outcome).owner


def ticket_name(row: Row, operation: Operation) -> str:
    """Returns the ticket's code; for one not created yet, its subject or recipient."""
    code = known_in(row.outcome).code
    if isinstance(operation, Create):
        return (code or line(operation.subject) or line(operation.recipient))[:150]
    return code or operation.code or row.ticket_id


def sentence(
    row: Row, operation: Operation, t: Translator, *, limit: int = MAX_SENTENCE
) -> list[Part]:
    """Returns its state; times of day are in the reader's zone."""
    before, is_timed, after = _sentence(row, operation, t).partition(_TIME)
    if not is_timed:
        return [text_part(before, limit=limit)]
    time = clock_time(_due(row), seconds=not _is_held_long(row))
    first = [text_part(before, limit=limit)] if before else []  # Japanese begins with the time
    return [*first, time, text_part(after)]


def describe(row: Row, operation: Operation, t: Translator) -> str:
    """Returns its state in plain text, with times in UTC."""
    time = f"{_due(row):%H:%M %Z}" if _is_held_long(row) else f"{_due(row):%H:%M:%S %Z}"
    return _sentence(row, operation, t).replace(_TIME, time)


def title_and_state(
    row: Row, operation: Operation, t: Translator, account: Account, *, limit: int = MAX_SENTENCE
) -> list[Part]:
    """Returns title and state on one line, each of at most `limit` characters."""
    named = title(row, operation, t, account, limit=min(limit, MAX_TITLE))
    return [*named, text_part("  "), *sentence(row, operation, t, limit=limit)]


def unseen(row: Row, t: Translator) -> str:
    """Returns what a decision would confirm, on one line; "" for nothing."""
    return outcomes.unseen(read_outcome(row.outcome), t) if row.state is State.ASKS else ""


def stays(row: Row) -> bool:
    """Whether its notices can't be changed: it answers a command or a public message."""
    answer_to = of_stored(row.answer_to)
    return isinstance(answer_to, ResponseUrl) and not answer_to.replaces


def _is_held_long(row: Row) -> bool:
    return round(row.due - row.created) > LONG_HOLD_SECONDS


def _due(row: Row) -> datetime:
    return datetime.fromtimestamp(row.due, UTC)


def _sentence(row: Row, operation: Operation, t: Translator) -> str:
    """Returns its state, in which `_TIME` stands for the time when it is sent."""
    outcome = read_outcome(row.outcome)
    match row.state:
        case State.HELD:
            return _held(row, operation, t)
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
            return outcomes.asks(conflict, operation, t)
        case State.REFUSED:
            failure = outcome if isinstance(outcome, Failure) else Failure(error=ErrorCode.REFUSED)
            return outcomes.reason(failure, t)
        case State.DOUBTFUL:
            return in_doubt(t)
        case State.UNDONE | State.DISCARDED:
            return _given_up(row, t)


def _waiting(row: Row, operation: Operation, t: Translator) -> str:
    """Promises no retry if the author will be asked first."""
    asks_first = _asks_first(operation) and not (row.is_confirmed or row.baseline)
    if row.waits_for_slack:
        if asks_first:
            return t("Slack isn't responding. We'll ask you first once it's back.")
        return t("Slack isn't responding. We'll try again as soon as it's back.")
    if asks_first:
        return t("LiveAgent isn't responding. We'll ask you first once it's back.")
    return t("LiveAgent isn't responding. We'll try again as soon as it's back.")


def _asks_first(operation: Operation) -> bool:
    """Whether its author has not seen the ticket and so must confirm."""
    match operation:
        case Reply():
            return operation.last_seen is None
        case ChangeStatus() | Delete():
            return operation.seen is None or operation.seen.newest is None
        case Transfer() | AssignToMe():
            return operation.seen is None
        case _:
            return False


def in_doubt(t: Translator) -> str:
    return t(
        "We couldn't confirm whether this went through. Check in LiveAgent before you try again."
    )


def _given_up(row: Row, t: Translator) -> str:
    if row.baseline and not _is_customer_unknown(row):  # an earlier try began a call
        return t("Canceled. Some or all of it may already have been done: check the ticket.")
    gone = t("Undone.") if row.state is State.UNDONE else t("Discarded.")
    return t.sentences([gone, operations.nothing_done(row.kind, t)])


def _is_customer_unknown(row: Row) -> bool:
    """Whether LiveAgent refused it for good and no try can have had an effect."""
    outcome = read_outcome(row.outcome)
    return isinstance(outcome, Failure) and outcome.error is ErrorCode.CUSTOMER_UNKNOWN


def _held(row: Row, operation: Operation, t: Translator) -> str:
    if row.is_queued:
        return t("Waiting for other operations to finish …")
    seconds = round(row.due - row.created)
    is_at_a_time = _is_held_long(row) or stays(row)
    if isinstance(operation, Delete):
        owner = line(operation.owner) or t("the customer")
        return t("{owner}'s ticket will be deleted at {time}.", owner=owner, time=_TIME)
    if to := outcomes.mailed(operation):
        if is_at_a_time:
            return t("Sending to {recipient} at {time}", recipient=to, time=_TIME)
        return t("Sending to {recipient} in {seconds} seconds", recipient=to, seconds=seconds)
    if is_at_a_time:
        undo = t("You can undo this until {time}.", time=_TIME)
    else:
        undo = t("You can undo this for {seconds} seconds.", seconds=seconds)
    return t.sentences([_until(operation, t), undo])


def _until(operation: Operation, t: Translator) -> str:
    if not isinstance(operation, Postpone):
        return ""
    when = t.moment(operation.until.astimezone(ZoneInfo(operation.zone)))
    return t("It will be postponed until {when}.", when=when)
