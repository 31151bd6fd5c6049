"""A Slack message that shows a ticket, as stored: without any text of the ticket."""

from dataclasses import dataclass, field
from enum import StrEnum


class ShownAs(StrEnum):
    """The kind of the message."""

    SHARED = "shared"
    """A card that somebody shared with a channel."""
    LIVE = "live"
    """A live channel's message about one ticket."""
    LINE = "line"
    """A line in the thread of a live channel's message, or a link in a thread."""
    DIGEST = "digest"
    """A digest, one row per listed ticket; a weekly one has one row without a ticket."""
    NEWS = "news"
    """A direct message about a ticket to its assignee."""
    DIRECT = "conversation"
    """A person's card in their direct messages with the bot: an ordinary message."""
    PRIVATE = "private"
    """A person's card that only they see. It is updated through a click's `response_url`."""


FOLLOWING = frozenset({ShownAs.SHARED, ShownAs.LIVE, ShownAs.DIRECT, ShownAs.PRIVATE})
"""Kinds that are redrawn when the ticket changes."""
IN_CHANNELS = frozenset({ShownAs.SHARED, ShownAs.LIVE, ShownAs.LINE, ShownAs.DIGEST})
"""Kinds that are hidden if another company reads their channel."""
HIDDEN, TO_HIDE = "hidden", "to hide"
"""The `content` of a message whose ticket was, or must be, removed from a channel."""
PERSONAL = frozenset({ShownAs.DIRECT, ShownAs.PRIVATE})
"""Kinds that only their `slack_user` sees, limited by that user's permissions."""


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """A message and a ticket that it shows; a digest has one for each ticket.

    `slack_user` is who shared it, or whose card it is. `language` is the message's, "" for its
    reader's. `comment` is what was typed when it was shared. `content` is a digest of its last
    content. `uses` counts uses of its `response_url` for updates. `changes` counts reported
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
