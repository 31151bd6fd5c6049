"""Saved answers: texts that agents insert into their replies."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.domain.people import Agent, Department
from bot.domain.spelling import folded

MAX_TEXT = 8000
"""Characters of a message: Slack's field takes about as many as a message."""


class Audience(StrEnum):
    """Who can use an answer; the values are stored."""

    ME = "me"
    DEPARTMENT = "department"
    EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer. `id` is 0 for a new one.

    `author` is a Slack user. `then` is the status to set after sending, "" for the reply's own.
    """

    id: int
    name: str
    rich_text: Mapping[str, Any] = field(repr=False)
    author: str
    audience: Audience = Audience.ME
    department: Department | None = None
    then: str = ""

    def is_for(self, slack_user: str, departments: Collection[str]) -> bool:
        """Whether the agent may use it; `departments` are the ids of those that they work in."""
        match self.audience:
            case Audience.ME:
                return self.author == slack_user
            case Audience.DEPARTMENT:
                return self.department is not None and self.department.id in departments
            case Audience.EVERYONE:
                return True

    def may_be_changed_by(
        self, slack_user: str, agent: Agent, departments: Collection[str]
    ) -> bool:
        """Whether it is theirs or a department's of theirs; admins change all that they see."""
        if self.author == slack_user:
            return True
        if self.audience is Audience.ME or not self.is_for(slack_user, departments):
            return False
        return self.audience is Audience.DEPARTMENT or agent.sees_every_department


@dataclass(frozen=True, slots=True)
class Usable:
    """An answer that somebody may use, and whether they may change it."""

    answer: SavedAnswer
    is_changeable: bool


def found(
    answers: Iterable[tuple[SavedAnswer, str]], query: str, *, slack_user: str, department_id: str
) -> Sequence[SavedAnswer]:
    """Returns the answers that contain all words of the query, in the order to offer them.

    Each comes with its text, folded. One's own and the department's are first, then those with the
    words in their name.
    """
    words = [word for word in folded(query).split() if any(map(str.isalnum, word))]

    def order(answer: SavedAnswer) -> tuple[bool, bool, str]:
        is_near = answer.author == slack_user or (
            answer.department is not None and answer.department.id == department_id
        )
        name = folded(answer.name)
        return not is_near, not all(word in name for word in words), name

    fitting = [answer for answer, text in answers if all(word in text for word in words)]
    return sorted(fitting, key=order)


_WHO = r"(?:customer|contact|requester|owner)"
_NAME = r"_?(?:full_?)?name"
_CUSTOMER = re.compile(
    rf"\{{{{1,2}}\s*(?:customer|\$(?:conv_?)?{_WHO}{_NAME})\s*\}}{{1,2}}", re.IGNORECASE
)
_AGENT = re.compile(
    rf"\{{{{1,2}}\s*(?:agent|\$(?:conv_?)?agent{_NAME})\s*\}}{{1,2}}", re.IGNORECASE
)


def with_names(text: str, *, customer: str, agent: str) -> str:
    """Fills in names; a placeholder whose name is not known stays, and so do all others."""
    for placeholder, name in ((_CUSTOMER, customer), (_AGENT, agent)):
        if name:
            text = placeholder.sub(name.replace("\\", r"\\"), text)
    return text
