"""Short answers to one person, including the explanation of every error."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, RichTextElementParts

from blocks import words
from blocks.ids import Id
from blocks.text import Post, button, line, lines, small, text_part
from bot.domain import errors as e
from bot.domain.files import FileTrouble
from bot.i18n import N_, Translator

MAX_LENGTH = 500
_SAYS_NOTHING = {"common processing error", "internal server error"}
"""LiveAgent's text for every refusal that it doesn't explain."""

_OUTSIDERS = {
    e.Outsider.ANOTHER_WORKSPACE: N_("Only members of this workspace can see tickets."),
    e.Outsider.BOT: N_("Bots can't see tickets."),
    e.Outsider.DEACTIVATED: N_("Your account in this workspace is deactivated."),
    e.Outsider.GUEST: N_("Guests can't see tickets. Ask a member of this workspace for help."),
    e.Outsider.UNCONFIRMED: N_(
        "Your e-mail address isn't confirmed in Slack yet. Confirm it, then try again."
    ),
}
_SENTENCES: Mapping[type[BaseException], str] = {
    e.OutOfBounds: N_("This ticket is in a department you don't belong to."),
    e.DepartmentOutOfBounds: N_("You don't belong to this department."),
    e.ShowsTooMuch: N_("You can't show a channel more about departments you don't belong to."),
    e.DepartmentsLoading: N_("Your departments are still loading. Try again in a few minutes."),
    e.CustomerIsAgent: N_(
        "This address belongs to an agent, so the message would appear as theirs. "
        "Choose “Write to a customer” instead."
    ),
    e.AdminNeeded: N_("Only LiveAgent admins and owners can do this."),
    e.V3KeyNeeded: N_(
        "This isn't set up: the bot has no LiveAgent API key of version 3 that may do it. Please "
        "tell your admin."
    ),
    e.TakesNoText: N_(
        "Nothing was done, because this command takes no text. Type it without, or use /ticket "
        "note to leave an internal note."
    ),
    e.NotATime: N_(
        "I don't understand that time. Try tomorrow 9:30, monday 8:00, 3d or 2026-12-01."
    ),
    e.PastTime: N_("That time is already past."),
    e.TooFarAhead: N_("That's more than a year away."),
    e.SharedOutside: N_(
        "This channel is shared with another company, so tickets can't be shown here."
    ),
    e.NotInChannel: N_(
        "The bot can't post here: it isn't in this channel, or the channel is archived. Type "
        "/invite, then try again."
    ),
    e.ChannelUnseen: N_(
        "The bot can't see this channel. Invite it and try again. Tickets can't be "
        "shared in direct messages."
    ),
    e.TicketNotFound: N_("LiveAgent doesn't have this ticket. It may have been deleted."),
    e.TicketUnavailable: N_(
        "LiveAgent doesn't have this ticket, or is having trouble. Try again in a moment."
    ),
    e.TooLate: N_("Too late: this was already sent or handled."),
    e.Outdated: N_(
        "Something has changed since this was shown, so nothing was done. Decide on the new notice."
    ),
    e.DeletionUnderWay: N_(
        "Someone is already deleting this ticket. They can still undo it while it waits."
    ),
    e.UnderWay: N_(
        "Someone is already doing this to the ticket. They can still undo it while it waits."
    ),
    e.TextErased: N_("This text is no longer saved."),
    e.NotStored: N_("We couldn't save this in time. Try again; it won't be sent twice."),
    e.DigestRemoved: N_(
        "This digest was removed. Type /ticket digest to see this channel's digests."
    ),
    e.AnswerOutOfBounds: N_(
        "You can change your own saved answers and those of departments you belong to."
    ),
    e.AnswerGone: N_("This saved answer was deleted, or you can no longer use it."),
    e.AnswerChanged: N_(
        "Someone else changed this answer while you were editing. Copy your text, then open the "
        "answer again."
    ),
    e.AnswerTooLong: N_("This saved answer doesn't fit: the message would become too long."),
    e.StaleButton: N_("This button is from an older version. Open the ticket again with /ticket."),
    e.NeedsClick: N_("This opens a form. Type it after /ticket."),
    e.SlackDoesNotAnswer: N_("Slack didn't respond. Please try again."),
    e.PostRefused: N_(
        "Slack doesn't let the bot post in the channel. It may be archived, or posting may be "
        "restricted."
    ),
}


def explain(error: BaseException, t: Translator) -> str:
    """Returns one or two sentences: what happened, and what to do."""
    match error:
        case e.NotAllowed():
            return _not_allowed(error, t)
        case e.BadInput():
            return _bad_input(error, t)
        case e.CommitOutcomeUnknown() | e.DatabaseAway():
            return _database(error, t)
        case e.NotOffered(status=letter):
            _, status = words.status(letter, t)
            return t("You can't do this while the ticket is {status}.", status=status)
        case e.TicketUnavailable(name=name) if name:
            unavailable = N_(
                "No ticket {name}, or LiveAgent is having trouble. Check the code, or try again "
                "in a moment."
            )
            return t(unavailable, name=name)
        case e.TicketNotFound(name=name) if name:
            return t("No ticket {name} in LiveAgent. Check the code and try again.", name=name)
        case e.LiveAgentError():
            return _liveagent(error, t)
        case e.FileFailed():
            return _file(error, t)
        case _:
            unforeseen = N_(
                "Something went wrong. If this was a change, check whether it was made before you "
                "try again."
            )
            return t(_SENTENCES.get(type(error), unforeseen))


def _database(error: e.CommitOutcomeUnknown | e.DatabaseAway, t: Translator) -> str:
    match error:
        case e.CommitOutcomeUnknown(can_press_again=True):
            return t(
                "This is taking a while and may or may not have been saved. Press again to be "
                "sure; nothing will happen twice."
            )
        case e.CommitOutcomeUnknown():
            return t(
                "This is taking a while and may or may not have been saved. Check before you try "
                "again."
            )
        case e.DatabaseAway(only_read=True):
            return t(
                "The bot can't reach its own database right now. Nothing was changed. Try again in "
                "a moment."
            )
        case _:
            return t(
                "The bot can't reach its own database right now. If this was a change, check "
                "whether it was made before you try again."
            )


def _file(error: e.FileFailed, t: Translator) -> str:
    return _unfit(error, t) if isinstance(error, e.FileUnfit) else _out_of_reach(error, t)


def _unfit(error: e.FileUnfit, t: Translator) -> str:
    name = line(error.name) or t("A file")
    match error.trouble:
        case FileTrouble.GONE:
            return t("We couldn't get {name} from Slack. It may have been deleted.", name=name)
        case FileTrouble.ELSEWHERE:
            return t("{name} isn't stored in Slack; Slack only links to it.", name=name)
        case FileTrouble.TOO_LARGE:
            return t("{name} is larger than {size} MB.", name=name, size=error.megabytes)
        case FileTrouble.EMPTY:
            return t("{name} is empty.", name=name)
        case FileTrouble.PROGRAM:
            return t("{name} is a program, and those can't be sent.", name=name)
        case FileTrouble.REFUSED:
            reason = line(error.reason) or "?"
            return t("LiveAgent didn't accept {name} ({reason}).", name=name, reason=reason)
        case FileTrouble.CUT:
            return t("We tried several times but couldn't upload {name} to LiveAgent.", name=name)
        case FileTrouble.DROPPED:
            return t(
                "LiveAgent accepted files recently but left them out of the ticket, so we stopped "
                "before sending."
            )


def _out_of_reach(error: e.FileFailed, t: Translator) -> str:
    name = line(error.name) or t("A file")
    match error.trouble:
        case FileTrouble.TOO_LARGE:
            return t("{name} is larger than {size} MB.", name=name, size=error.megabytes)
        case FileTrouble.EMPTY:
            return t("{name} is empty.", name=name)
        case FileTrouble.PROGRAM:
            return t("{name} is a program. If you trust it, download it in LiveAgent.", name=name)
        case FileTrouble.ELSEWHERE:
            return t(
                "{name} isn't stored in LiveAgent; the ticket only links to it. Open the ticket in "
                "LiveAgent to see it.",
                name=name,
            )
        case _:
            return t("We couldn't get {name} from LiveAgent. It may have been deleted.", name=name)


def notice(
    text: str,
    t: Translator,
    *,
    reference: str = "",
    typed: str = "",
    command: str = "",
    buttons: Sequence[ButtonElement] = (),
) -> Post:
    """Returns the answer. `reference` is also in the log; `command` is what was requested.

    `typed` is input that would be lost otherwise.
    """
    blocks: list[Block] = [lines([[text_part(text, limit=MAX_LENGTH)]])]
    if command:
        blocks.append(small(command))
    if typed:
        blocks.append(lines([[text_part(typed, limit=3000)]]))
    if reference:
        blocks.append(small(error_id(reference, t)))
    if buttons:
        blocks.append(ActionsBlock(elements=[*buttons]))
    return Post(text, blocks)


def remarked(post: Post, remark: str) -> Post:
    """Returns the answer below a remark on what was typed, if there is any."""
    return Post(f"{remark} {post.text}", [small(remark), *post.blocks]) if remark else post


def channel_notice(channel: str, text: str) -> Post:
    """Returns a warning below the name of the channel that it is about."""
    place = [text_part("⚠️ "), RichTextElementParts.Channel(channel_id=channel)]
    return Post(f"⚠️ {text}", [lines([place, [text_part(text, limit=MAX_LENGTH)]])])


def try_again(again: tuple[Id, str] | None, t: Translator) -> Sequence[ButtonElement]:
    """Returns the button with this action and value, if there is one."""
    return [button(t("Try again"), *again)] if again else []


def error_id(reference: str, t: Translator) -> str:
    """Returns the id by which operators find all related log lines."""
    return t("Error ID for your admin: {reference}", reference=reference)


def _not_allowed(error: e.NotAllowed, t: Translator) -> str:
    match error:
        case e.NotAMember(reason=reason):
            return t(_OUTSIDERS[reason])
        case e.NotAnAgent(email=""):
            return t(
                "Slack doesn't show an e-mail address for you, so we can't find you in LiveAgent."
            )
        case e.NotAnAgent(email=email):
            return t(
                "No LiveAgent agent has your Slack e-mail address, {email}. Ask a LiveAgent "
                "admin to add you.",
                email=line(email),
            )
        case _:
            return t(_SENTENCES[type(error)])


def _bad_input(error: e.BadInput, t: Translator) -> str:
    match error:
        case e.UnknownCommand(nearest=None):
            return t("I don't know that command or ticket.")
        case e.UnknownCommand(nearest=nearest):
            return t("Did you mean {command}?", command=f"/ticket {nearest}")
        case e.ForeignLink():
            return t("That link doesn't belong to this help desk.")
        case e.NoTagChange():
            return t("Type +vip to add a tag and -vip to remove it.")
        case e.NoRefInMessage():
            return t("This message mentions no ticket. Type its code, ID or link after /ticket.")
        case e.TakesNoText() | e.NotATime() | e.PastTime() | e.TooFarAhead():
            return t(_SENTENCES[type(error)])
        case _:
            return t(
                "Which ticket? Use its code (like AX4-B4T-FD8), its ID, its public URL code or "
                "a link."
            )


def _liveagent(error: e.LiveAgentError, t: Translator) -> str:
    match error:
        case e.KeyRefused():
            return t("LiveAgent rejected the bot's API key. Please tell your admin.")
        case e.NotPrivileged():
            return t("The bot's LiveAgent API key may not do this. Please tell your admin.")
        case e.CustomerUnknown(reason=reason):
            unknown = t(
                "LiveAgent may not know this customer yet, so it can't log a request from "
                "them. Write to them in your own name instead, or choose Edit to change the "
                "address."
            )
            return t.sentences([unknown, _refused(reason, t) if _given_reason(reason) else ""])
        case e.Refused(reason=reason):
            return _refused(reason, t)
        case e.TooLong():
            return t(
                "LiveAgent's response is too large to read ({call}). Please look in LiveAgent.",
                call=error.call,
            )
        case e.Unreadable():
            return t("LiveAgent sent a response we couldn't read ({call}).", call=error.call)
        case _:
            return t("LiveAgent isn't responding. Try again in a moment.")


def _refused(reason: str, t: Translator) -> str:
    if not (text := _given_reason(reason)):
        return t("LiveAgent couldn't do this and gave no reason.")
    return t("LiveAgent couldn't do this: {reason}", reason=text)


def _given_reason(reason: str) -> str:
    """Returns LiveAgent's reason, "" if it gives none."""
    text = line(reason)
    return "" if text.casefold().strip(" .") in _SAYS_NOTHING else text
