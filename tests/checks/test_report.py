"""What a person sees, and what a machine gets."""

import io
import os
import pty
import sys
from asyncio import create_subprocess_exec, to_thread
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.checks.registry import Finding
from bot.checks.report import print_for_people
from bot.checks.result import failed, ok
from tests.checks.conftest import Checker

WRONG = {"LIVEAGENT_API_KEY": "wrong-0123456789"}


async def test_a_line_for_each_check_and_below_what_to_do(checker: Checker) -> None:
    status, said = await checker.run(**WRONG)
    assert status == 1
    assert "\033" not in said
    assert "  ✓ ok       slack-scopes " in said
    assert "None" not in said
    assert "  ✗ failed   liveagent-api-key\n             LiveAgent does not accept" in said
    assert (
        "  - skipped  liveagent-clock             not looked at: liveagent-api-key failed" in said
    )
    assert "1 failed, 4 skipped. Mend what failed from the top down" in said


async def test_warnings_alone_are_no_failure(checker: Checker) -> None:
    status, said = await checker.run()
    assert status == 0
    assert "  ! warning  agents-in-slack\n" in said
    assert "1 to look at, 0 failed" in said
    assert "The bot can start" in said


async def test_for_machines_the_same_names_whatever_is_wrong(checker: Checker) -> None:
    right = await checker.read()
    wrong = await checker.read(SLACK_BOT_TOKEN="", LIVEAGENT_URL="x", DATABASE_URL="y", PORT="z")
    assert list(right.rows) == list(wrong.rows)
    assert wrong.overall == "failed"


@pytest.mark.parametrize(
    ("environment", "failing"),
    [
        ({"TERM": "xterm"}, "\033[31m✗ failed "),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "\n  ✗ failed "),
        ({"TERM": "dumb"}, "\n  ✗ failed "),
    ],
)
async def test_colours_on_a_terminal_alone(
    environment: dict[str, str], failing: str, tmp_path: Path
) -> None:
    """In a process of its own, before a terminal."""
    ours, theirs = pty.openpty()
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    check = await create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check"),
        env={**clean, **environment, "LIVEAGENT_URL": "x", "SLACK_API_URL": "x"},
        cwd=tmp_path,
        stdout=theirs,
        stderr=PIPE,
    )
    os.close(theirs)
    said = await to_thread(read_all, ours)
    _, errors = await check.communicate()
    assert (check.returncode, errors) == (1, b"")
    assert failing in said.replace("\r\n", "\n")


async def test_a_terminal_without_the_signs_gets_others() -> None:
    async def found() -> AsyncIterator[Finding]:
        yield Finding("Slack", "one", ok("設定"))
        yield Finding("Slack", "two", failed("No.", "Do."))

    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    await print_for_people(found(), out, str)
    out.seek(0)
    said = out.read()
    assert "+ ok " in said
    assert "x failed " in said
    assert "??" in said


def read_all(terminal: int) -> str:
    """Until the other end is closed, which Linux tells as an error."""
    said = b""
    try:
        while some := os.read(terminal, 4096):
            said += some
    except OSError:
        pass
    os.close(terminal)
    return said.decode()
