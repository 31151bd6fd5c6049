"""The documents' pictures exist, are small, and have descriptions."""

import re
from pathlib import Path

import pytest

import bot
from tests.gallery.pictures import OF_THE_GALLERY, OF_THE_SANDBOX, TO

ROOT = Path(bot.__file__).parent.parent
MIN_BYTES, MAX_BYTES = 10_000, 350_000  # smaller ones are empty


def test_every_picture_is_made_by_the_command_and_is_small() -> None:
    files = {file.stem: file.stat().st_size for file in (ROOT / TO).iterdir()}
    assert set(files) == {*OF_THE_GALLERY, OF_THE_SANDBOX}
    assert {name: size for name, size in files.items() if not MIN_BYTES < size < MAX_BYTES} == {}


@pytest.mark.parametrize("page", ["README.md", "docs/README.ja.md", "docs/using.md"])
def test_a_page_shows_pictures_that_exist_and_says_what_is_on_them(page: str) -> None:
    text = (ROOT / page).read_text()
    shown = re.findall(r'<img src="([^"]+)" width="\d+" alt="[^"]+">', text)
    assert shown
    assert len(shown) == text.count("<img")
    assert all((ROOT / page).parent.joinpath(file).is_file() for file in shown)
