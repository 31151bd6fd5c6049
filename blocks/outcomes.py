"""How an operation ended, in a sentence: what LiveAgent has now, or why it did not happen."""

from collections.abc import Iterator, Mapping
from typing import Any

from blocks import notices, words
from blocks.text import line
from bot.domain import errors as e
from bot.domain.outbox import State
from bot.domain.ticket import MessageKind, Status
from bot.i18n import Translator
from bot.operations import (
    AssignToMe,
    ChangeTags,
    Create,
    Delete,
    Note,
    Operation,
    Reply,
    Transfer,
)

Outcome = Mapping[str, Any]

_AS_ELSEWHERE: Mapping[str, type[e.BotError]] = {
    kind.__name__: kind
    for kind in (
        e.AdminNeeded,
        e.OutOfBounds,
        e.WordsOfAnAgent,
        e.TicketNotFound,
        e.TicketUnavailable,
    )
}
"""Errors that are told as they are where somebody is answered at once."""


def result(state: str, outcome: Outcome, t: Translator) -> str:
    """One line on how it ended, for the history."""
    match state:
        case State.DONE if not outcome.get("status"):
            return t("done, but not confirmed in LiveAgent")
        case State.DONE:
            _, status = words.status(str(outcome.get("status") or ""), t)
            return t("done (status: {status})", status=status)
        case State.ASKS:
            return t("not sent: the ticket had changed")
        case State.DOUBTFUL:
            return t("unclear whether it went through")
        case _:
            return t("not done: {reason}", reason=reason(outcome, t))


def done(operation: Operation, outcome: Outcome, t: Translator) -> str:
    """What LiveAgent has now, not what was asked for."""
    if not outcome.get("status"):
        return t("Done, but we couldn't confirm it in LiveAgent.")
    _, status = words.status(str(outcome["status"]), t)
    text = _done(operation, outcome, status, t)
    remark = _remark(outcome.get("remark") or {}, t)
    return t.sentences([text, remark]) if remark else text


def _remark(remark: Mapping[str, str] | str, t: Translator) -> str:
    """Why the status was left as it is; rows of older versions hold LiveAgent's reason alone."""
    if isinstance(remark, str):
        remark = {"why": "refused", "reason": remark}
    match remark.get("why"):
        case None:
            return ""
        case "news":
            return t("Someone wrote after that, so the ticket's status was left unchanged.")
        case "changed":
            return t("Someone changed the ticket after that, so its status was left unchanged.")
        case _:
            reason = line(str(remark.get("reason") or "")) or "?"
            return t("The status couldn't be changed: {reason}", reason=reason)


def _done(operation: Operation, outcome: Outcome, status: str, t: Translator) -> str:
    match operation:
        case Note() | Reply() if not outcome.get("stored_as"):
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
        case Delete() if outcome["status"] == Status.DELETED:
            return t("Deleted.")
        case _:
            return t("The ticket is {status}.", status=status)


def _replied(reply: Reply, outcome: Outcome, status: str, t: Translator) -> str:
    if outcome.get("stored_as") == MessageKind.NOTE:
        return t(
            "LiveAgent saved it as a note. No e-mail was sent. The ticket is {status}.",
            status=status,
        )
    if reply.email_customer:
        owner = _owner(outcome, t)
        return t("Sent to {owner}. The ticket is {status}.", owner=owner, status=status)
    return t("Saved as a reply. No e-mail was sent. The ticket is {status}.", status=status)


def _created(create: Create, outcome: Outcome, status: str, t: Translator) -> str:
    named = {"owner": _owner(outcome, t), "status": status}
    if create.email_customer and not create.is_by_customer:
        return t("Created and sent to {owner}. The ticket is {status}.", **named)
    return t("Created for {owner}. No e-mail was sent. The ticket is {status}.", **named)


def _tagged(outcome: Outcome, t: Translator) -> str:
    names = [line(str(name)) for name in outcome.get("tags") or ()]
    if not names:
        return t("The ticket has no tags now.")
    return t("Tags now: {names}", names=t.enumeration(names))


def _transferred(outcome: Outcome, t: Translator) -> str:
    agent = line(str(outcome.get("assignee") or "")) or t("nobody")
    department = line(str(outcome.get("department") or "")) or "?"
    return t("Now in {department}, assigned to {agent}.", department=department, agent=agent)


def asks(outcome: Outcome, t: Translator) -> str:
    """What the author has not seen yet, and is asked about."""
    match outcome.get("why"):
        case "unseen":
            return t(
                "Ready to send to {owner}. Nothing has been sent yet. Send it now?",
                owner=_owner(outcome, t),
            )
        case "unread":
            return t("The conversation couldn't be loaded when you opened the form. Do it anyway?")
        case "waited":
            changes = t.sentences(list(_changes(outcome, t)))
            return t(
                "Not done: LiveAgent wasn't responding, and you haven't seen the ticket since. "
                "{changes} Do it anyway?",
                changes=changes,
            )
        case "differs":
            changes = t.sentences(list(_changes(outcome, t)))
            return t("Not done: the ticket has changed. {changes} Do it anyway?", changes=changes)
        case _:
            return t("Not sent: there is a new message in the ticket. Send it anyway?")


def _changes(outcome: Outcome, t: Translator) -> Iterator[str]:
    changed = outcome.get("changed") or ()
    if "status" in changed:
        _, status = words.status(str(outcome.get("status") or ""), t)
        yield t("It's {status} now.", status=status)
    if "department" in changed or "assignee" in changed:
        yield _transferred(outcome, t)


def reason(outcome: Outcome, t: Translator) -> str:
    """Why it was refused."""
    name, said = str(outcome.get("error") or ""), line(str(outcome.get("reason") or ""))
    match name:
        case "NotOffered":
            return notices.say(e.NotOffered(str(outcome.get("status") or "")), t)
        case "NotAnAgent":
            return t("You're no longer a LiveAgent agent. Nothing was sent.")
        case "NotAMember":
            return t("You're no longer a member of this workspace. Nothing was sent.")
        case "KeyRefused":
            return notices.say(e.KeyRefused("", 0), t)
        case "CustomerUnknown":
            return notices.say(e.CustomerUnknown("", 0, said), t)
        case _ if name in _AS_ELSEWHERE:
            return notices.say(_AS_ELSEWHERE[name](), t)
        case _:
            return notices.say(e.Refused("", 0, said), t)


def _owner(outcome: Outcome, t: Translator) -> str:
    return line(str(outcome.get("owner") or "")) or t("the customer")
