"""What can go wrong. `blocks/notices.py` explains each error to people in their language.

BotError
├── BadInput                     the input can't be used
│   ├── NotARef                  it names no ticket
│   ├── ForeignLink              it is a link to another help desk
│   ├── NoRefInMessage           the message names no ticket
│   ├── UnknownCommand           there is no such command
│   ├── NoTagChange              the text neither adds nor removes a tag
│   ├── TakesNoText              the command takes a ticket and no text
│   ├── NotATime                 the text is no time
│   ├── PastTime                 the time is not in the future
│   └── TooFarAhead              the time is more than a year ahead
├── NotAllowed                   the user has no permission
│   ├── NotAMember               a guest, stranger, bot, or deactivated or unconfirmed user
│   ├── NotAnAgent               a member whom LiveAgent does not know
│   ├── OutOfBounds              the ticket's department is not the agent's
│   │   ├── DepartmentOutOfBounds    a department is not, and there is no ticket
│   │   └── ShowsTooMuch         a channel would see more of departments that are not the agent's
│   ├── CustomerIsAgent          the customer's address is an agent's
│   ├── AdminNeeded              reserved for admins and owners of LiveAgent
│   ├── V3KeyNeeded              the bot has no key of version 3 that may do it
│   ├── SharedOutside            another company reads the channel too
│   ├── AnswerOutOfBounds        the saved answer, or its department, is not the agent's
│   ├── NotInChannel             the bot is not a member of the channel, so it can't post
│   └── ChannelUnseen            the bot can't look at the channel, or it is none
├── NeedsClick                   a form, which Slack opens only after a click or a command
├── TicketNotFound               LiveAgent has no such ticket
│   └── TicketUnavailable        or it has trouble: its answer is the same
├── NotOffered                   the ticket's status does not allow the operation
├── TooLate                      it has already left, or somebody has already decided
│   ├── Outdated                 the button is of an earlier state of it
│   ├── DeletionUnderWay         the ticket's deletion is waiting or under way
│   ├── UnderWay                 somebody else's same operation on the ticket is
│   └── TextErased               the text was erased after its retention
├── NotStored                    the database failed or was too slow: nothing is sent
├── CommitOutcomeUnknown         the same, but it may have stored it
├── DatabaseAway                 the bot's own database can't be used, mostly for reading
├── DigestRemoved                somebody has removed the digest meanwhile
├── AnswerGone                   somebody has deleted the saved answer meanwhile
├── AnswerChanged                somebody has changed the saved answer meanwhile
├── AnswerTooLong                the saved answer does not fit below what is typed
├── DepartmentsLoading           the agent's departments are not known yet
├── StaleButton                  the button is of another version of the bot
├── FileFailed                   a file can't go where it should
│   ├── FileUnfit                it can't be sent to LiveAgent
│   └── FileOutOfReach           it can't be got from LiveAgent
├── SlackDoesNotAnswer           Slack refused or did not answer
│   └── PostRefused              Slack lets the bot post nothing in the channel
└── LiveAgentError               names the call; never holds the key, nor the call's data
    ├── NotApplied               certainly not applied: may be sent again
    ├── AnyRefusal               LiveAgent's own refusal
    │   ├── KeyRefused           LiveAgent does not accept the API key
    │   └── Refused              it refused this call
    │       ├── NotPrivileged    the API key lacks the privilege for it
    │       └── CustomerUnknown  a ticket in the name of a customer whom LiveAgent lacks
    └── OutcomeUnknown           may or may not have been applied
        └── Unreadable           an answer, but not one of the API's
            └── TooLong          an answer that is longer than the bot reads
"""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.files import FileTrouble


class BotError(Exception):
    """The root of the errors that `blocks/notices.py` explains to people."""


class BadInput(BotError):
    """The input can't be used."""


class NotARef(BadInput):
    """The input names no ticket. It is not kept, because it may be a public URL code."""


class ForeignLink(BadInput):
    """The link leads to another help desk than the configured one."""


class NoRefInMessage(BadInput):
    """The message names no ticket."""


