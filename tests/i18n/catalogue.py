"""The Japanese catalogue, and what marks a text in the code."""

from collections.abc import Sequence
from pathlib import Path

from babel.messages.pofile import read_po

import bot

ROOT = Path(bot.__file__).parent.parent
KEYWORDS = {"t": None, "N_": None, "plural": (1, 2)}


def japanese() -> dict[str | tuple[str, ...], str]:
    with (ROOT / "bot/i18n/ja/LC_MESSAGES/bot.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale="ja") if entry.id]
    return {
        entry.id if isinstance(entry.id, str) else tuple(entry.id): next(iter(_forms(entry.string)))
        for entry in entries
    }


def _forms(said: str | Sequence[str] | None) -> Sequence[str]:
    return [said] if isinstance(said, str) else said or [""]
