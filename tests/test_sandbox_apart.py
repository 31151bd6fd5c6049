"""The sandbox is no part of a running bot: nothing loads it, and it can be absent."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def bot(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs with the `bot` of that folder alone (-S: not the installed one), and no setting."""
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}{os.pathsep}{sysconfig.get_path('purelib')}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["run", "check", "migrate"])
def test_no_command_loads_the_sandbox(command: str) -> None:
    done = bot("-X", "importtime", "-m", "bot", command, folder=ROOT)
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert {"bot.app", "bot.settings"} <= loaded
    assert {one for one in loaded if one.startswith(("bot.sandbox", "bot.play"))} == set()


def test_where_it_is_absent_one_line_says_so(tmp_path: Path) -> None:
    """As in the image, which `.dockerignore` describes."""
    left_out = shutil.ignore_patterns("sandbox", "play.py", "__pycache__")
    for package in ("bot", "handlers", "blocks"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=left_out)
    done = bot("-m", "bot", "sandbox", folder=tmp_path)
    assert done.returncode == 2
    assert (
        done.stderr == "The sandbox is not installed here: `make sandbox` starts it in a clone.\n"
    )
