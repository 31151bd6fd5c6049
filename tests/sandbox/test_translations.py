"""The page has all its texts in both languages."""

import re
from pathlib import Path

from bot.sandbox.slack.control import PAGE
from bot.sandbox.slack.people import WORLD

TEXT = r'"((?:[^"\\]|\\.)*)"'
ASKED = re.compile(rf"\bt\((?:[^()\"]*\? )?{TEXT}(?: : {TEXT})?")
LISTED = re.compile(r'(?:title|text|says|name|en|ja): "([A-Z](?:[^"\\]|\\.)*)"')
IN_HTML = re.compile(r"data-says>([^<]+)<")
ENTRY = re.compile(rf"^  {TEXT}: {TEXT},$", re.MULTILINE)
NAMES = re.compile(r"{\w+}")
TABLES = ("liveagent_weather.js", "tour_steps.js")


def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def said() -> set[str]:
    """Every text that is looked up: in the scripts, their tables, the document, the people."""
    found = set(IN_HTML.findall(written(PAGE / "index.html")))
    for path in PAGE.glob("*.js"):
        found |= {text for pair in ASKED.findall(written(path)) for text in pair}
    for name in TABLES:
        found |= set(LISTED.findall(written(PAGE / name)))
    return (found | {one.get("role", "") for one in WORLD["people"]}) - {""}


def test_every_text_is_there_in_japanese_with_the_same_names() -> None:
    japanese = dict(ENTRY.findall(written(PAGE / "japanese.js")))
    assert said() - japanese.keys() == set()
    for english, translated in japanese.items():
        assert sorted(NAMES.findall(english)) == sorted(NAMES.findall(translated)), english
