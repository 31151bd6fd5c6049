"""Removes public URL codes, which open a ticket without a login and occur in LiveAgent's mails.

They are removed from everything that is shown, in all spellings.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import overload
from urllib.parse import urlsplit

from bot.domain.characters import INVISIBLE
from bot.domain.markup import MAX_BODY
from bot.domain.ref import VENDORS, Account
from bot.domain.ticket import Message, Ticket

HIDDEN = "…"
_BETWEEN = (
    f"(?:<[^<>]{{0,80}}>|[{INVISIBLE}]|&(?:shy|zwnj|zwj|#173|#820[3-7]|#8288|#65279"
    "|#x(?i:ad|200[b-f]|2060|feff));){0,4}"
)
_FULL_WIDTH = 0xFEE0
_MAX_SPELLING_LENGTH = 2000
_SEGMENT, _MAX_SEGMENTS = "[^\\s\"'<>/?#]{1,60}", 3


def redact_ticket(ticket: Ticket, account: Account) -> Ticket:
    """Returns the ticket without the code in its texts."""
    code = ticket.public_code

    def hide(text: str) -> str:
        return redact(text, code, account)

    return ticket._replace(
        subject=hide(ticket.subject),
        owner_name=hide(ticket.owner_name),
    )


class RedactedTickets(Sequence[Ticket]):
    """A possibly long list of tickets, each redacted on access."""

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
    """Redacts the bodies as far as they are read."""
    return [
        replace(each, body=redact_start(each.body, MAX_BODY, code, account)) for each in messages
    ]


def redact_start(text: str, length: int, code: str, account: Account) -> str:
    """Returns the redacted start of a text; a code across the end is hidden completely."""
    return redact(text[: length + _MAX_SPELLING_LENGTH], code, account)[: length + 1]


def redact(text: str, code: str, account: Account) -> str:
    """Removes this ticket's code, and every code in a link to the account."""
    if code:
        text = _without(text, code)
    return _customer_links(account).sub(rf"\1{HIDDEN}", text)


def _without(text: str, code: str) -> str:
    """Hides plain, full-width, percent- and entity-encoded codes, also around tags and blanks.

    It matches character by character, because compiling a pattern for a whole code takes 5 ms.
    """
    first, rest = _first(code[0]), [_next(character) for character in code[1:]]
    kept = list[str]()
    begin = at = 0
    while found := first.search(text, at):
        end = found.end()
        for each in rest:
            following = each.match(text, end)
            if following is None:
                at = found.start() + 1
                break
            end = following.end()
        else:
            kept += [text[begin : found.start()], HIDDEN]
            begin = at = end
    return "".join([*kept, text[begin:]])


@lru_cache(maxsize=128)
def _first(character: str) -> re.Pattern[str]:
    """Begins with a character class, which lets Python skip non-matching text quickly."""
    either = f"[{re.escape(character)}{_wide(character)}%&]"
    return re.compile(f"{either}(?:(?<=[%&]){_encoded(character)}|(?<![%&]))")


@lru_cache(maxsize=128)
def _next(character: str) -> re.Pattern[str]:
    return re.compile(_BETWEEN + _spelling(character))


def _spelling(character: str) -> str:
    return f"(?:{re.escape(character)}|{_wide(character)}|[%&]{_encoded(character)})"


def _wide(character: str) -> str:
    return chr(ord(character) + _FULL_WIDTH)


def _encoded(character: str) -> str:
    """Matches what follows `%` or `&`."""
    number = ord(character)
    return f"(?i:(?<=%){number:02x}|(?<=&)#0{{0,40}}{number};|(?<=&)#x0{{0,40}}{number:x};)"


@lru_cache(maxsize=4)
def _customer_links(account: Account) -> re.Pattern[str]:
    """Matches codes in links that `Account.read_ref` reads: below a help desk, and as `cid`.

    Everything in it is bounded, so that hostile text takes no longer than other text.
    """
    hosts = filter(None, (urlsplit(account.url).hostname, *VENDORS))
    host = "|".join("".join(map(_in_any_case, each)) for each in hosts)
    below = rf"(?:{host})\]?(?::\d{{1,5}})?/(?:{_SEGMENT}/){{0,{_MAX_SEGMENTS}}}"
    return re.compile(rf"([cC][iI][dD](?:=|%3[dD])|{below})[A-Za-z0-9]{{16}}\b")


def _in_any_case(character: str) -> str:
    """Returns a character class, because Python does not skip text quickly when ignoring case."""
    upper, lower = character.upper(), character.lower()
    return re.escape(character) if upper == lower else f"[{upper}{lower}]"
