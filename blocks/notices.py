"""Short answers to one person: every error of the tree, said in their language."""

from collections.abc import Mapping

from slack_sdk.models.blocks import ActionsBlock, Block

from blocks import words
from blocks.ids import Id
from blocks.text import Post, button, line, lines, said, small
from bot.domain import errors as e
from bot.i18n import Translator, later

LIMIT = 500

_OUTSIDERS = {
    e.Outsider.ANOTHER_WORKSPACE: later("Tickets are for members of this workspace alone."),
    e.Outsider.BOT: later("Tickets are for people: bots can't see them."),
    e.Outsider.DEACTIVATED: later("Your account in this workspace is deactivated."),
    e.Outsider.GUEST: later("Guests of this workspace can't see tickets. Ask a member for help."),
    e.Outsider.UNCONFIRMED: later(
        "Your e-mail address is not confirmed in Slack yet. Confirm it, then try again."
    ),
}
_SENTENCES: Mapping[type[BaseException], str] = {
    e.OutOfBounds: later("This ticket is in a department that you don't belong to."),
    e.ShowsTooMuch: later(
        "Of departments that you don't belong to, a digest can't show more than it does already."
    ),
    e.StillReading: later(
        "The bot is still reading which departments are yours. Try again in a few minutes."
    ),
    e.WordsOfAnAgent: later(
        "This address is an agent's: the words would be theirs. Write to them as an agent instead."
    ),
    e.AdminNeeded: later("Only an admin or owner of LiveAgent may do that."),
    e.SharedOutside: later(
        "Another company reads this channel: nothing of a ticket is shown here."
    ),
    e.NotInChannel: later(
        "The bot is no member of this channel, so it can't post here. Type /invite, then try again."
    ),
    e.ChannelUnseen: later(
        "Slack does not let the bot look at this channel. Invite it, then try again; "
        "in direct messages nothing can be shared."
    ),
    e.TicketNotFound: later("LiveAgent has no such ticket. Was it typed in full?"),
    e.TicketUnavailable: later(
        "LiveAgent has no such ticket, or has trouble just now. Was it typed in full? "
        "Else try again in a moment."
    ),
    e.TooLate: later("It has left already, or was decided already."),
    e.DeletionUnderWay: later(
        "Somebody deletes this ticket already. As long as it waits, they can take it back."
    ),
    e.WordsGone: later("What was typed there is not kept any more."),
    e.NotStored: later(
        "The bot's database did not take this in time. Please press again: it is done once."
    ),
    e.DigestRemoved: later(
        "Somebody has removed this digest. /ticket digest shows those of the channel."
    ),
    e.StaleButton: later(
        "This button comes from an older version. Open the ticket again with /ticket."
    ),
    e.SlackDoesNotAnswer: later("Slack did not answer the bot. Please try again."),
}


def say(error: BaseException, t: Translator) -> str:
    """One or two sentences: what happened, and what to do."""
    match error:
        case e.NotAllowed():
            return _not_allowed(error, t)
        case e.BadInput():
            return _bad_input(error, t)
        case e.NotOffered(status=letter):
            _, status = words.status(letter, t)
            return t("The ticket is {status} now: this can't be done to it.", status=status)
        case e.LiveAgentError():
            return _liveagent(error, t)
        case _:
            unforeseen = later("Something went wrong in the bot. Nothing was changed.")
            return t(_SENTENCES.get(type(error), unforeseen))


def notice(
    text: str,
    t: Translator,
    *,
    reference: str = "",
    again: tuple[Id, str] | None = None,
    typed: str = "",
) -> Post:
    """`reference` also stands in the log; `again` is what the button *Try again* does.

    `typed` are words that would be lost otherwise.
    """
    blocks: list[Block] = [lines([[said(text, limit=LIMIT)]])]
    if typed:
        blocks.append(lines([[said(typed, limit=3000)]]))
    if reference:
        blocks.append(small(told_reference(reference, t)))
    if again:
        blocks.append(ActionsBlock(elements=[button(t("Try again"), *again)]))
    return Post(text, blocks)


def told_reference(reference: str, t: Translator) -> str:
    """By it, who runs the bot finds all lines in the logs."""
    return t("Reference for who runs this bot: {reference}", reference=reference)


def _not_allowed(error: e.NotAllowed, t: Translator) -> str:
    match error:
        case e.NotAMember(reason=reason):
            return t(_OUTSIDERS[reason])
        case e.NotAnAgent(email=""):
            return t("Slack shows no e-mail address for you, so LiveAgent can't know who you are.")
        case e.NotAnAgent(email=email):
            return t(
                "LiveAgent has no agent with your Slack address {email}. "
                "Ask an administrator of LiveAgent to add you.",
                email=line(email),
            )
        case _:
            return t(_SENTENCES[type(error)])


def _bad_input(error: e.BadInput, t: Translator) -> str:
    match error:
        case e.UnknownCommand(nearest=None):
            return t("That is no command, and it names no ticket.")
        case e.UnknownCommand(nearest=nearest):
            return t("Did you mean {command}?", command=f"/ticket {nearest}")
        case e.ForeignLink():
            return t("That link does not lead into this help desk.")
        case e.NoTagChange():
            return t("Write +vip to add a tag, and -vip to remove it.")
        case e.NoRefInMessage():
            return t("No ticket is named in this message.")
        case _:
            return t(
                "That names no ticket. A code looks like AX4-B4T-FD8; an id, a public URL code "
                "or a link to the ticket will do too."
            )


def _liveagent(error: e.LiveAgentError, t: Translator) -> str:
    match error:
        case e.KeyRefused():
            return t("LiveAgent does not accept the bot's API key. Please tell who runs this bot.")
        case e.CustomerUnknown(reason=reason):
            unknown = t(
                "LiveAgent may not know this customer yet, and then takes no words of theirs. "
                "With Edit you can write to them in your own name instead."
            )
            return t.sentences([unknown, _refused(reason, t)])
        case e.Refused(reason=reason):
            return _refused(reason, t)
        case e.TooLong():
            return t(
                "LiveAgent's answer is longer than this bot reads ({call}). "
                "Please look in LiveAgent itself.",
                call=error.call,
            )
        case e.Unreadable():
            return t("LiveAgent gave an answer that can't be read ({call}).", call=error.call)
        case _:
            return t("LiveAgent does not answer just now. Please try again in a moment.")


def _refused(reason: str, t: Translator) -> str:
    said = line(reason)
    if not said:
        return t("LiveAgent refused, and gave no reason.")
    return t("LiveAgent refused: {reason}", reason=said)
