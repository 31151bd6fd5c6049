"""A Slack message that shows a ticket, as the bot remembers it: without a word of the mail."""

from dataclasses import dataclass, field
from enum import StrEnum


class ShownAs(StrEnum):
    """What the message is."""

    SHARED = "shared"
    """A card that somebody shared with a channel."""
    LIVE = "live"
    """A live channel's message about one ticket."""
    LINE = "line"
    """What is told in the thread of a live channel's message, or a link in a thread."""
    DIGEST = "digest"
    """A digest, once for each ticket that it lists; one of a week once, without a ticket."""
    NEWS = "news"
    """What is new of a ticket, told to the agent who has it."""
    DIRECT = "conversation"
    """A person's card in their direct messages with the bot: an ordinary message."""
    PRIVATE = "private"
    """A person's card that only they see. It changes through a click's `response_url`."""


FOLLOWING = frozenset({ShownAs.SHARED, ShownAs.LIVE, ShownAs.DIRECT, ShownAs.PRIVATE})
"""Those that are redrawn when the ticket changes."""
IN_CHANNELS = frozenset({ShownAs.SHARED, ShownAs.LIVE, ShownAs.LINE, ShownAs.DIGEST})
"""Those that are taken back where another company reads their channel."""
HIDDEN, TO_HIDE = "hidden", "to hide"
"""The `content` of a message whose ticket was, or is to be, taken out of a channel."""
PERSONAL = frozenset({ShownAs.DIRECT, ShownAs.PRIVATE})
"""Those that show what their `slack_user` may see, and nobody else sees."""


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """A message and a ticket that it shows; a digest has one for each ticket.

    `slack_user` is who shared it, or whose card it is. `language` is the message's, "" for its
    reader's. `comment` is what was typed when it was shared. `content` is a digest of what it
    showed last. `uses` counts what following took of its `response_url`. `changes` counts reported
    changes; the last was `age` seconds ago.
    """

    channel: str
    ts: str
    ticket_id: str
    shown_as: ShownAs
    code: str = ""
    slack_user: str = ""
    shows_subject: bool = False
    language: str = ""
    comment: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    content: str = ""
    id: int = 0
    uses: int = 0
    changes: int = 0
    lease_token: int = 0
    failures: int = 0
    age: float = 0.0
