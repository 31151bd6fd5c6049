"""Saved answers: texts that agents insert into their replies."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.domain.people import Agent, Department
from bot.domain.spelling import searched

MAX_TEXT = 8000
"""In characters: Slack's field takes about as many as a message."""
MAX_BEGIN = 400
FINGERPRINT_LENGTH = 16
_LIVEAGENTS = "liveagent "


class Audience(StrEnum):
    """Who can use an answer; the values are stored."""

    ME = "me"
    DEPARTMENT = "department"
    EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who uses answers: a Slack user, their agent, and the ids of their departments."""

    slack_user: str
    agent: Agent
    departments: Collection[str]


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer of the bot, or one of LiveAgent's, which has a `remote_id`, and `html`.

    `id` is 0 for a new one, and for LiveAgent's. Lists omit `rich_text`, because there may be a
    thousand answers. `author` is a Slack user, or LiveAgent's agent. `then` is the status to set
    after sending, "" for the reply's own; `tags` are then added.
    """

    id: int
    name: str
    rich_text: Mapping[str, Any] = field(repr=False)
    author: str
    audience: Audience = Audience.ME
    department: Department | None = None
    then: str = ""
    tags: tuple[str, ...] = ()
    remote_id: str = ""
    html: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """Identifies it among the bot's and LiveAgent's answers."""
        return f"{_LIVEAGENTS}{self.remote_id}" if self.remote_id else str(self.id)

    @property
    def fingerprint(self) -> str:
        """Changes with everything that its form shows."""
        department = self.department.id if self.department else ""
        shown = [self.name, self.rich_text, self.audience, department, self.then, self.tags]
        return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:FINGERPRINT_LENGTH]

    def is_by(self, reader: Reader) -> bool:
        if self.remote_id:
            return reader.agent.is_named(self.author)
        return self.author == reader.slack_user

    def is_for(self, reader: Reader) -> bool:
        """Whether they may use it; admins also answers of departments that no longer exist."""
        match self.audience:
            case Audience.ME:
                return self.is_by(reader)
            case Audience.DEPARTMENT:
                department = self.department
                is_theirs = department is not None and department.id in reader.departments
                return is_theirs or reader.agent.sees_every_department
            case Audience.EVERYONE:
                return True

    def may_be_changed_by(self, reader: Reader) -> bool:
        """Whether it is theirs or their departments'; admins may change all that they see.

        LiveAgent's answers are changed in LiveAgent.
        """
        if self.remote_id:
            return False
        if self.is_by(reader):
            return True
        is_of_place = self.audience is Audience.DEPARTMENT and self.is_for(reader)
        is_shared = self.audience is not Audience.ME
        return is_of_place or (is_shared and reader.agent.sees_every_department)


@dataclass(frozen=True, slots=True)
class PredefinedAnswer:
    """LiveAgent's answer for a department, a user, or everybody; `text` is plain."""

    id: str
    name: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    user_id: str = ""
    department_id: str = ""

    def saved(self, departments: Mapping[str, str]) -> SavedAnswer:
        """Returns it as a saved answer; `departments` are names by id."""
        audience, department = Audience.EVERYONE, None
        if self.department_id:
            name = departments.get(self.department_id, "")
            audience, department = Audience.DEPARTMENT, Department(self.department_id, name)
        elif self.user_id:
            audience = Audience.ME
        return SavedAnswer(
            id=0,
            name=self.name,
            rich_text={},
            author=self.user_id,
            audience=audience,
            department=department,
            remote_id=self.id,
            html=self.html,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer in a list: how its text begins, and its words for searching."""

    answer: SavedAnswer
    begins: str = field(repr=False)
    words: str = field(repr=False)

    @classmethod
    def of(cls, answer: SavedAnswer, text: str) -> "Listed":
        department = answer.department.name if answer.department else ""
        return cls(answer, text[:MAX_BEGIN], searched(f"{answer.name}\n{department}\n{text}"))


@dataclass(frozen=True, slots=True)
class Usable:
    """An answer that somebody may use, how its text begins, and whether they may change it."""

    answer: SavedAnswer
    begins: str = field(repr=False)
    is_changeable: bool


def matching(
    answers: Iterable[Listed], query: str, reader: Reader, department_id: str
) -> Sequence[Listed]:
    """Returns the answers that contain all words of the query, in the order to offer them.

    One's own and the department's are first, then those with the words in their name.
    """
    words = {word for word in searched(query).split() if any(map(str.isalnum, word))}

    def order(listed: Listed) -> tuple[bool, bool, str]:
        answer, department = listed.answer, listed.answer.department
        is_near = answer.is_by(reader) or (
            department is not None and department.id == department_id
        )
        name = searched(answer.name)
        return not is_near, not all(word in name for word in words), name

    fitting = [each for each in answers if all(word in each.words for word in words)]
    return sorted(fitting, key=order)


_WHO = r"(?:customer|contact|requester|owner)"
_NAME = r"_?(?:full_?)?name"
_NAMES = re.compile(
    rf"\{{{{1,2}}\s*(?:(?P<customer>customer|\$(?:conv_?)?{_WHO}{_NAME})"
    rf"|(?P<agent>agent|\$(?:conv_?)?agent{_NAME}))\s*\}}{{1,2}}",
    re.IGNORECASE,
)


def with_names(text: str, **names: str) -> str:
    """Fills in the names of `customer` and `agent`; unknown names and other placeholders stay."""
    return _NAMES.sub(lambda found: names.get(str(found.lastgroup)) or found.group(), text)
