"""The Slack app's manifest fits the code, and Slack's own schema."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from handlers import SHORTCUTS

ROOT = Path(__file__).parent.parent
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
SCOPES: dict[str, list[str]] = MANIFEST["oauth_config"]["scopes"]
SCOPES_PAGE = (ROOT / "docs" / "settings.md").read_text().split("## Scopes")[1].split("\n## ")[0]
SCHEMA = ROOT.parent / "shared" / "reference" / "slack-manifest.schema.2.0.0.json"


def test_the_manifest_is_valid_against_slacks_schema() -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's schema is not at hand")
    jsonschema.validate(MANIFEST, json.loads(SCHEMA.read_text()))


def test_optional_scopes_are_among_the_bots_too() -> None:
    """As Slack wants it: docs.slack.dev/reference/app-manifest."""
    assert SCOPES["bot_optional"]
    assert set(SCOPES["bot_optional"]) < set(SCOPES["bot"])


def test_the_settings_page_says_which_scopes_are_optional() -> None:
    optional = " ".join(row for row in SCOPES_PAGE.splitlines() if "(optional)" in row)
    assert set(re.findall(r"`([a-z.:]+)`", optional)) == set(SCOPES["bot_optional"])


def test_every_shortcut_has_a_listener_and_a_short_name() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert {shortcut["callback_id"] for shortcut in shortcuts} == set(SHORTCUTS)
    assert all(len(shortcut["name"]) <= 24 for shortcut in shortcuts)


def test_the_settings_page_gives_a_reason_for_every_scope() -> None:
    for scope in SCOPES["bot"]:
        assert f"`{scope}`" in SCOPES_PAGE


def test_slacks_command_line_gets_the_manifest() -> None:
    hooks = json.loads((ROOT / ".slack" / "hooks.json").read_text())["hooks"]
    said = subprocess.run(  # the command is our own file's
        hooks["get-manifest"], shell=True, cwd=ROOT, check=True, capture_output=True
    )
    assert json.loads(said.stdout) == MANIFEST
