"""The words in which the tickets of the world are told."""

import re
from dataclasses import dataclass
from datetime import timedelta

CUSTOMER = ""
"""Stands for the ticket's owner where somebody acts."""

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True)
class Part:
    """One message of a group, `kind` in the API's letters."""

    kind: str
    text: str
    by: str = CUSTOMER


@dataclass(frozen=True)
class Event:
    """One group of messages; without any, LiveAgent leaves `messages` out."""

    kind: str
    by: str
    ago: timedelta
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    id: str
    code: str
    public_code: str
    subject: str
    owner: tuple[str, str]
    department: str
    status: str
    events: tuple[Event, ...]
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    note: str | None = None
    postponed_for: timedelta | None = None
    emailed: bool = True


def span(text: str) -> timedelta:
    """`span("2d 4h")` is two days and four hours."""
    found = re.findall(r"(\d+)([wdhm])", text)
    return timedelta(**{_UNITS[unit]: int(count) for count, unit in found})


def asked(ago: str, text: str, files: tuple[str, ...] = (), subject: str = "") -> Event:
    head = (Part("T", subject),) if subject else ()
    parts = (*head, Part("M", text), *(Part("F", name) for name in files))
    return Event("M", CUSTOMER, span(ago), parts)


def answered(agent: str, ago: str, text: str, copies: str = "") -> Event:
    head = (Part("H", f"cc: {copies}", agent),) if copies else ()
    return Event("M", agent, span(ago), (*head, Part("M", text, agent)))


def noted(agent: str, ago: str, text: str) -> Event:
    return Event("I", agent, span(ago), (Part("N", text, agent),))


def transferred(agent: str, ago: str, text: str) -> Event:
    return Event("T", agent, span(ago), (Part("R", text, agent),))


def tagged(agent: str, ago: str, text: str) -> Event:
    return Event("G", agent, span(ago), (Part("G", text, agent),))


def resolved(agent: str, ago: str, text: str = "Ticket resolved") -> Event:
    return Event("R", agent, span(ago), (Part("S", text, agent),))


def chatted(ago: str, *lines: tuple[str, str]) -> Event:
    """Each line says who and what."""
    return Event("C", CUSTOMER, span(ago), tuple(Part("M", text, by) for by, text in lines))


def called(agent: str, ago: str, text: str) -> Event:
    return Event("P", agent, span(ago), (Part("D", text, agent),))


def said_nothing(ago: str) -> Event:
    return Event("M", CUSTOMER, span(ago), ())
