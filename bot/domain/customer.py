"""A customer's tickets, within one reader's permissions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.ticket import AT_WORK, Status, Ticket

MAX_ADDRESS_LENGTH = 200
NOT_COUNTED = frozenset({Status.DELETED, Status.SPAM})
_ADDRESS = re.compile(
    r"(?<![\w.+'&~%À-ɏ-])[\w.+'&~%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}", re.ASCII
)
"""An address in running text, also between Japanese words; bounded, to take linear time."""


def as_address(text: str) -> str:
    """Returns the address in a form for comparing, or "" if LiveAgent can't search for it."""
    address = text.strip().lower()  # not folded: "ß" and "ss" are two addresses
    is_one = "@" in address and len(address) <= MAX_ADDRESS_LENGTH and not {*" ,"} & {*address}
    return address if is_one else ""


def only_address(text: str) -> str:
    """Returns the one e-mail address that a text names, "" if it names none or several."""
    found = {as_address(each.strip(".'")) for each in _ADDRESS.findall(text)}
    return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class CustomerTickets:
    """A customer's tickets that their reader may see, without deleted ones and spam.

    Only `newest_open` has a subject.
    """

    email: str
    tickets: Sequence[Ticket]
    newest_open: Ticket | None = None

    def excluding(self, ticket: Ticket) -> "CustomerTickets":
        """Returns the other tickets; lists may contain a merged ticket with this one's code."""
        others = [
            each
            for each in self.tickets
            if each.id != ticket.id and (not each.code or each.code != ticket.code)
        ]
        return replace(self, tickets=others, newest_open=None)

    @property
    def not_ended(self) -> Sequence[Ticket]:
        """Those still in progress, oldest first; those of unknown age come last."""
        waiting = [each for each in self.tickets if each.status in AT_WORK]
        return sorted(waiting, key=_age)


def _age(ticket: Ticket) -> tuple[bool, float]:
    return ticket.created is None, ticket.created.timestamp() if ticket.created else 0.0
