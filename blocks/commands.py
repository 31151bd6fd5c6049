"""The words after `/ticket`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One way to use `/ticket`: its word (none for a ticket alone), an example, what it does.

    `also` are other words for it, in any of our languages, as people type them.
    """

    word: str | None
    example: str
    does: str
    also: tuple[str, ...] = ()
