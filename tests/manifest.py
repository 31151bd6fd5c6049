"""The manifest of the app in Slack."""

from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from bot.play import MANIFEST


def read_manifest() -> dict[str, Any]:
    """Returns a copy that may be changed: to parse it takes longer than many tests."""
    return deepcopy(_manifest())


@cache
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text())
    return manifest
