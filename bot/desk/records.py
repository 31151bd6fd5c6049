"""What the bot keeps of people, as listeners use it. `bot/storage` stores it.

What is merely noted beside the thing that somebody asked for raises nothing: while the database is
away it is not known, and the thing goes on without it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.domain.filter import Filter
from bot.domain.people import OpenForm
from bot.domain.review import Review, ReviewTicket


class Preferences(Protocol):
    """Users are Slack's, by id. All but what is chosen on purpose is a note."""

    async def filter_of(self, slack_user: str) -> Filter | None:
        """The one they used last."""

    async def keep_filter(self, slack_user: str, used: Filter) -> None: ...

    async def language_of(self, slack_user: str) -> str:
        """The one they chose, "" for Slack's."""

    async def choose_language(self, slack_user: str, language: str) -> None: ...

    async def hides_guide(self, slack_user: str) -> bool: ...

    async def hide_guide(self, slack_user: str) -> None: ...

    async def opened_home(self, slack_user: str) -> None: ...

    async def has_home_open(self, slack_user: str) -> bool:
        """Whether they looked at it lately."""


class RecentTickets(Protocol):
    """Notes of which tickets somebody opened last."""

    async def opened(self, slack_user: str, ticket_id: str) -> None: ...

    async def of(self, slack_user: str) -> Sequence[str]:
        """Ids, the last opened first."""


class Presence(Protocol):
    """Notes of who has which form open."""

    async def opened(self, ticket_id: str, kind: str, slack_user: str) -> Sequence[OpenForm]:
        """Notes one; gives those that others have open, the newest first."""

    async def is_first(self, view_id: str, slack_user: str) -> bool:
        """Whether this form is submitted for the first time."""


class Reviews(Protocol):
    """Walks through tickets. None stands for somebody else's, or one of more than a day ago."""

    async def start(
        self, slack_user: str, tickets: Sequence[ReviewTicket], *, left_out: int = 0
    ) -> Review:
        """`left_out`: how many tickets there were besides."""

    async def find(self, review_id: str, slack_user: str) -> Review | None: ...

    async def go_on(self, review_id: str, slack_user: str, position: int) -> Review | None:
        """To this place, never back; as it is then."""

    async def record(
        self, review_id: str, slack_user: str, ticket_id: str, row_id: int, *, goes_on: bool
    ) -> Review | None:
        """An operation on one of the tickets, once however often it was submitted.

        `goes_on`: to the next ticket, if it is at this one.
        """

    async def saw(self, review_id: str, seen: Mapping[str, Mapping[str, Any]]) -> None:
        """How tickets were when they were chosen, by their ids."""
