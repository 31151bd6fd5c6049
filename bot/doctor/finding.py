"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names the thing, a setting by its name in capitals; `advice` is what to do."""

    check: str
    verdict: Verdict
    message: str
    advice: str = ""


def ok(check: str, message: str) -> Finding:
    return Finding(check, Verdict.OK, message)


def warning(check: str, message: str, advice: str) -> Finding:
    return Finding(check, Verdict.WARNING, message, advice)


def failed(check: str, message: str, advice: str) -> Finding:
    return Finding(check, Verdict.FAILED, message, advice)


def skipped(check: str, message: str) -> Finding:
    return Finding(check, Verdict.SKIPPED, message)
