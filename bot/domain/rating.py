"""A customer's rating of an answer."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating without its author. `is_good` is None for a kind that the bot does not know."""

    is_good: bool | None
    created: datetime
    ticket_id: str
    agent_email: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
