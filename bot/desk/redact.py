"""Public URL codes open a ticket without a login, and stand in the mails that LiveAgent sends.

They are taken out of everything that is shown, also where they are written in another way.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import overload
from urllib.parse import urlsplit

from bot.domain.characters import INVISIBLE
from bot.domain.markup import MAX_BODY
from bot.domain.ref import Account
from bot.domain.ticket import Message, Ticket

HIDDEN = "…"
_BETWEEN = (
    f"(?:<[^<>]{{0,80}}>|[{INVISIBLE}]|&(?:shy|zwnj|zwj|#173|#820[3-7]|#8288|#65279"
    "|#x(?i:ad|200[b-f]|2060|feff));){0,4}"
)
_FULL_WIDTH = 0xFEE0
_MAX_SPELLING_LENGTH = 2000


def redact_ticket(ticket: Ticket, account: Account) -> Ticket:
    """The same without the code in any of its words."""
    code = ticket.public_code

    def hide(text: str) -> str:
        return redact(text, code, account)

    return ticket._replace(
        subject=hide(ticket.subject),
        owner_name=hide(ticket.owner_name),
    )


class RedactedTickets(Sequence[Ticket]):
    """Tickets of a list that may be long: each is redacted when it is read."""

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
            return [redact_ticket(each, self._account) for each in self._tickets[place]]
        return redact_ticket(self._tickets[place], self._account)


def redact_messages(messages: Sequence[Message], code: str, account: Account) -> Sequence[Message]:
    """As far as their bodies are read at all."""
    return [
        replace(each, body=redact_start(each.body, MAX_BODY, code, account)) for each in messages
    ]


def redact_start(text: str, length: int, code: str, account: Account) -> str:
    """The beginning of a text; a code that would be cut in two is hidden whole."""
    return redact(text[: length + _MAX_SPELLING_LENGTH], code, account)[: length + 1]


def redact(text: str, code: str, account: Account) -> str:
    """Without this ticket's code, and without any code in a link of the account."""
    if code:
        text = _spellings(code).sub(HIDDEN, text)
    return _customer_links(account).sub(rf"\1{HIDDEN}", text)


@lru_cache(maxsize=64)
def _spellings(code: str) -> re.Pattern[str]:
    """Plain, full-width, percent-encoded, as entities; with tags or unseen characters between.

    It begins with a class of characters, by which Python skips the rest of a text quickly.
    """
    first, rest = code[0], code[1:]
    begins = f"[{re.escape(first)}{_wide(first)}%&](?:(?<=[%&]){_encoded(first)}|(?<![%&]))"
    return re.compile(_BETWEEN.join([begins, *map(_spelling, rest)]))


def _spelling(character: str) -> str:
    return f"(?:{re.escape(character)}|{_wide(character)}|[%&]{_encoded(character)})"


def _wide(character: str) -> str:
    return chr(ord(character) + _FULL_WIDTH)


def _encoded(character: str) -> str:
    """What follows `%` or `&`."""
    number = ord(character)
    return f"(?i:(?<=%){number:02x}|(?<=&)#0{{0,40}}{number};|(?<=&)#x0{{0,40}}{number:x};)"


@lru_cache(maxsize=4)
def _customer_links(account: Account) -> re.Pattern[str]:
    host = "".join(_in_any_case(character) for character in urlsplit(account.url).netloc)
    return re.compile(
        rf"({host}/(?:(?i:index\.php)\?[^\s\"'<>]{{0,200}}?\b(?i:cid)=)?)[A-Za-z0-9]{{16}}\b"
    )


def _in_any_case(character: str) -> str:
    """As a class of characters: ignoring case, Python would not skip quickly."""
    upper, lower = character.upper(), character.lower()
    return re.escape(character) if upper == lower else f"[{upper}{lower}]"