@dataclass(eq=False)
class UnknownCommand(BadInput):
    """There is no such command.

    `nearest` is a similar one, if any; `meant` is a whole command to propose, which may quote a
    customer. `shows` is the command that shows the ticket after the unknown word.
    """

    nearest: str | None
    meant: str = field(default="", repr=False)
    shows: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.nearest}"


class NoTagChange(BadInput):
    """The text after `/ticket tag REF` contains something other than `+name` and `-name`."""


class TakesNoText(BadInput):
    """The command takes a ticket, and would lose the text that follows it."""


class NotATime(BadInput):
    """The text is no time that the bot understands."""


class PastTime(BadInput):
    """The time is not in the future."""


class TooFarAhead(BadInput):
    """The time is more than a year ahead."""


class NotAllowed(BotError):
    """The user has no permission."""


class Outsider(StrEnum):
    """Why a Slack user does not count as a member of this workspace."""

    ANOTHER_WORKSPACE = "another workspace"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    GUEST = "guest"
    UNCONFIRMED = "unconfirmed"


@dataclass(eq=False)
class NotAMember(NotAllowed):
    """The user is not a full member of this workspace with a confirmed e-mail address."""

    reason: Outsider


@dataclass(eq=False)
class NotAnAgent(NotAllowed):
    """The member's e-mail address in Slack belongs to no LiveAgent agent."""

    email: str = field(repr=False)

    def __str__(self) -> str:
        """Leaves out the address, because this text goes into logs."""
        return type(self).__name__


class OutOfBounds(NotAllowed):
    """The ticket is neither in one of the agent's departments nor assigned to the agent."""


class DepartmentOutOfBounds(OutOfBounds):
    """A department is not the agent's, where there is no ticket: in a search, or for a new one."""


class ShowsTooMuch(OutOfBounds):
    """A channel would see more of departments that are not the agent's."""


class DepartmentsLoading(BotError):
    """The agent's departments are not known yet: there are many, and the bot has just started."""


class CustomerIsAgent(NotAllowed):
    """The customer's address is an agent's, so the ticket would become the agent's message."""


class AdminNeeded(NotAllowed):
    """The operation is reserved for admins and owners of LiveAgent."""


class V3KeyNeeded(NotAllowed):
    """The bot has no API key of version 3, or LiveAgent recently refused this to the key."""


class SharedOutside(NotAllowed):
    """The channel is shared with another company, so nothing of a ticket may go there."""


class AnswerOutOfBounds(NotAllowed):
    """The saved answer is not the agent's to change, or the department is not theirs."""


class NotInChannel(NotAllowed):
    """The bot is not a member of the channel, so it can't post there by itself."""


class ChannelUnseen(NotAllowed):
    """Slack does not tell the bot who reads the channel, or it is a direct message."""


@dataclass(eq=False)
class TicketNotFound(BotError):
    """LiveAgent has no such ticket. `name` is its code, "" if it was named otherwise."""

    name: str = ""


class TicketUnavailable(TicketNotFound):
    """LiveAgent's answer means that there is no such ticket or that LiveAgent has trouble."""


@dataclass(eq=False)
class NotOffered(BotError):
    """The ticket's status does not allow the operation; `status` is LiveAgent's letter."""

    status: str


class TooLate(BotError):
    """The operation has already left, or somebody has already decided on it."""


class Outdated(TooLate):
    """The operation's state has changed since the button was drawn; it is shown again."""


class DeletionUnderWay(TooLate):
    """Somebody has already requested the ticket's deletion."""


class UnderWay(TooLate):
    """Somebody else has already requested the same operation on the ticket."""


class TextErased(TooLate):
    """The text was erased because its retention ended."""


class NotStored(BotError):
    """The submission is not on disk; the form still shows its text to the author."""


@dataclass(eq=False)
class CommitOutcomeUnknown(BotError):
    """The submission may be on disk, now or soon.

    `can_press_again`: a form shows its text, and submitting it again has no second effect.
    """

    can_press_again: bool


@dataclass(eq=False)
class DatabaseAway(BotError):
    """The bot's own database can't be used now. `only_read`: nothing was to be changed."""

    why: str
    only_read: bool

    def __str__(self) -> str:
        return self.why


