"""The import contracts list every module that they should; tests import no tests."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def forbidden(name: str) -> set[str]:
    """The modules that the contract of that name forbids."""
    contracts: list[dict[str, Any]] = PROJECT["tool"]["importlinter"]["contracts"]
    return {*next(each["forbidden_modules"] for each in contracts if each["name"] == name)}


def packages() -> set[str]:
    """What can be imported of the libraries that the bot depends on."""
    names = (re.split(r"[\[<>=]", each)[0] for each in PROJECT["project"]["dependencies"])
    wanted = {name.replace("_", "-").lower() for name in names}
    return {
        package
        for package, distributions in packages_distributions().items()
        if not package.startswith("_")
        and wanted & {each.replace("_", "-").lower() for each in distributions}
    }


def test_the_domain_imports_no_library() -> None:
    assert len(packages()) >= len(PROJECT["project"]["dependencies"])
    assert packages() <= forbidden("The domain is the standard library alone")


def test_the_sandbox_imports_nothing_of_the_bot() -> None:
    inside = {path.stem for path in (ROOT / "bot").iterdir() if path.suffix in {"", ".py"}}
    parts = {f"bot.{name}" for name in inside if not name.startswith("_")} - {"bot.sandbox"}
    assert parts < forbidden("The sandbox repeats none of the bot's mistakes")


def test_no_test_is_imported() -> None:
    """What tests share lies in modules of helpers."""
    imports = re.compile(r"^from tests\.\S*\btest_\w+ import", re.MULTILINE)
    files = (ROOT / "tests").rglob("*.py")
    assert [each.name for each in files if imports.search(each.read_text())] == []
