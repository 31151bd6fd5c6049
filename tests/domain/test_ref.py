"""Every way to name a ticket, as people type and paste it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BotError, ForeignLink, NotARef
from bot.domain.ref import Account, TicketRef, spaced_code

ACCOUNT = Account("https://acme.ladesk.com")

NAMES = {
    "AX4-B4T-FD8": "AX4-B4T-FD8",
    "ax4-b4t-fd8": "AX4-B4T-FD8",
    "CLD-RGFWJ-358": "CLD-RGFWJ-358",
    "  AX4-B4T-FD8  ": "AX4-B4T-FD8",
    "`AX4-B4T-FD8`": "AX4-B4T-FD8",
    "AX4-B4T-FD8.": "AX4-B4T-FD8",
    "ＡＸ４－Ｂ４Ｔ－ＦＤ８": "AX4-B4T-FD8",
    "ax4ーb4tーfd8": "AX4-B4T-FD8",
    "AX4‐B4T‑FD8": "AX4-B4T-FD8",
    "\u3000AX4-B4T-FD8\u200b": "AX4-B4T-FD8",
    "AX4B4TFD8": "AX4-B4T-FD8",
    "ax4b4tfd8": "AX4-B4T-FD8",
    "ＡＸ４Ｂ４ＴＦＤ８": "AX4-B4T-FD8",
    "CLDRGFWJ358": "CLD-RGFWJ-358",
    "s4y7t5s7": "s4y7t5s7",
    "ｓ４ｙ７ｔ５ｓ７": "s4y7t5s7",
    "S4Y7T5S7": "s4y7t5s7",
    "cid00001": "cid00001",
    "abcdefgh": "abcdefgh",
    "bI5fR3oN40708G65": "bI5fR3oN40708G65",
    "https://acme.ladesk.com/agent/#Conversation;id=s4y7t5s7": "s4y7t5s7",
    "https://acme.ladesk.com/agent/index.php?rnd=81#Conversation;id=s4y7t5s7": "s4y7t5s7",
    "<https://acme.ladesk.com/agent/#Conversation;id=s4y7t5s7>": "s4y7t5s7",
    "<https://acme.ladesk.com/agent/#Conversation;id=s4y7t5s7|the ticket>": "s4y7t5s7",
    "https://acme.ladesk.com/index.php?type=my_tickets&cid=bI5fR3oN40708G65": "bI5fR3oN40708G65",
    "https://acme.ladesk.com/index.php?a=b&amp;cid=bI5fR3oN40708G65": "bI5fR3oN40708G65",
    "https://acme.ladesk.com/bI5fR3oN40708G65": "bI5fR3oN40708G65",
    "https://support.acme.example/agent/#Conversation;id=s4y7t5s7": "s4y7t5s7",
    "https://acme.liveagent.jp/bI5fR3oN40708G65": "bI5fR3oN40708G65",
    "HTTPS://ACME.ladesk.com/bI5fR3oN40708G65": "bI5fR3oN40708G65",
}


@pytest.mark.parametrize(("typed", "named"), NAMES.items())
def test_a_ticket_is_named(typed: str, named: str) -> None:
    assert ACCOUNT.read_ref(typed) == TicketRef(named)


@pytest.mark.parametrize(
    "typed", ["", "hello", "?", "a b", "AX4-B4T", "[::1", "https://[", "é" * 8]
)
def test_no_ticket_is_named(typed: str) -> None:
    with pytest.raises(NotARef):
        ACCOUNT.read_ref(typed)


@pytest.mark.parametrize(
    "word",
    [
        *("tomorrow", "customer", "24hours", "2026", "12345678", "2026-11-23", "out-of-stock"),
        *("windows11", "123456789", "abc123456", "iPhone14pro"),
        *("responsibilities", "明日", "ｔｏｍｏｒｒｏｗ", "サーバー"),
    ],
)
def test_ordinary_words_in_a_sentence_are_no_refs(word: str) -> None:
    with pytest.raises(NotARef):
        ACCOUNT.read_ref(word, among_words=True)


@pytest.mark.parametrize(
    "name", [*(each for each in NAMES if each != "abcdefgh"), "QWE-RTY-UIO", "aBcDeFgHiJkLmNoP"]
)
def test_refs_in_a_sentence_are_read(name: str) -> None:
    assert ACCOUNT.read_ref(name, among_words=True) == ACCOUNT.read_ref(name)


@pytest.mark.parametrize(
    "link",
    [
        "https://other.example/about",
        "https://acme.ladesk.com.evil.example/bI5fR3oN40708G65",
        "https://acme.ladesk.com@evil.example/bI5fR3oN40708G65",
    ],
)
def test_a_link_of_another_help_desk_is_refused(link: str) -> None:
    with pytest.raises(ForeignLink):
        ACCOUNT.read_ref(link)


def test_other_links_of_the_account_are_no_refs() -> None:
    with pytest.raises(NotARef):
        ACCOUNT.read_ref("https://acme.ladesk.com/agent/#Dashboard")


def test_every_ticket_of_a_message_is_found_once_and_in_order() -> None:
    text = (
        "CLD-RGFWJ-358 and (ax4-b4t-fd8), again AX4-B4T-FD8; "
        "<https://acme.ladesk.com/agent/#Conversation;id=s4y7t5s7|see>、"
        "チケットJPN-7K2-QX9です。 public: bI5fR3oN40708G65, Ticket ID: cid00001, id tomorrow"
    )
    assert [ref.value for ref in ACCOUNT.find_refs(text)] == [
        "CLD-RGFWJ-358",
        "AX4-B4T-FD8",
        "s4y7t5s7",
        "JPN-7K2-QX9",
        "bI5fR3oN40708G65",
        "cid00001",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "see you tomorrow at 2026-11-23, covid-19-test, state-of-the-art",
        "call 090-1234-5678 or 123-456-789",
        "aaaaaaaaaaaaaaaa 1234567890123456 x-AX4-B4T-FD8-y",
    ],
)
def test_words_that_merely_look_alike_are_no_tickets(text: str) -> None:
    assert ACCOUNT.find_refs(text) == []


@pytest.mark.parametrize("typed", ["ax4 b4t fd8", " AX4 B4T FD8 ", "ａｘ４ ｂ４ｔ ｆｄ８"])
def test_a_code_may_have_blanks_for_hyphens(typed: str) -> None:
    assert spaced_code(typed) == "AX4-B4T-FD8"


@pytest.mark.parametrize("typed", ["see bug 123", "the new lamp", "12 345 678", "ax4 b4t fd8 it"])
def test_other_words_are_no_spaced_code(typed: str) -> None:
    assert spaced_code(typed) == ""


@given(st.from_regex(r"[a-z0-9]{9,12}( [a-z0-9]{1,3})?", fullmatch=True))
def test_codes_without_hyphens_are_not_found_in_sentences(text: str) -> None:
    assert ACCOUNT.find_refs(text) == []


def test_a_public_code_is_known_and_never_printed() -> None:
    ref = ACCOUNT.read_ref("bI5fR3oN40708G65")
    assert ref.is_public_code
    assert "bI5fR3oN40708G65" not in f"{ref} {ref!r}"
    assert not TicketRef("AX4-B4T-FD8").is_public_code


@given(st.text())
def test_any_input_is_a_ticket_or_a_sentence(typed: str) -> None:
    ACCOUNT.find_refs(typed)
    try:
        ref = ACCOUNT.read_ref(typed)
    except BotError:
        return
    assert ref.value.isascii()
    assert ref.value.replace("-", "").isalnum()


@given(st.text(), st.text())
def test_any_link_of_the_account_is_read_without_harm(path: str, fragment: str) -> None:
    link = f"https://acme.ladesk.com/{path}#{fragment}"
    ACCOUNT.find_refs(link)
    with suppress(BotError):
        assert ACCOUNT.read_ref(link).value.isalnum()
