"""Ticket references, read from what people type and paste."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from bot.domain.characters import compatible, without_invisible
from bot.domain.errors import ForeignLink, NotARef

_CODE = re.compile(r"[A-Z0-9]{2,6}-[A-Z0-9]{2,6}-[A-Z0-9]{2,6}", re.IGNORECASE)
_PUBLIC_CODE = re.compile(r"[A-Za-z0-9]{16}")
_ID = re.compile(r"[a-z0-9]{8}|(?=.*[0-9])[a-z0-9]{4,15}", re.IGNORECASE)
_NAME = re.compile(r"(?=.*[0-9-])[a-z0-9][a-z0-9-]{0,39}|[a-z]{8}|[a-z]{16}", re.IGNORECASE)
_WITHOUT_HYPHENS = re.compile(
    r"(?P<first>[A-Z0-9]{3})(?P<gap> ?)(?P<second>[A-Z0-9]{3,6})(?P=gap)(?P<third>[A-Z0-9]{3})",
    re.IGNORECASE | re.ASCII,
)
_UNHYPHENATED = re.compile(r"(?<![\w-])[A-Z0-9]{9,12}(?![\w-])", re.IGNORECASE | re.ASCII)
_CODE_AS_SHOWN = re.compile(r"[A-Z0-9]{3}-[A-Z0-9]{3,6}-[A-Z0-9]{3}", re.IGNORECASE | re.ASCII)
ID_LENGTH = 8
_IN_TEXT = re.compile(
    r"(?P<link>https?://[^\s<>|\"'」】]+)"
    r"|(?<![\w-])(?P<code>[A-Z0-9]{3}-[A-Z0-9]{3,6}-[A-Z0-9]{3})(?![\w-])"
    r"|(?<![\w-])(?P<public>[A-Z0-9]{16})(?![\w-])"
    r"|\b(?:ticket|conversation|id)[\s:#]{1,3}(?P<id>[A-Z0-9]{8})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_PANEL_ID = re.compile(r"#Conversation;(?:.*;)?id=([A-Za-z0-9]+)", re.IGNORECASE)
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\u30fc"), "-")
MAX_LINK_LENGTH = 2000
MAX_TEXT_LENGTH = 100_000  # a Slack message has at most 40,000 characters
VENDORS = (".ladesk.com", ".liveagent.jp")
_TRAILING = ".,;:!?)]}>'\"。、"


@dataclass(frozen=True, slots=True)
class TicketRef:
    """An id, a code or a public URL code: the API accepts each in the same place."""

    value: str = field(repr=False)

    @property
    def code(self) -> str:
        """The ticket's code, "" if it is named otherwise."""
        return self.value if _CODE.fullmatch(self.value) else ""

    @property
    def is_public_code(self) -> bool:
        """Whether it opens the ticket without a login, and so must not be shown."""
        return _PUBLIC_CODE.fullmatch(self.value) is not None


@dataclass(frozen=True, slots=True)
class Account:
    """The help desk's address, such as `https://acme.ladesk.com`, and links that belong to it."""

    url: str

    def panel_url(self, ticket_id: str) -> str:
        """Returns the ticket's address in the agent panel."""
        return f"{self.url}/agent/#Conversation;id={ticket_id}"

    def read_ref(self, text: str, *, among_words: bool = False) -> TicketRef:
        """Returns the ticket named by a command's argument.

        `among_words`: a word of a sentence, such as "tomorrow", is not an id, though it has the
        form of one.

        Raises:
            ForeignLink: it is a link to another account.
            NotARef: it names no ticket.

        """
        word = normalise(text)
        if re.match("https?://", word, re.IGNORECASE):
            return self._in_link(word)
        if among_words and not _is_no_word(word):
            raise NotARef
        if _CODE.fullmatch(word):
            return TicketRef(word.upper())
        if _PUBLIC_CODE.fullmatch(word):
            return TicketRef(word)
        if code := _with_hyphens(word):
            return TicketRef(code)
        if _ID.fullmatch(word):
            return TicketRef(word.lower())
        raise NotARef

    def find_refs(self, text: str) -> list[TicketRef]:
        """Returns the tickets named anywhere in a message, in order, without duplicates.

        Links and codes count; words that merely look like ids ("tomorrow") don't.
        """
        return list(dict.fromkeys(self._each_ref(_plain(text[:MAX_TEXT_LENGTH]))))

    def _each_ref(self, text: str) -> Iterator[TicketRef]:
        for found in _IN_TEXT.finditer(text):
            word = found.group()
            if found["link"]:
                with suppress(ForeignLink, NotARef):
                    yield self._in_link(word)
            elif found["code"] and _has_letter_and_digit(word):
                yield TicketRef(word.upper())
            elif found["id"] and _has_letter_and_digit(found["id"]):
                yield TicketRef(found["id"].lower())
            elif found["public"] and _has_letter_and_digit(word) and not _is_one_case(word):
                yield TicketRef(word)

    def read_own_link(self, link: str) -> TicketRef:
        """Works as `read_ref`, but raises `ForeignLink` for a link to any host except the API's."""
        if not self._is_own(link):
            raise ForeignLink
        return self._in_link(link)

    def _is_own(self, link: str) -> bool:
        try:
            parts, own = urlsplit(link), urlsplit(self.url)
            host = parts.hostname, parts.port
        except ValueError as error:  # such as for an invalid IPv6 address
            raise NotARef from error
        return host == (own.hostname, own.port)

    def _in_link(self, link: str) -> TicketRef:
        """Judges a link by its shape, because agents and customers may use other domains."""
        link = link.rstrip(_TRAILING)
        if len(link) > MAX_LINK_LENGTH:
            raise NotARef
        is_own = self._is_own(link)
        parts = urlsplit(link)
        if panel := _PANEL_ID.search(f"#{parts.fragment}"):
            return TicketRef(panel.group(1))
        if cid := parse_qs(parts.query).get("cid"):
            return _public(cid[0])
        if is_own or (parts.hostname or "").endswith(VENDORS):
            return _public(parts.path.strip("/").rsplit("/", 1)[-1])
        raise ForeignLink


