"""The doctor's findings, for eyes or for machines."""

import json
import textwrap
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import TextIO

from bot.doctor.finding import Finding, Verdict

WIDTH = 100
_COLOURS = {Verdict.OK: 32, Verdict.WARNING: 33, Verdict.FAILED: 31, Verdict.SKIPPED: 90}
_INDENT = 12


async def report_text(findings: AsyncIterator[Finding], out: TextIO, *, in_colour: bool) -> int:
    """Each as it comes, then what it amounts to; the exit status: 1 where something failed."""
    counts: Counter[Verdict] = Counter()
    async for finding in findings:
        counts[finding.verdict] += 1
        print(_lines(finding, in_colour=in_colour), file=out, flush=True)
    said = ", ".join(f"{counts[each]} {each}" for each in Verdict if counts[each])
    print(f"\n{said}.", file=out)
    return _status(counts)


async def report_json(findings: AsyncIterator[Finding], out: TextIO) -> int:
    """One object; the exit status as above."""
    found = [finding async for finding in findings]
    status = _status(Counter(finding.verdict for finding in found))
    checks = [asdict(finding) for finding in found]
    json.dump({"is_well": status == 0, "checks": checks}, out, ensure_ascii=False, indent=2)
    print(file=out)
    return status


def _status(counts: Counter[Verdict]) -> int:
    return 1 if counts[Verdict.FAILED] else 0


def _lines(finding: Finding, *, in_colour: bool) -> str:
    verdict = f"{finding.verdict:<8}"
    if in_colour:
        verdict = f"\033[{_COLOURS[finding.verdict]}m{verdict}\033[0m"
    said = textwrap.wrap(f"{finding.check}: {finding.message}", WIDTH - _INDENT)
    advised = textwrap.wrap(finding.advice, WIDTH - _INDENT)
    head, *rest = said
    return "\n".join(
        [f"  {verdict}  {head}", *(" " * _INDENT + each for each in [*rest, *advised])]
    )
