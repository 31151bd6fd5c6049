"""Reads the words after `list`, `mine`, `next` and `find` into a filter."""

from collections.abc import Sequence
from dataclasses import replace

from blocks import words
from blocks.forms import find
from bot.domain.characters import compatible
from bot.domain.errors import UnknownCommand
from bot.domain.filter import Filter
from bot.domain.people import Department
from bot.domain.spelling import folded, may_be_address, nearest, tidy_address
from bot.domain.ticket import WAITING
from handlers.dispatch.context import Context

_ANY = {"all", "any", "すべて"}
_MINE = {"mine", "my", "自分", "自分の担当"}


def read_words(typed: Sequence[str], departments: Sequence[Department]) -> Filter:
    """Reads statuses, "all" and "mine", a department's name, an address; the rest is the subject.

    Without a status it means open tickets, or all if the words narrow the search.
    """
    rest = [compatible(word) for word in typed]
    statuses, wants_any, is_mine = [], False, False
    while rest:
        word = rest[0].casefold().rstrip(",")
        if letter := words.status_named(word):
            statuses.append(letter)
        elif word in _ANY:
            wants_any = True
        elif word in _MINE:
            is_mine = True
        else:
            break
        rest.pop(0)
    department, rest = _department(rest, departments)
    owner, subject = owner_and_words(rest)
    found = Filter(department=department, owner=owner, subject=subject, is_mine=is_mine)
    default = () if wants_any or found.is_narrow else WAITING
    return replace(found, statuses=tuple(dict.fromkeys(statuses)) or default)


def words_meant(
    typed: Sequence[str], wanted: Filter, departments: Sequence[Department]
) -> Sequence[str]:
    """Returns the corrected words if the subject begins with a misspelt status or department."""
    first = next(iter(wanted.subject.split()), "")
    names = [*words.status_words(), *_ANY, *_MINE, *(folded(each.name) for each in departments)]
    near = nearest(first.casefold(), names)
    mended = [near if compatible(word) == first else word for word in typed] if near else ()
    return [word for word in mended if word]


def narrowed(wanted: Filter, by: Filter) -> Filter:
    """Returns a predefined filter, narrowed by the one that was read."""
    return replace(
        wanted,
        statuses=wanted.statuses if by.statuses in {(), WAITING} else by.statuses,
        department=by.department,
        owner=by.owner,
        subject=by.subject,
        is_mine=by.is_mine,
    )


def misspelt(context: Context, command: str, meant: Sequence[str]) -> UnknownCommand:
    """Returns the proposal of the command with the corrected words."""
    words = " ".join(meant)
    shown = context.services.desk.without_codes(f"{command} {words}")
    return UnknownCommand(shown, context.as_command(command, words))


def owner_and_words(rest: Sequence[str]) -> tuple[str, str]:
    """Returns the first address, and all other words."""
    owners = [word for word in rest if may_be_address(word)]
    subject = " ".join(word for word in rest if word not in owners[:1])
    owner = tidy_address(owners[0])[: find.MAX_ADDRESS_LENGTH] if owners else ""
    return owner, subject[: find.MAX_SUBJECT_LENGTH]


def _department(
    rest: list[str], departments: Sequence[Department]
) -> tuple[Department | None, list[str]]:
    """Returns the department with the longest name that the words begin with, and the rest."""
    by_name = {tuple(folded(each.name).split()): each for each in departments}
    first = [word.casefold() for word in rest[: max(map(len, by_name), default=0)]]
    for length in range(len(first), 0, -1):
        if department := by_name.get(tuple(first[:length])):
            return department, rest[length:]
    return None, rest
