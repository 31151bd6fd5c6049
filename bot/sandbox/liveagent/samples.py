"""The content of the account's initial files."""

import struct
import zlib
from functools import cache

_SIDE = 96
_TAPE = range(42, 54)


def of(name: str) -> tuple[str, bytes]:
    """Returns a file's type and content."""
    match name.rpartition(".")[2]:
        case "png" | "jpg":
            return "image/png", _picture()
        case "pdf":
            return "application/pdf", _PDF
        case _:
            return "text/plain", f"{name}\n".encode() * 20


@cache
def _picture() -> bytes:
    """Returns a parcel with tape across, as PNG."""
    tape, board = b"\xe8\xd8\xb0", b"\xb0\x80\x50"
    rows = (
        b"\0"
        + b"".join(tape if column in _TAPE or row in _TAPE else board for column in range(_SIDE))
        for row in range(_SIDE)
    )
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
"""
