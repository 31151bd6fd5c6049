"""Sentences about an operation's result: what LiveAgent has now, or why nothing happened."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks import notices, words
from blocks.mail import read_mail
from blocks.text import cut, line
from blocks.ticket import now_in
from bot.domain import errors as e
from bot.domain.outbox import State
from bot.domain.ticket import NOTES, MessageKind, Status
from bot.i18n import Translator
from bot.operations import (
    AssignToMe,
    ChangeTags,
    Create,
    Delete,
    Note,
    Operation,
    Postpone,
    Remark,
    Reply,
    Transfer,
)
from bot.operations.outcome import (
    Conflict,
    ConversationChanged,
    ConversationUnread,
    Done,
    ErrorCode,
    Failure,
    FilesUnsendable,
    NeverSeen,
    NewestMessage,
    NewMessages,
    Outcome,
    RecipientUnconfirmed,
    SomebodyReplying,
    TicketChanged,
)

MAX_UNSEEN = 100
MAX_READ = 400  # characters of a body, enough for `MAX_UNSEEN`

_AS_ELSEWHERE: Mapping[ErrorCode, e.BotError] = {
    ErrorCode.ADMIN_NEEDED: e.AdminNeeded(),
    ErrorCode.OUT_OF_BOUNDS: e.OutOfBounds(),
    ErrorCode.DEPARTMENT_OUT_OF_BOUNDS: e.DepartmentOutOfBounds(),
    ErrorCode.CUSTOMER_IS_AGENT: e.CustomerIsAgent(),
    ErrorCode.TICKET_NOT_FOUND: e.TicketNotFound(),
    ErrorCode.TICKET_UNAVAILABLE: e.TicketUnavailable(),
    ErrorCode.KEY_REFUSED: e.KeyRefused("", 0),
    ErrorCode.KEY_MAY_NOT: e.NotPrivileged("", 0),
    ErrorCode.V3_KEY_NEEDED: e.V3KeyNeeded(),
}
"""Errors with the same sentence as in immediate answers."""
OUR_RULES = frozenset(
    {
        ErrorCode.ADMIN_NEEDED,
        ErrorCode.CUSTOMER_IS_AGENT,
        ErrorCode.DEPARTMENT_OUT_OF_BOUNDS,
        ErrorCode.NOT_A_MEMBER,
        ErrorCode.NOT_AN_AGENT,
        ErrorCode.NOT_OFFERED,
        ErrorCode.OUT_OF_BOUNDS,
    }
)
"""The bot's own refusals, which need no error id: the log has nothing more."""


def result(state: str, outcome: Outcome, t: Translator) -> str:
    """Returns a line on the result, for the history."""
    match state, outcome:
        case State.ASKS, _:
            return t("not done: the ticket had changed")
        case State.DOUBTFUL, _:
            return t("unclear whether it went through")
        case _, Failure():
            return t("not done: {reason}", reason=reason(outcome, t))
        case _, Done(status=str(letter)):
            _, status = words.status(letter, t)
            return t("done (status: {status})", status=status)
        case _:
            return t("done, but not confirmed in LiveAgent")


def done(operation: Operation, outcome: Done, t: Translator) -> str:
    """Describes what LiveAgent has now, not what was requested."""
    if outcome.status:
        _, status = words.status(outcome.status, t)
        text = _done(operation, outcome, status, t)
    else:
        text = t("Done, but we couldn't confirm it in LiveAgent.")
    lost = t("⚠️ LiveAgent left the files out.") if outcome.lacks_files else ""
    return t.sentences([text, _remark(outcome.remark, t) if outcome.remark else "", lost])


def _remark(remark: Remark, t: Translator) -> str:
    """Says which part was not done, and why."""
    match remark.why:
        case "news":
            return t("Someone wrote after that, so the ticket's status was left unchanged.")
        case "changed":
            return t("Someone changed the ticket after that, so its status was left unchanged.")
        case "crossed":
            return t(
                "⚠️ Someone wrote at the same time. Check whether the ticket can stay like this."
            )
        case "unnoted":
            reason = line(remark.reason or "") or "?"
            return t("The note about it couldn't be added: {reason}", reason=reason)
        case "unfinished" if remark.reason is None:
            return t("⚠️ LiveAgent didn't respond to the rest.")
        case "unfinished":
            reason = line(remark.reason or "") or "?"
            return t("⚠️ LiveAgent refused the rest: {reason}", reason=reason)
        case "untagged":
            reason = line(remark.reason or "") or "?"
            return t("The tags couldn't be added: {reason}", reason=reason)
        case "refused":
            reason = line(remark.reason or "") or "?"
            return t("The status couldn't be changed: {reason}", reason=reason)


