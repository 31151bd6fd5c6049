"""Reports findings to people and machines."""

import json
import os
import shutil
import textwrap
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TextIO

from bot.checks.registry import Finding
from bot.checks.result import Status

GRAVITY = tuple(Status)
_MARKS = {Status.OK: "✓", Status.WARNING: "!", Status.FAILED: "✗", Status.SKIPPED: "-"}
_PLAIN_MARKS = {**_MARKS, Status.OK: "+", Status.FAILED: "x"}
_COLOURS = {Status.OK: "32", Status.WARNING: "33", Status.FAILED: "31", Status.SKIPPED: "2"}
_NAME_WIDTH, _WORD_WIDTH = 28, 7
_INDENT = " " * 13

Hide = Callable[[str], str]


def overall(findings: Sequence[Finding]) -> Status:
    """Returns the gravest status; skipped checks alone count as OK."""
    gravest = max((f.result.status for f in findings), key=GRAVITY.index, default=Status.OK)
    return Status.OK if gravest is Status.SKIPPED else gravest


async def print_for_people(
    found: AsyncIterator[Finding], out: TextIO, hide: Hide
) -> Sequence[Finding]:
    """Prints findings as they come, with colours on terminals only."""
    paint, marks = _painter(out), _marks(out)
    findings: list[Finding] = []
    section = ""
    async for finding in found:
        if finding.section != section:
            section = finding.section
            _say(out, ("\n" if findings else "") + paint("1", section))
        status, message = finding.result.status, hide(finding.result.message)
        word = paint(_COLOURS[status], f"{marks[status]} {status:<{_WORD_WIDTH}}")
        if finding.result.advice:
            _say(out, f"  {word}  {finding.check}")
            _say(out, _below(out, f"{message} {hide(finding.result.advice)}"))
        else:
            _say(out, f"  {word}  {finding.check:<{_NAME_WIDTH}}  {message}")
        findings.append(finding)
    _say(out, f"\n{_summary(findings)}")
    return findings


async def print_for_machines(
    found: AsyncIterator[Finding], out: TextIO, hide: Hide
) -> Sequence[Finding]:
    """Prints one JSON object at the end."""
    findings = [finding async for finding in found]
    rows = [
        {
            "check": each.check,
            "status": each.result.status.value,
            "message": hide(each.result.message),
            "advice": hide(each.result.advice),
        }
        for each in findings
    ]
    whole = {"overall": overall(findings).value, "checks": rows}
    _say(out, json.dumps(whole, ensure_ascii=True, indent=2))
    return findings


def _summary(findings: Sequence[Finding]) -> str:
    count = Counter(each.result.status for each in findings)
    parts = [
        f"{count[Status.OK]} ok",
        f"{count[Status.WARNING]} to look at",
        f"{count[Status.FAILED]} failed",
        f"{count[Status.SKIPPED]} skipped",
    ]
    result = {
        Status.FAILED: "Fix what failed from the top down, and check again.",
        Status.WARNING: "The bot can start; see what is marked with “!”.",
    }.get(overall(findings), "The bot can start.")
    return f"{', '.join(parts)}. {result}"


def _below(out: TextIO, text: str) -> str:
    """Wraps text on terminals only, so that elsewhere grep finds phrases."""
    if not out.isatty():
        return _INDENT + text
    width = max(shutil.get_terminal_size().columns, 2 * len(_INDENT))
    return textwrap.fill(
        text,
        width,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _say(out: TextIO, line: str) -> None:
    """Replaces characters that the output's encoding lacks."""
    encoding = out.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), file=out, flush=True)


def _painter(out: TextIO) -> Callable[[str, str], str]:
    """Respects NO_COLOR, which is a general convention, not a setting of the bot."""
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    if plain or not out.isatty():
        return lambda _, text: text
    return lambda colour, text: f"\033[{colour}m{text}\033[0m"


def _marks(out: TextIO) -> dict[Status, str]:
    try:
        "".join(_MARKS.values()).encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        return _PLAIN_MARKS
    return _MARKS
