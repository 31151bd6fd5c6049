"""Faults of the API, set at run time."""

import asyncio
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "delay",
    "hang",
    "refuse",
    "drop_after",
    "apply_late",
    "cut_body",
    "html_page",
    "empty_body",
    "down",
    "error",
    "rate_limited",
]


class Fault(BaseModel):
    """One fault, for the calls it matches: for all, or for the next `times` of them.

    `delay` waits `seconds`, then answers; `hang` never answers nor applies the call. `refuse`
    closes the connection without applying the call, `drop_after` once it is applied, `apply_late`
    `seconds` before. `cut_body`, `empty_body` and `html_page` spoil the answer of a call that is
    applied unless `applied` is off. `down`, `error` and `rate_limited` are the API's own JSON, and
    nothing is applied.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    calls: str = "*"
    """A pattern for a call's name, path or `VERB /path`; `reads` are all GET, `writes` the rest."""
    times: int | None = Field(default=None, gt=0)
    seconds: float = Field(default=1.0, ge=0)
    applied: bool = True
    http: int | None = None
    """The HTTP status of `html_page` (502) and `error` (500)."""
    statuscode: int | None = None
    message: str = "common processing error"


@dataclass
class Armed:
    """A fault and how many more calls it affects."""

    fault: Fault
    left: int | None


class Faults:
    """The active faults; the last one set wins.

    `clear` releases hanging calls, without an answer.
    """

    def __init__(self) -> None:
        self.armed: list[Armed] = []
        self._cleared = asyncio.Event()

    def add(self, fault: Fault) -> None:
        self.armed.insert(0, Armed(fault, fault.times))

    def set(self, kind: Kind, calls: str = "*", *, times: int | None = None) -> None:
        """Adds a fault that needs no other setting."""
        self.add(Fault(kind=kind, calls=calls, times=times))

    def clear(self) -> None:
        self.armed.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def cleared(self) -> None:
        await self._cleared.wait()

    def take(self, name: str, verb: str, path: str) -> Fault | None:
        """Returns the fault for this call, and counts it."""
        for armed in self.armed:
            if _meant(armed.fault.calls, name, verb, path):
                if armed.left is not None:
                    armed.left -= 1
                self.armed = [one for one in self.armed if one.left != 0]
                return armed.fault
        return None


def _meant(calls: str, name: str, verb: str, path: str) -> bool:
    if calls in {"reads", "writes"}:
        return (verb == "GET") == (calls == "reads")
    return any(fnmatchcase(text, calls) for text in (name, path, f"{verb} {path}"))