def _done(operation: Operation, outcome: Done, status: str, t: Translator) -> str:
    match operation:
        case Note() | Reply() if not outcome.stored_as:
            return t(
                "LiveAgent accepted it, but the text in the ticket looks different. Please "
                "check it in LiveAgent. The ticket is {status}.",
                status=status,
            )
        case Note():
            return t("Note added. No e-mail was sent. The ticket is {status}.", status=status)
        case Reply():
            return _replied(operation, outcome, status, t)
        case Create():
            return _created(operation, outcome, status, t)
        case ChangeTags():
            return _tagged(outcome, t)
        case Transfer() | AssignToMe():
            return _transferred(outcome, t)
        case Postpone():
            return _postponed(operation, outcome, status, t)
        case Delete() if outcome.status == Status.DELETED:
            return t("Deleted.")
        case _:
            return t("The ticket is {status}.", status=status)


def _replied(reply: Reply, outcome: Done, status: str, t: Translator) -> str:
    if outcome.stored_as == MessageKind.NOTE:
        return t(
            "LiveAgent saved it as a note. No e-mail was sent. The ticket is {status}.",
            status=status,
        )
    if reply.email_customer:
        owner = _owner(outcome, t)
        return t("Sent to {owner}. The ticket is {status}.", owner=owner, status=status)
    return t("Saved as a reply. No e-mail was sent. The ticket is {status}.", status=status)


def _created(create: Create, outcome: Done, status: str, t: Translator) -> str:
    named = {"owner": _owner(outcome, t), "status": status}
    if create.email_customer and not create.is_by_customer:
        return t("Created and sent to {owner}. The ticket is {status}.", **named)
    return t("Created for {owner}. No e-mail was sent. The ticket is {status}.", **named)


def _tagged(outcome: Done, t: Translator) -> str:
    names = [line(name) for name in outcome.tags]
    if not names:
        return t("The ticket has no tags.")
    return t("The ticket is tagged {names}.", names=t.enumeration(names))


def _postponed(operation: Postpone, outcome: Done, status: str, t: Translator) -> str:
    if outcome.status != Status.POSTPONED:
        return t("The ticket is {status}.", status=status)
    if outcome.wakes is None:
        return t("Postponed. LiveAgent doesn't say until when.")
    until = datetime.fromtimestamp(outcome.wakes, ZoneInfo(operation.zone))
    if until == operation.until:
        return t("Postponed until {when}.", when=t.moment(until))
    return t(
        "LiveAgent postponed it until {when}, which isn't the time you chose. Its time zone may "
        "be set wrong: please tell your admin.",
        when=t.moment(until),
    )


def _transferred(outcome: Done | Conflict, t: Translator) -> str:
    return now_in(outcome.department, outcome.assignee, t)


def asks(conflict: Conflict, operation: Operation, t: Translator) -> str:
    """Describes what the author has not seen yet and must confirm, and what *Send anyway* does."""
    goes = _recipient_and_status(operation, conflict, t)
    match conflict:
        case RecipientUnconfirmed():
            first = t("Read the newest message first.") if conflict.newest else ""
            return t.sentences([t("Nothing has been sent yet."), goes, first, t("Send it now?")])
        case SomebodyReplying(agents=agents):
            named = t.enumeration([line(each) or t("Another agent") for each in agents])
            who = t("Someone is already replying in LiveAgent: {agents}.", agents=named)
            return t.sentences([who, goes, t("Send yours anyway?")])
        case ConversationUnread():
            return t("The conversation couldn't be loaded when you opened the form. Do it anyway?")
        case FilesUnsendable():
            return unsendable(conflict, operation, t)
        case NeverSeen():
            changes = t.sentences(list(_changes(conflict, t)))
            return t(
                "LiveAgent wasn't responding, and you haven't seen the ticket since. "
                "{changes} Do it anyway?",
                changes=changes,
            )
        case TicketChanged():
            changes = t.sentences(list(_changes(conflict, t)))
            return t("The ticket has changed. {changes} Do it anyway?", changes=changes)
        case ConversationChanged():
            changed = t("Messages were removed, or added above the newest one you saw.")
            return t.sentences([changed, *_changes(conflict, t), goes, _anyway(operation, t)])
        case NewMessages():
            news = t("There is a new message in the ticket.")
            return t.sentences([news, *_changes(conflict, t), goes, _anyway(operation, t)])


