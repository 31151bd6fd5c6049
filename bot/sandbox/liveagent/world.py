"""Reads `world.yml`, the initial account, and creates its identifiers."""

import hashlib
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot.sandbox.liveagent.records import (
    SYSTEM_USER,
    Agent,
    Customer,
    Department,
    Group,
    Message,
    PredefinedAnswer,
    Rating,
    Tag,
    Ticket,
)

Data = dict[str, Any]

_WORLD: Data = yaml.safe_load(Path(__file__).with_name("world.yml").read_text(encoding="utf-8"))
_LOWER = string.digits + string.ascii_lowercase
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_KINDS = {  # what was done, in the API's letters: of the group, and of its message
    "asked": "MM",
    "answered": "MM",
    "noted": "IN",
    "transferred": "TR",
    "tagged": "GG",
    "resolved": "RS",
    "called": "PD",
}

DEPARTMENTS = tuple(Department(**one) for one in _WORLD["departments"])
AGENTS = tuple(
    Agent(**{**one, "departments": tuple(one["departments"])}) for one in _WORLD["agents"]
)
ANSWERS = tuple(PredefinedAnswer(**one) for one in _WORLD["answers"])
TAGS = tuple(Tag(**one) for one in _WORLD["tags"])

_AGENT_IDS = {agent.email.partition("@")[0]: agent.id for agent in AGENTS}
_AGENT_IDS["system"] = SYSTEM_USER
_TAG_IDS = {tag.name: tag.id for tag in TAGS}


class Happened(NamedTuple):
    """A part of a ticket's story; `by` None means the ticket's owner or the same author."""

    ago: timedelta
    by: str | None
    kind: str
    messages: Sequence[tuple[str, str | None, str]]
    """Kind, author and text of each."""


@cache  # each account begins with the same
def _identifier(kind: str, number: int, length: int, alphabet: str) -> str:
    digest = hashlib.sha256(f"{kind} {number}".encode()).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest[:length])


class Ids:
    """Identifiers, the same in every run. They don't rise with time, so they can't be sorted."""

    def __init__(self) -> None:
        self._made: Counter[str] = Counter()

    def make(self, kind: str, length: int = 8, alphabet: str = _LOWER) -> str:
        self._made[kind] += 1
        return _identifier(kind, self._made[kind], length, alphabet)

    def code(self) -> str:
        parts = (
            ("code 1", 3, string.ascii_uppercase),
            ("code 2", 5, string.ascii_uppercase),
            ("code 3", 3, string.digits),
        )
        return "-".join(self.make(*part) for part in parts)

    def public_code(self) -> str:
        return self.make("public code", 16, string.digits + string.ascii_letters)


@dataclass(frozen=True)
class Opening:
    """The initial tickets, their owners by e-mail, and the generator of identifiers."""

    customers: dict[str, Customer]
    tickets: tuple[Ticket, ...]
    ids: Ids

    def copied(self) -> "Opening":
        tickets = (
            replace(one, tags=[*one.tags], copies=[*one.copies], groups=[*one.groups])
            for one in self.tickets
        )
        return Opening({**self.customers}, tuple(tickets), deepcopy(self.ids))


def opening(now: datetime) -> Opening:
    return _opening(now).copied()


@lru_cache(maxsize=1)  # tests begin at one moment all the time
def _opening(now: datetime) -> Opening:
    ids = Ids()
    owners = _customers(ids)
    return Opening(owners, tuple(_tickets(owners, now, ids)), ids)


def _customers(ids: Ids) -> dict[str, Customer]:
    names = {email: name for name, email in map(_owner, _WORLD["tickets"])}
    return {email: Customer(ids.make("contact"), name, email) for email, name in names.items()}


