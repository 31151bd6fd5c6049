"""Interfaces of what the bot remembers about people; `bot/storage` implements them.

Notes that accompany a user's request raise nothing: while the database is unavailable, the request
continues without them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.domain.filter import Filter
from bot.domain.people import OpenForm
from bot.domain.review import Review, ReviewTicket
from bot.domain.ticket_message import TicketMessage


class Preferences(Protocol):
    """Preferences by Slack user id, best effort except for deliberate choices."""

    async def filter_of(self, slack_user: str) -> Filter | None:
        """Returns the last filter that they used."""

    async def keep_filter(self, slack_user: str, used: Filter) -> None: ...

    async def language_of(self, slack_user: str) -> str:
        """Returns the language they chose, or "" for Slack's."""

    async def choose_language(self, slack_user: str, language: str) -> None: ...

    async def after_sending(self, slack_user: str) -> str:
        """Returns the status chosen with their last reply; "" for none."""

    async def keep_after_sending(self, slack_user: str, status: str) -> None: ...

    async def postpone_times(self, slack_user: str) -> tuple[str, ...]:
        """Returns their own times to postpone tickets until, as typed."""

    async def choose_postpone_times(
        self, slack_user: str, times: tuple[str, ...]
    ) -> tuple[str, ...]: ...

    async def wants_all_notices(self, slack_user: str) -> bool:
        """Returns whether they want a direct message for each operation that ends."""

    async def choose_notices(self, slack_user: str, *, everything: bool) -> None: ...

    async def hides_guide(self, slack_user: str) -> bool: ...

    async def hide_guide(self, slack_user: str) -> None: ...

    async def opened_home(self, slack_user: str) -> None: ...

    async def has_home_open(self, slack_user: str) -> bool:
        """Whether they looked at Home recently."""

    async def welcomes(self, slack_user: str) -> bool:
        """Returns True once: when the person is to be welcomed."""


class RecentTickets(Protocol):
    """Recently opened tickets, best effort."""

    async def opened(self, slack_user: str, ticket_id: str) -> None: ...

    async def of(self, slack_user: str) -> Sequence[str]:
        """Returns ids, the last opened first."""


class ThreadLinks(Protocol):
    """The progress of posting new tickets' links, by outbox row."""

    async def find(self, row_id: int) -> tuple[int, str]:
        """Returns the number of tries begun, and the result, "" for none."""

    async def begin(self, row_id: int, tries: int) -> bool:
        """Begins the try after `tries`; returns False if another bot began it, or ended all."""

    async def end(self, row_id: int, result: str) -> None: ...


class Presence(Protocol):
    """Open forms, best effort."""

    async def opened(self, ticket_id: str, kind: str, slack_user: str) -> Sequence[OpenForm]:
        """Records the form; returns those that others have open, newest first."""

    async def is_first(self, view_id: str, slack_user: str) -> bool:
        """Whether the form, or the message with this key, arrives for the first time."""


class ListForms(Protocol):
    """The ticket that each form of a list shows, by view id."""

    async def show(self, view_id: str, ticket_id: str, others: Sequence[str]) -> None:
        """Records what the form is about to show, best effort."""

    async def shows(self, view_id: str, ticket_id: str) -> bool:
        """Whether the form still shows this ticket, best effort."""

    async def of(self, view_id: str) -> tuple[str, Sequence[str]] | None:
        """Returns the ticket and its list; None for another kind of form."""


class TicketMessages(Protocol):
    """Messages that show a ticket, best effort."""

    async def note(self, *messages: TicketMessage) -> None:
        """Stores posted or clicked messages."""

    async def known(self, channel: str, ts: str) -> Sequence[TicketMessage]:
        """Returns the tickets that the message shows."""

    async def hide(self, channel: str) -> None:
        """Removes tickets from all messages of a channel that another company now reads."""


class Reviews(Protocol):
    """Reviews of tickets. None means another user's review, or one older than a day."""

    async def start(
        self, slack_user: str, tickets: Sequence[ReviewTicket], *, left_out: int = 0
    ) -> Review:
        """Starts a review; `left_out` is the number of further tickets."""

    async def find(self, review_id: str, slack_user: str) -> Review | None: ...

    async def go_on(self, review_id: str, slack_user: str, position: int) -> Review | None:
        """Advances to `position`, never back; returns the review's new state."""

    async def go_back(self, review_id: str, slack_user: str, position: int) -> Review | None:
        """Returns to `position`, never ahead; returns the review's new state."""

    async def record(
        self, review_id: str, slack_user: str, ticket_id: str, row_id: int, *, goes_on: bool
    ) -> Review | None:
        """Records an operation on one of the tickets, once per row; returns the review's new state.

        `goes_on` advances to the next ticket if the review is at this one.
        """

    async def store_snapshots(self, review_id: str, seen: Mapping[str, Mapping[str, Any]]) -> None:
        """Stores the tickets' snapshots, taken when they were selected, by ticket id."""