def mailed(operation: Operation) -> str:
    """Returns whom it e-mails, as its form named them; "" for nobody."""
    match operation:
        case Reply(email_customer=True, recipient=recipient):
            return line(recipient)
        case Create(is_by_customer=False, email_customer=True, recipient=recipient):
            return line(", ".join((recipient, *operation.copies)))[:300]
        case _:
            return ""


def _recipient_and_status(operation: Operation, conflict: Conflict, t: Translator) -> str:
    """Says who gets the message, and what the reply makes of the ticket; "" for the rest."""
    to = mailed(operation)
    if not isinstance(operation, Reply):
        return t("It goes to {owner}.", owner=to) if to else ""
    _, status = words.status(operation.then, t)
    if not operation.email_customer:
        return t("No e-mail is sent. The ticket will then be {status}.", status=status)
    return t(
        "Your reply goes to {owner} and anyone copied on the ticket, which will then be {status}.",
        owner=line(conflict.owner) or to or t("the customer"),
        status=status,
    )


def _anyway(operation: Operation, t: Translator) -> str:
    return t("Send it anyway?") if isinstance(operation, Reply) else t("Do it anyway?")


def unseen(outcome: Outcome, t: Translator) -> str:
    """Returns one line on what the author would confirm unseen; "" for nothing."""
    if not (isinstance(outcome, Conflict) and outcome.newest):
        return ""
    newest, by = outcome.newest, author(outcome.newest, t)
    words = " ".join(piece.text for piece in read_mail(newest.body, MAX_READ).pieces)
    shown = t("Newest message: {words}", words=cut(line(words), MAX_UNSEEN))
    excerpt = shown if words else t("The newest message has no text.")
    return " · ".join(filter(None, [by, excerpt, more(outcome, t)]))


def author(newest: NewestMessage, t: Translator) -> str:
    """Returns the author of a message; "" in questions of older versions."""
    name = cut(line(newest.name), MAX_UNSEEN)
    if not name:
        return ""
    return t("{name} noted", name=name) if newest.kind in NOTES else t("{name} wrote", name=name)


def more(conflict: Conflict, t: Translator) -> str:
    """Says how many messages are unseen besides the newest one; "" for none."""
    rest = (conflict.count or 0) - 1
    return t.plural("and one more", "and {count} more", rest) if rest > 0 else ""


def unsendable(conflict: FilesUnsendable, operation: Operation, t: Translator) -> str:
    """Says which file prevents sending, and why."""
    unfit = e.FileUnfit(conflict.trouble, conflict.name, conflict.megabytes, conflict.reason)
    match operation:
        case Note():
            yet = t("Nothing has been added yet.")
        case Create():
            yet = t("Nothing has been created yet.")
        case _:
            yet = t("Nothing has been sent yet.")
    return t.sentences(
        [notices.explain(unfit, t), yet, _recipient_and_status(operation, conflict, t)]
    )


def _changes(conflict: Conflict, t: Translator) -> Iterator[str]:
    if "status" in conflict.changed:
        _, status = words.status(conflict.status, t)
        yield t("It's {status} now.", status=status)
    if "department" in conflict.changed or "assignee" in conflict.changed:
        yield _transferred(conflict, t)


def reason(failure: Failure, t: Translator) -> str:
    """Says why it was refused."""
    match failure.error:
        case ErrorCode.NOT_OFFERED:
            return notices.explain(e.NotOffered(failure.status), t)
        case ErrorCode.NOT_AN_AGENT:
            return t("You're no longer a LiveAgent agent, so this was not done.")
        case ErrorCode.NOT_A_MEMBER:
            return t("You're no longer a member of this workspace, so this was not done.")
        case ErrorCode.CUSTOMER_UNKNOWN:
            return notices.explain(e.CustomerUnknown("", 0, line(failure.reason)), t)
        case ErrorCode.BREAKDOWN:
            return t(
                "The bot stopped several times before it could do this, so it gave up. Nothing "
                "was changed in LiveAgent."
            )
        case code if code in _AS_ELSEWHERE:
            return notices.explain(_AS_ELSEWHERE[code], t)
        case _:
            return notices.explain(e.Refused("", 0, line(failure.reason)), t)


def _owner(outcome: Done | Conflict, t: Translator) -> str:
    return line(outcome.owner) or t("the customer")