def _tickets(owners: dict[str, Customer], now: datetime, ids: Ids) -> Iterator[Ticket]:
    for story in _WORLD["tickets"]:
        ticket_id, code, public_code = story["ids"].split()
        owner, place = owners[_owner(story)[1]], story["is"]
        groups = [_group(one, owner, now, ids) for one in _happened(ticket_id)]
        yield Ticket(
            id=ticket_id,
            code=code,
            public_code=public_code,
            subject=story["subject"],
            owner=owner,
            department=place["department"],
            status=place["status"],
            created=groups[0].created,
            changed=groups[-1].created,
            assignee=_AGENT_IDS.get(place.get("assignee", "")),
            tags=[_TAG_IDS.get(tag, tag) for tag in place.get("tags", ())],
            copies=list(place.get("copies", ())),
            groups=groups,
            note=place.get("note"),
            postponed_until=now + _span(place["postponed"]) if "postponed" in place else None,
            emailed=place.get("emailed", True),
        )


def ratings(known: dict[str, Ticket], now: datetime) -> Iterator[Rating]:
    emails = {agent.id: agent.email for agent in AGENTS}
    for one in _WORLD["ratings"]:
        for kind in sorted({"good", "bad"} & one.keys()):
            yield Rating(
                kind="R" if kind == "good" else "P",
                created=now - _span(one[kind]),
                ticket_id=one["of"],
                agent_email=emails[_AGENT_IDS[one["by"]]],
                requester_email=known[one["of"]].owner.email,
                comment=one.get("text", ""),
            )


def _owner(story: Data) -> tuple[str, str]:
    name, _, email = story["owner"].rpartition("<")
    return name.strip(), email.rstrip(">")


def _events(events: list[Data]) -> Iterator[Data]:
    """Expands a `talk` into messages at regular intervals, the customer first."""
    for event in events:
        count = event.get("talk", 0)
        for number in range(1, count + 1):
            by = {} if number % 2 else {"by": event["with"]}
            ago = _span(event["every"]) * (count + 1 - number)
            done = "answered" if by else "asked"
            yield {done: ago, "text": event["text"].format(n=number), **by}
        if not count:
            yield event


@cache  # each account begins with the same
def _happened(ticket_id: str) -> tuple[Happened, ...]:
    story = next(one for one in _WORLD["tickets"] if one["ids"].startswith(f"{ticket_id} "))
    return tuple(_event(one) for one in _events(story["events"]))


def _event(event: Data) -> Happened:
    done = next(iter(event))
    return Happened(
        ago=_span(event[done]),
        by=_AGENT_IDS.get(event.get("by", "")),
        kind="C" if done == "chatted" else _KINDS[done][0],
        messages=[
            (letter, _AGENT_IDS.get(who), text) for letter, who, text in _messages(event, done)
        ],
    )


def _group(happened: Happened, owner: Customer, now: datetime, ids: Ids) -> Group:
    by, then = happened.by or owner.id, now - happened.ago
    messages = tuple(
        Message(ids.make("message"), who or by, letter, then, text)
        for letter, who, text in happened.messages
    )
    return Group(ids.make("group"), by, happened.kind, then, messages or None)


def _messages(event: Data, done: str) -> Iterator[tuple[str, str, str]]:
    """Returns kind, author and text of each; without any, LiveAgent omits `messages`."""
    who = event.get("by", "")
    yield from (("M", by, text) for by, text in event.get("lines", ()))
    if "subject" in event:
        yield "T", who, event["subject"]
    if "copies" in event:
        yield "H", who, f"cc: {event['copies']}"
    if "text" in event:
        yield _KINDS[done][1], who, _text(event["text"])
    yield from (("F", who, name) for name in event.get("files", ()))


def _text(text: str | list[str | Data]) -> str:
    if isinstance(text, str):
        return text
    return "".join(
        one
        if isinstance(one, str)
        else "".join(one["text"].format(n=n) for n in range(1, one["repeat"] + 1))
        for one in text
    )


@cache
def _span(text: str | timedelta) -> timedelta:
    """Reads `2d 4h` as two days and four hours."""
    if isinstance(text, timedelta):
        return text
    found = re.findall(r"(\d+)([wdhm])", text)
    return timedelta(**{_UNITS[unit]: int(count) for count, unit in found})
