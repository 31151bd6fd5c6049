"""The subcommands of `/ticket`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand of `/ticket`: its word (None for a ticket alone), an example, and its effect.

    `also` are synonyms in all languages, as people type them.
    """

    word: str | None
    example: str
    does: str
    also: tuple[str, ...] = ()
