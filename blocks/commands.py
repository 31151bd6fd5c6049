"""The words after `/ticket`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One way to use `/ticket`: its word (none for the bare command), an example, what it does."""

    word: str | None
    example: str
    does: str