class DigestRemoved(BotError):
    """Somebody has removed the digest meanwhile."""


class AnswerGone(BotError):
    """Somebody has deleted the saved answer meanwhile, or it is no longer for this agent."""


class AnswerChanged(BotError):
    """Somebody has changed the saved answer since the form showed it."""


class AnswerTooLong(BotError):
    """The saved answer does not fit below what is typed."""


@dataclass(eq=False)
class NeedsClick(BotError):
    """The form requires a click or a command: Slack opens none otherwise.

    `meant` is the command.
    """

    meant: str = field(default="", repr=False)


class StaleButton(BotError):
    """The button or form is unknown to this version of the bot."""


@dataclass(eq=False)
class FileFailed(BotError):
    """A file can't go where it should."""

    trouble: FileTrouble
    name: str = field(default="", repr=False)
    megabytes: int = 0
    """The limit that it exceeds, if that is why."""

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.trouble}"


@dataclass(eq=False)
class FileUnfit(FileFailed):
    """The file can't be sent to LiveAgent; `reason` is LiveAgent's, if any."""

    reason: str = field(default="", repr=False)


class FileOutOfReach(FileFailed):
    """A ticket's file can't be read: it is gone from LiveAgent, or is only a link."""


@dataclass(eq=False)
class SlackDoesNotAnswer(BotError):
    """Slack refused or did not answer `call`; `why` is its error or the connection's failure."""

    call: str
    why: str

    def __str__(self) -> str:
        return f"Slack, {self.call}: {self.why}"


class PostRefused(SlackDoesNotAnswer):
    """Slack does not let the bot post in the channel: it is archived or restricted."""


@dataclass(eq=False)
class LiveAgentError(BotError):
    """A call brought no result; `call` is its name, as in `GET conversations/{id}`."""

    call: str

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.call}"


@dataclass(eq=False)
class NotApplied(LiveAgentError):
    """The call certainly changed nothing. `retry_after` is LiveAgent's value in seconds, if any."""

    why: str
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.call} was not made: {self.why}"


@dataclass(eq=False)
class AnyRefusal(LiveAgentError):
    """LiveAgent's own refusal: `status` is HTTP's, `reason` is LiveAgent's text."""

    status: int
    reason: str = field(default="")

    def __str__(self) -> str:
        """Leaves out the reason, which may quote a customer, because this text goes into logs."""
        return f"{self.call} was refused ({self.status})"


class KeyRefused(AnyRefusal):
    """LiveAgent does not accept the API key."""


class Refused(AnyRefusal):
    """LiveAgent refused the call, for another reason than its key."""


class NotPrivileged(Refused):
    """The API key lacks the privilege for this call."""


class CustomerUnknown(Refused):
    """LiveAgent refused a ticket in a customer's name; it may not know the customer."""


@dataclass(eq=False)
class OutcomeUnknown(LiveAgentError):
    """A write may have been applied; for a read, no answer came in time."""

    why: str

    def __str__(self) -> str:
        return f"{self.call} may or may not have been made: {self.why}"


class Unreadable(OutcomeUnknown):
    """The answer is not one of the API's, or lacks a required part."""


class TooLong(Unreadable):
    """The answer is longer than the bot reads; a retry would not help."""


MAY_PASS = (LiveAgentError, SlackDoesNotAnswer, TicketUnavailable)
"""Errors that a retry may not meet again. Catch them before `OUT_OF_REACH`."""
OUT_OF_REACH = (NotAllowed, TicketNotFound)
"""Errors for a ticket that is gone or that the reader may no longer see."""

_SERVER_ERROR = 500


def is_worth_another_try(error: BaseException) -> bool:
    """Whether it may be temporary, unlike a missing permission or a deleted ticket."""
    match error:
        case KeyRefused() | NotPrivileged() | TooLong() | PostRefused():
            return False
        case AnyRefusal(status=status):
            return status >= _SERVER_ERROR
        case _:
            return isinstance(error, (*MAY_PASS, DatabaseAway, DepartmentsLoading))
