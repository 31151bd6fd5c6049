"""README's pictures exist, are small, and have descriptions."""

import re
from pathlib import Path

import bot
from tests.gallery.pictures import OF_THE_GALLERY, OF_THE_SANDBOX, TO

ROOT = Path(bot.__file__).parent.parent
MIN_BYTES, MAX_BYTES = 10_000, 350_000  # smaller ones are empty


def test_every_picture_is_made_by_the_command_and_is_small() -> None:
    files = {file.stem: file.stat().st_size for file in (ROOT / TO).iterdir()}
    assert set(files) == {*OF_THE_GALLERY, *OF_THE_SANDBOX}
    assert {name: size for name, size in files.items() if not MIN_BYTES < size < MAX_BYTES} == {}


def test_readme_shows_pictures_that_exist_and_says_what_is_on_them() -> None:
    shown = re.findall(
        r'<img src="([^"]+)" width="\d+" alt="([^"]+)">', (ROOT / "README.md").read_text()
    )
    assert len(shown) == (ROOT / "README.md").read_text().count("<img")
    assert all((ROOT / file).is_file() for file, _ in shown)
