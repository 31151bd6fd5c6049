"""Public URL codes open a ticket without a login, and stand in the mails that LiveAgent sends.

They are taken out of everything that is shown, also where they are written in another way.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import overload
from urllib.parse import urlsplit

from bot.domain.ref import Account
from bot.domain.ticket import Message, Ticket

HIDDEN = "…"
_BETWEEN = "(?:<[^<>]{0,80}>|[\u00ad\u200b-\u200f\u2060\ufeff]|&(?:shy|zwnj|zwj);){0,4}"
_FULL_WIDTH = 0xFEE0


def veil_ticket(ticket: Ticket, account: Account) -> Ticket:
    """The same without the code in any of its words."""
    code = ticket.public_code

    def hide(text: str) -> str:
        return veil(text, code, account)

    return ticket._replace(
        subject=hide(ticket.subject),
        owner_name=hide(ticket.owner_name),
        preview=hide(ticket.preview),
        owner_note=hide(ticket.owner_note),
    )


class Veiled(Sequence[Ticket]):
    """Tickets of a list that may be long: each is veiled when it is looked at."""

    def __init__(self, tickets: Sequence[Ticket], account: Account) -> None:
        self._tickets = tickets
        self._account = account

    def __len__(self) -> int:
        return len(self._tickets)

    @overload
    def __getitem__(self, place: int) -> Ticket: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Ticket]: ...

    def __getitem__(self, place: int | slice) -> Ticket | Sequence[Ticket]:
        if isinstance(place, slice):
            return [veil_ticket(each, self._account) for each in self._tickets[place]]
        return veil_ticket(self._tickets[place], self._account)


def veil_messages(messages: Sequence[Message], code: str, account: Account) -> Sequence[Message]:
    return [replace(each, body=veil(each.body, code, account)) for each in messages]


def veil(text: str, code: str, account: Account) -> str:
    """Without this ticket's code, and without any code in a link of the account."""
    if code:
        text = _spellings(code).sub(HIDDEN, text)
    return _customer_links(account).sub(rf"\1{HIDDEN}", text)


@lru_cache(maxsize=64)
def _spellings(code: str) -> re.Pattern[str]:
    """Plain, full-width, percent-encoded, as entities; with tags or unseen characters between."""
    return re.compile(_BETWEEN.join(_spelling(character) for character in code))


def _spelling(character: str) -> str:
    number = ord(character)
    wide = chr(number + _FULL_WIDTH)
    return f"(?:{re.escape(character)}|{wide}|(?i:%{number:02x}|&#0*{number};|&#x0*{number:x};))"


@lru_cache(maxsize=4)
def _customer_links(account: Account) -> re.Pattern[str]:
    host = re.escape(urlsplit(account.url).netloc)
    return re.compile(
        rf"({host}/(?:index\.php\?[^\s\"'<>]{{0,200}}?\bcid=)?)[A-Za-z0-9]{{16}}\b", re.IGNORECASE
    )
