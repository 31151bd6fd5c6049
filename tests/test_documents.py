"""What the documents refer to exists."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_NAME = re.compile(r"`(?:\w+\.)*([A-Z]\w*[a-z]\w*|[a-z]+_\w+)`")
_PATH = re.compile(r"`((?:bot|blocks|handlers|tests|docs|\.ci)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = _FENCED.sub("", page.read_text())
    links = re.findall(r"(?<!`)\[[^\]`]+\]\(([^)…]+)\)", text)
    local = [each for each in links if not each.startswith("https://")]
    assert [each for each in local if not _leads_somewhere(page, each)] == []
    assert [each for each in _PATH.findall(text) if not (ROOT / each).exists()] == []


def test_names_are_those_of_the_code() -> None:
    pages = "".join((ROOT / "docs" / page).read_text() for page in ("design.md", "parts.md"))
    files = [file for part in ("bot", "blocks", "handlers", "tests") for file in _code(part)]
    known = set(re.findall(r"\w+", "".join(file.read_text() for file in files)))
    named = set(_NAME.findall(pages))
    assert len(named) > 50
    assert named - known == set()


def test_buttons_have_the_labels_that_the_manual_quotes() -> None:
    catalogue = read_po(BytesIO((ROOT / "bot/i18n/ja/LC_MESSAGES/bot.po").read_bytes()))
    quoted = set(re.findall(r"\*\*(.+?)\*\*", (ROOT / "docs" / "using.md").read_text()))
    assert len(quoted) > 20
    assert {each for each in quoted if each not in catalogue} == {"v3", "Home"}


def _code(part: str) -> Iterator[Path]:
    return (ROOT / part).rglob("*.py")


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
