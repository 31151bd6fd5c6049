"""What the documents refer to exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_PATH = re.compile(r"`((?:bot|blocks|handlers|tests|docs|\.ci)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = _FENCED.sub("", page.read_text())
    links = re.findall(r"(?<!`)\[[^\]`]+\]\(([^)…]+)\)", text)
    local = [each for each in links if not each.startswith("https://")]
    assert [each for each in local if not _leads_somewhere(page, each)] == []
    assert [each for each in _PATH.findall(text) if not (ROOT / each).exists()] == []


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
