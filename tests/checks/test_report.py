"""The report for people, and the one for machines."""

import io
import os
import pty
from collections.abc import AsyncIterator

import pytest

from bot.checks.registry import Finding
from bot.checks.report import print_for_people
from bot.checks.result import failed, ok
from tests.checks.conftest import Checker

WRONG = {"LIVEAGENT_API_KEY": "wrong-0123456789"}


async def two_findings() -> AsyncIterator[Finding]:
    yield Finding("Slack", "one", ok("設定"))
    yield Finding("Slack", "two", failed("No.", "Do."))


async def test_a_line_for_each_check_and_below_what_to_do(checker: Checker) -> None:
    status, output = await checker.run(**WRONG)
    assert status == 1
    assert "\033" not in output
    assert "  ✓ ok       slack-scopes " in output
    assert "None" not in output
    assert "  ✗ failed   liveagent-api-key\n             LiveAgent does not accept" in output
    assert (
        "  - skipped  liveagent-clock               not checked: liveagent-api-key failed" in output
    )
    assert "1 failed, 4 skipped. Fix what failed from the top down" in output


async def test_warnings_alone_are_no_failure(checker: Checker) -> None:
    status, output = await checker.run()
    assert status == 0
    assert "  ! warning  agents-in-slack\n" in output
    assert "1 to look at, 0 failed" in output
    assert "The bot can start" in output


async def test_the_json_report_always_has_the_same_names(checker: Checker) -> None:
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
    environment: dict[str, str], failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        await print_for_people(two_findings(), terminal, str)
    assert failing in read_all(ours).replace("\r\n", "\n")


async def test_an_ascii_terminal_gets_ascii_signs() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    await print_for_people(two_findings(), out, str)
    out.seek(0)
    output = out.read()
    assert "+ ok " in output
    assert "x failed " in output
    assert "??" in output


def read_all(terminal: int) -> str:
    """Until the other end is closed, which Linux tells as an error."""
    output = b""
    try:
        while some := os.read(terminal, 4096):
            output += some
    except OSError:
        pass
    os.close(terminal)
    return output.decode()
