"""Identifiers as LiveAgent makes them, the same in every run."""

import hashlib
import string
from collections import Counter

LOWER = string.digits + string.ascii_lowercase
CAPITALS = string.ascii_uppercase
DIGITS = string.digits
MIXED = string.digits + string.ascii_letters


class Ids:
    """They don't rise with time: nothing may be put in order by them."""

    def __init__(self) -> None:
        self._made: Counter[str] = Counter()

    def make(self, kind: str, length: int = 8, alphabet: str = LOWER) -> str:
        self._made[kind] += 1
        digest = hashlib.sha256(f"{kind} {self._made[kind]}".encode()).digest()
        return "".join(alphabet[byte % len(alphabet)] for byte in digest[:length])

    def code(self) -> str:
        parts = (("code 1", 3, CAPITALS), ("code 2", 5, CAPITALS), ("code 3", 3, DIGITS))
        return "-".join(self.make(*part) for part in parts)

    def public_code(self) -> str:
        return self.make("public code", 16, MIXED)