def spaced_code(text: str) -> str:
    """Returns the code if the whole text is one with blanks instead of hyphens, else ""."""
    words = normalise(text)
    return _with_hyphens(words) if " " in words else ""


def codes_without_hyphens(text: str) -> list[TicketRef]:
    """Returns the tickets among the words whose codes were probably typed without hyphens."""
    words = _UNHYPHENATED.findall(_plain(text))
    codes = [_with_hyphens(word, among_words=True) for word in words]
    return [TicketRef(code) for code in dict.fromkeys(codes) if code]


def _with_hyphens(text: str, *, among_words: bool = False) -> str:
    """Returns the code that was probably typed without its hyphens, else "".

    Words and numbers have its form too, so among them, as in three words, it must be in capitals
    or have digits in two groups.
    """
    found = _WITHOUT_HYPHENS.fullmatch(text)
    groups = found.group("first", "second", "third") if found else ()
    with_digits = sum(any(map(str.isdigit, group)) for group in groups)
    with_letters = sum(any(map(str.isalpha, group)) for group in groups)
    is_code = with_digits > 0 and with_letters > 1
    if among_words or " " in text:
        is_code = is_code and (text.isupper() or with_digits > 1)
    return "-".join(groups).upper() if is_code else ""


def can_name_ticket(text: str) -> bool:
    """Whether LiveAgent may accept this as a ticket's name; it accepts more than ids and codes."""
    return text.isascii() and _NAME.fullmatch(text) is not None


def normalise(text: str) -> str:
    """Returns user input in one spelling: half-width, without Slack's link brackets and blanks."""
    word = _plain(text).strip()
    if word.startswith("<") and word.endswith(">"):
        word = word[1:-1].split("|", 1)[0]
    return word.strip("` ").rstrip(_TRAILING)


def first_word(text: str) -> str:
    """Returns the normalised first word, or "" if there is none."""
    return next(iter(normalise(text).split()), "")


def unescape(text: str) -> str:
    """Returns what a person typed after a command, without Slack's link markup and escapes."""
    unmarked = re.sub(r"<(?:mailto:)?([^<>|]+)(?:\|([^<>]*))?>", lambda m: m[2] or m[1], text)
    return _entities_undone(unmarked)


def _plain(text: str) -> str:
    """Undoes Slack's three entities, applies NFKC, and makes every hyphen the ASCII one."""
    return without_invisible(compatible(_entities_undone(text))).translate(_HYPHENS)


def _entities_undone(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _public(word: str) -> TicketRef:
    if not _PUBLIC_CODE.fullmatch(word):
        raise NotARef
    return TicketRef(word)


def _has_letter_and_digit(word: str) -> bool:
    """Tells codes from dates, which have no letter, and hyphenated words, which have no digit."""
    return any(map(str.isdigit, word)) and any(map(str.isalpha, word))


def _is_no_word(word: str) -> bool:
    """Whether it is a ticket's name rather than a word, a number or a date.

    A few ids have no digit: they are recognized alone, and in links.
    """
    if _CODE_AS_SHOWN.fullmatch(word):
        return word.isupper() or _has_letter_and_digit(word)
    if _PUBLIC_CODE.fullmatch(word):
        return not _is_one_case(word)
    if len(word) == ID_LENGTH:
        return _has_letter_and_digit(word)
    return bool(_with_hyphens(word, among_words=True))


def _is_one_case(word: str) -> bool:
    return word in {word.lower(), word.upper()}
