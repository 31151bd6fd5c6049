"""The ticket that each open form shows."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field

from cachetools import LRUCache

from blocks.values import TicketInList

MAX_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class OpenForms:
    """The tickets that forms show, for late updates, because Slack does not tell.

    It knows the forms of this process only.
    """

    _shown: MutableMapping[str, TicketInList] = field(
        default_factory=lambda: LRUCache(MAX_REMEMBERED)
    )

    def show(self, view_id: str, place: TicketInList) -> None:
        """Records what is about to be shown in the form."""
        self._shown[view_id] = place

    def of(self, view_id: str) -> TicketInList | None:
        return self._shown.get(view_id)
