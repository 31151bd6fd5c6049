"""Files in transfer. Their claimed name, type and size are not trusted."""

import codecs
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.characters import without_harmful

MEGABYTE = 1_000_000
PART_BYTES = 512 * 1024
"""The size of the parts in which a file passes through memory."""
START_BYTES = 64  # enough to tell what a file is
MAX_NAME_BYTES = 180  # file systems allow 255, and servers prefix something
MAX_ENDING_LENGTH = 12

_NO_NAME = "file"
_UNFIT = re.compile(r'[<>:"|?*\\]')  # some file systems or HTTP headers trip over these
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
_PROGRAM_ENDINGS = re.compile(
    "apk|app|application|appx|bat|chm|cmd|com|cpl|deb|dll|dmg|exe|hta|inf|iso|jar|jnlp|jse?|lnk"
    "|ms[cipt]|msix|pif|pkg|ps[12]|psm1|reg|rpm|sc[rt]|sh[bs]|sys|url|vb[es]?|vbscript|vhdx?"
    "|ws[cfh]|xll"
)
_TYPES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),  # also of Word and Excel
    (b"\x1f\x8b", "application/gzip"),
)
_ENDINGS = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "text/html": ("html", "htm"),
}
_PACKED = {"docx", "odp", "ods", "odt", "pptx", "xlsx", "zip"}
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|script)", re.IGNORECASE)
_utf_8 = codecs.getincrementaldecoder("utf-8")
ANY_TYPE = "application/octet-stream"
GONE_FROM_SLACK = {"tombstone", "hidden_by_limit"}
"""The modes of files that Slack names but no longer serves."""

Parts = Callable[[], AsyncIterator[bytes]]
"""Starts reading a file, part by part."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How many files a message may have, and how large each may be."""

    number: int
    megabytes: int

    @property
    def bytes(self) -> int:
        return self.megabytes * MEGABYTE


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to upload: `type` is derived from its content, `size` is in bytes."""

    name: str
    type: str
    size: int
    parts: Parts = field(repr=False)


@dataclass(frozen=True, slots=True)
class Download:
    """A file in Slack; if its content has fewer than `size` bytes, it was cut. 0 if unknown."""

    name: str
    address: str
    size: int


class FileTrouble(StrEnum):
    """Why a file can't be sent; the values are stored."""

    GONE = "gone"
    """Slack no longer has it, or does not give it to the bot."""
    ELSEWHERE = "elsewhere"
    """Slack only links to it."""
    TOO_LARGE = "too large"
    EMPTY = "empty"
    PROGRAM = "program"
    REFUSED = "refused"
    """LiveAgent does not accept it."""
    CUT = "cut"
    """Its upload failed repeatedly."""
    DROPPED = "dropped"
    """LiveAgent accepts files, but recently left some out of the ticket."""


def safe_name(name: str) -> str:
    """Returns the last part of a path, without harmful characters.

    A long name loses the end of its stem, never its extension.
    """
    shown = " ".join(without_harmful(name.replace("\\", "/")).replace("\t", " ").split())
    last = _UNFIT.sub("_", shown.rstrip("/").rpartition("/")[2]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    if not stem or len(ending) > MAX_ENDING_LENGTH:
        stem, dot, ending = last, "", ""
    ending = f"{dot}{ending}"
    room = MAX_NAME_BYTES - len(ending.encode())
    return f"{stem.encode()[:room].decode(errors='ignore').strip()}{ending}" if last else _NO_NAME


async def in_parts(content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yields parts of `PART_BYTES`, the last one shorter, of content in pieces of any size."""
    part = bytearray()
    async for piece in content:
        part += piece
        while len(part) >= PART_BYTES:
            yield bytes(part[:PART_BYTES])
            del part[:PART_BYTES]
    if part:
        yield bytes(part)


def named_by_content(name: str, start: bytes) -> str:
    """Returns the name, with another extension if its content is not what the name claims."""
    kind, ending = type_of(start), ending_of(name)
    if fitting := _ENDINGS.get(kind):
        return name if ending in fitting else f"{name}.{fitting[0]}"
    if any(ending in each for each in _ENDINGS.values()):
        return f"{name}.{'txt' if kind == 'text/plain' else 'bin'}"
    return name


def is_page_instead(name: str, start: bytes) -> bool:
    """Whether it is an HTML page named like something else, such as a login page.

    Many programs name HTML tables `.xls`.
    """
    ending = ending_of(name)
    named = next((kind for kind, each in _ENDINGS.items() if ending in each), "text/html")
    is_named_otherwise = named != "text/html" or ending in _PACKED
    return is_named_otherwise and type_of(start) == "text/html"


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""


def is_program(name: str, start: bytes = b"") -> bool:
    """Whether its extension or the `start` of its content is a program's."""
    return bool(_PROGRAM_ENDINGS.fullmatch(ending_of(name))) or start.startswith(_PROGRAMS)


def type_of(start: bytes) -> str:
    """Returns the media type, derived from the `start` of the content."""
    for sign, kind in _TYPES:
        if start.startswith(sign):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if _HTML.match(start):
        return "text/html"
    with suppress(UnicodeDecodeError):
        if b"\0" not in start and _utf_8().decode(start):  # the last character may be cut
            return "text/plain"
    return ANY_TYPE
