"""`make gallery`: writes the page, and says where."""

from pathlib import Path

from tests.gallery.page import gallery

TO = Path("build/gallery.html")


def main() -> None:
    TO.parent.mkdir(exist_ok=True)
    TO.write_text(gallery())
    print(f"Open {TO.resolve().as_uri()}")


if __name__ == "__main__":
    main()
