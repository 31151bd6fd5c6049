"""A customer's rating of an answer."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """`is_good` is None for a kind that the bot does not know. It lacks who rated, on purpose."""

    is_good: bool | None
    created: datetime
    ticket_id: str
    agent_email: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
