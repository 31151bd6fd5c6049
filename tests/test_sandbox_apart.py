"""A running bot does not load the sandbox, which can be absent."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parent.parent
EACH_COMMAND = """
import sys
from bot.cli import main
print(*(main([command]) for command in ("run", "check", "migrate")), file=sys.stderr)
sys.exit(main(["sandbox"]))
"""


def test_commands_run_without_the_sandbox(tmp_path: Path) -> None:
    """As in the image, which `.dockerignore` describes. No setting is set."""
    left_out = shutil.ignore_patterns("sandbox", "play.*")
    for package in ("bot", "handlers", "blocks"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=left_out)
    done = subprocess.run(
        [sys.executable, "-S", "-c", EACH_COMMAND],  # -S: not the installed bot
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{sysconfig.get_path('purelib')}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-2:] == [
        "2 1 2",
        "The sandbox is not installed here: `make sandbox` starts it in a clone.",
    ]
