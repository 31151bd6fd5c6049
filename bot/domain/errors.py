"""What can go wrong, as people are told of it. `blocks/notices.py` says each in their language.

BotError
├── BadInput                     what was typed can't be used
│   ├── NotARef                  no ticket is named by it
│   ├── ForeignLink              a link, but not of this help desk
│   ├── NoRefInMessage           a message without any ticket in it
│   ├── UnknownCommand
│   └── NoTagChange              words that neither add nor remove a tag
├── NotAllowed                   who asks may not
│   ├── NotAMember               a guest, a stranger, a bot, somebody deactivated or unconfirmed
│   ├── NotAnAgent               a member whom LiveAgent does not know
│   ├── OutOfBounds              a ticket of a department that is not the agent's
│   │   └── ShowsTooMuch         a digest of departments that are not the agent's
│   ├── WordsOfAnAgent           a ticket as if an agent had asked, as a customer
│   ├── AdminNeeded              what only an admin or owner of LiveAgent may do
│   ├── SharedOutside            a channel that another company reads too
│   ├── NotInChannel             a channel that the bot is no member of, so that it can't post
│   └── ChannelUnseen            a channel that the bot can't look at, or that is none
├── TicketNotFound               LiveAgent has no such ticket
│   └── TicketUnavailable        or it has trouble: its answer is the same
├── NotOffered                   the ticket's status does not allow it any more
├── TooLate                      it has left, or somebody decided already
│   ├── DeletionUnderWay         a ticket whose deletion waits or is on its way
│   └── WordsGone                what was typed was kept long enough, and is blanked
├── NotStored                    the database did not take it in time: nothing is sent
├── DigestRemoved                a digest that somebody removed meanwhile
├── StillReading                 which departments are the agent's is not known yet
├── StaleButton                  a button of an older version of this bot
├── SlackDoesNotAnswer
└── LiveAgentError               names the call; never holds the key, nor what the call was about
    ├── NotMade                  surely not applied: may be sent again
    ├── Refused                  LiveAgent's own no
    │   ├── KeyRefused
    │   └── CustomerUnknown      a ticket in the words of a customer of whom LiveAgent has none
    └── PerhapsMade              no telling whether it was applied
        └── Unreadable           an answer, but not one of the API's
            └── TooLong          an answer that is longer than the bot reads
"""

from dataclasses import dataclass, field
from enum import StrEnum


class BotError(Exception):
    """The root: whatever derives from it has a sentence for people."""


class BadInput(BotError):
    """What was typed can't be used."""


class NotARef(BadInput):
    """Names no ticket. What was typed is not kept: it may be a public URL code."""


class ForeignLink(BadInput):
    """A link that leads to another help desk than the configured one."""


class NoRefInMessage(BadInput):
    """A message in which no ticket is named."""


@dataclass(eq=False)
class UnknownCommand(BadInput):
    """Keeps the nearest command alone: what was typed may be a customer's words."""

    nearest: str | None


class NoTagChange(BadInput):
    """Words after `/ticket tag REF` that are neither `+name` nor `-name`."""


class NotAllowed(BotError):
    """Who asks may not."""


class Outsider(StrEnum):
    """Why somebody in Slack does not count as a member of this workspace."""

    ANOTHER_WORKSPACE = "another workspace"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    GUEST = "guest"
    UNCONFIRMED = "unconfirmed"


@dataclass(eq=False)
class NotAMember(NotAllowed):
    """Not a full member of this workspace with a confirmed address."""

    reason: Outsider


@dataclass(eq=False)
class NotAnAgent(NotAllowed):
    """A member whose address, as Slack has it, is no LiveAgent agent's."""

    email: str


class OutOfBounds(NotAllowed):
    """A ticket of a department that is not the agent's, and not assigned to them."""


class ShowsTooMuch(OutOfBounds):
    """A digest that would show more of departments that are not the agent's."""


class StillReading(BotError):
    """Which departments are the agent's is not known yet: there are many, and the bot is new."""


class WordsOfAnAgent(NotAllowed):
    """A ticket as if a customer had asked whose address is an agent's: it would be their words."""


class AdminNeeded(NotAllowed):
    """What only an admin or owner of LiveAgent may do."""


class SharedOutside(NotAllowed):
    """A channel that another company reads too: nothing of a ticket goes there."""


class NotInChannel(NotAllowed):
    """A channel that the bot is no member of, so that it can't post there by itself."""


class ChannelUnseen(NotAllowed):
    """A channel of which Slack does not tell the bot who reads it, or a direct message."""


class TicketNotFound(BotError):
    """LiveAgent has no such ticket."""


class TicketUnavailable(TicketNotFound):
    """What LiveAgent answers where there is no such ticket, and where it has trouble of its own."""


@dataclass(eq=False)
class NotOffered(BotError):
    """The ticket's status does not allow the operation; `status` is LiveAgent's letter."""

    status: str


class TooLate(BotError):
    """An operation that has left already, or about which somebody decided already."""


class DeletionUnderWay(TooLate):
    """A ticket whose deletion waits or is on its way, for whoever asked for it."""


class WordsGone(TooLate):
    """What was typed was kept long enough, and is blanked."""


class NotStored(BotError):
    """What was submitted is not on disk; whoever typed it still has it before them."""


class DigestRemoved(BotError):
    """A digest that somebody removed meanwhile."""


class StaleButton(BotError):
    """A button or form that this version of the bot does not know."""


@dataclass(eq=False)
class SlackDoesNotAnswer(BotError):
    """Slack refused or did not answer `call`; `why` is its error, or what went wrong on the way."""

    call: str
    why: str

    def __str__(self) -> str:
        return f"Slack, {self.call}: {self.why}"


@dataclass(eq=False)
class LiveAgentError(BotError):
    """A call that brought no result; `call` is its name, as `GET conversations/{id}`."""

    call: str

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.call}"


@dataclass(eq=False)
class NotMade(LiveAgentError):
    """The call surely changed nothing. `retry_after` is in seconds, where LiveAgent gave it."""

    why: str
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.call} was not made: {self.why}"


@dataclass(eq=False)
class Refused(LiveAgentError):
    """LiveAgent's own no: `status` as in HTTP, `reason` in LiveAgent's words."""

    status: int
    reason: str = field(default="")

    def __str__(self) -> str:
        """For logs: the reason may hold a customer's words."""
        return f"{self.call} was refused ({self.status})"


class KeyRefused(Refused):
    """LiveAgent does not accept the API key."""


class CustomerUnknown(Refused):
    """A ticket in the words of a customer whom LiveAgent may not know: it has no other of them."""


@dataclass(eq=False)
class PerhapsMade(LiveAgentError):
    """No telling whether a write was applied; for a read, no answer in time."""

    why: str

    def __str__(self) -> str:
        return f"{self.call} may or may not have been made: {self.why}"


class Unreadable(PerhapsMade):
    """An answer came, but not one of the API's, or one that lacks what it must have."""


class TooLong(Unreadable):
    """An answer came that is longer than the bot reads: it would be no shorter another time."""
