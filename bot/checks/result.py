"""The result of a check."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Results in order of gravity. After a warning everything still works."""

    OK = "ok"
    SKIPPED = "skipped"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """`message` describes the finding, `advice` what to do about it."""

    status: Status
    message: str
    advice: str = ""


def ok(message: str) -> Result:
    return Result(Status.OK, message)


def warning(message: str, advice: str) -> Result:
    return Result(Status.WARNING, message, advice)


def failed(message: str, advice: str) -> Result:
    return Result(Status.FAILED, message, advice)


def skipped(message: str, advice: str = "") -> Result:
    return Result(Status.SKIPPED, message, advice)
