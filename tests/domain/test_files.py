"""Names and types of files, however odd."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.files import (
    MAX_NAME_BYTES,
    START_BYTES,
    is_page_instead,
    is_program,
    safe_name,
    type_of,
)
from bot.domain.ticket import Message
from bot.domain.ticket_file import TicketFile, files_in

HOSTILE = st.text(
    st.sampled_from('ab./\\ \n\t\r\0\x1b\u202e\u200b\u2028\x85:*?"<>|;,%é写\ud800'), max_size=400
)


@given(HOSTILE | st.text(max_size=400))
def test_a_name_is_one_line_and_no_path(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= MAX_NAME_BYTES + 4
    assert not set('/\\"<>|:*?\n\r\t') & set(safe)
    assert safe.strip(" .") == safe
    assert not any(unicodedata.category(each) in {"Cc", "Cs"} for each in safe)
    assert "\u202e" not in safe
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\plan.pdf", "plan.pdf"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("写真.jpeg", "写真.jpeg"),
        ("...", "file"),
        ("", "file"),
        (f"{'x' * 300}.png", f"{'x' * (MAX_NAME_BYTES - 4)}.png"),
        ('a"; filename="b.exe', "a_; filename=_b.exe"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.binary(max_size=START_BYTES))
def test_any_content_has_a_type(start: bytes) -> None:
    assert "/" in type_of(start)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nx", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        ("写真です".encode()[:11], "text/plain"),
        (b"  <!DOCTYPE html>", "text/html"),
        (b"\0\1\2\3", "application/octet-stream"),
    ],
)
def test_types(start: bytes, kind: str) -> None:
    assert type_of(start) == kind


def test_programs_go_by_their_ending_or_their_content() -> None:
    assert is_program("setup.EXE")
    assert is_program("photo.png", b"MZ\x90\0")
    assert is_program("photo.png", b"\x7fELF\2")
    assert all(map(is_program, ("a.msix", "a.dmg", "a.url", "a.xll", "a.vbs")))
    assert not any(map(is_program, ("a.ps", "a.docx", "a.svg", "a.zip", "exe", "a.exe.txt")))
    assert not is_program("example.txt", b"an exe")


def test_an_html_page_under_another_name_is_recognised() -> None:
    page = b"<html>Sign in"
    assert all(is_page_instead(name, page) for name in ("a.png", "a.PDF", "a.docx"))
    assert not any(is_page_instead(name, page) for name in ("a.html", "a.xls", "a"))
    assert not is_page_instead("a.png", b"%PDF-")


def a_file(body: str, kind: str = "F") -> Message:
    return Message("m1", kind, "M", "c1", None, body)


@pytest.mark.parametrize(
    ("body", "files"),
    [
        ("receipt.pdf", [TicketFile("receipt.pdf")]),
        ('<a href="x">receipt.pdf</a>', [TicketFile("receipt.pdf")]),
        (
            '[["id","f1"],["name","a.png"],["download_url","/files/f1"],["size","12"]]',
            [TicketFile("a.png", 12, "/files/f1")],
        ),
        (
            '[["id","f1"],["download_url","https://acme.ladesk.com/f/a.png?x=1"],["size",7]]',
            [TicketFile("a.png", 7, "https://acme.ladesk.com/f/a.png?x=1")],
        ),
        ('{"name":"../a.png","size":null}', [TicketFile("a.png")]),
        ('[{"name":"a.png"},{"name":"b.png"}]', [TicketFile("a.png"), TicketFile("b.png")]),
        ("[&quot;a&quot;]", [TicketFile("[_a_]")]),
        ("[]", [TicketFile("[]")]),
        ("", [TicketFile("file")]),
    ],
)
def test_forms_of_a_files_message(body: str, files: list[TicketFile]) -> None:
    assert list(files_in(a_file(body))) == files
    assert files_in(a_file(body, "M")) == ()


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_breaks_the_reader(value: object) -> None:
    assert files_in(a_file(json.dumps(value)))
