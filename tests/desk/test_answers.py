"""Who may use which saved answers, and what happens while LiveAgent does not answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.desk.answers import LIVEAGENTS_LIST_SECONDS, AnswerDesk
from bot.desk.commits import Commits
from bot.domain.answers import Audience, PredefinedAnswer, SavedAnswer
from bot.domain.errors import (
    AnswerChanged,
    AnswerGone,
    AnswerOutOfBounds,
    DepartmentsLoading,
    NotApplied,
)
from bot.domain.people import Agent, Department, OwnDepartments, Role, SlackUser
from bot.operations.rich_text import of_plain
from bot.storage.answers import SavedAnswers
from bot.storage.database import Database
from tests.clock import ManualClock

SALES, SUPPORT = Department("dep1", "Sales"), Department("dep2", "Support")
OF_SALES = SavedAnswer(0, "Discount", of_plain("10 %"), "U0ANN", Audience.DEPARTMENT, SALES)


@dataclass
class Acme:
    """Everybody is an agent of `own`; the admin's name is Adam."""

    own: OwnDepartments = field(default_factory=lambda: OwnDepartments([SALES]))
    answers: Sequence[PredefinedAnswer] | NotApplied = ()

    @property
    def directory(self) -> "Acme":
        return self

    async def actor(self, user: SlackUser) -> Agent:
        role = Role.ADMIN if user.id == "U0ADAM" else Role.AGENT
        return Agent(f"agent of {user.id}", user.email, user.id, role)

    async def departments_of(self, _agent: Agent) -> OwnDepartments:
        return self.own

    async def departments(self) -> Sequence[Department]:
        return [SALES, SUPPORT]

    async def predefined_answers(self) -> Sequence[PredefinedAnswer]:
        if isinstance(self.answers, NotApplied):
            raise self.answers
        return self.answers


async def find_user(user_id: str) -> SlackUser:
    return SlackUser(user_id, f"{user_id}@acme.example", "en", "UTC")


@pytest.fixture
def acme() -> Acme:
    return Acme()


@pytest.fixture
def answers(acme: Acme, database: Database, clock: ManualClock) -> AnswerDesk:
    desk: Any = acme
    return AnswerDesk(desk, SavedAnswers(database), find_user, Commits(clock), clock)


async def names(answers: AnswerDesk, user: str, query: str = "") -> list[str]:
    return [each.name for each in await answers.search(query, user, department_id=SALES.id)]


async def test_agents_who_leave_a_department_still_manage_their_answers(
    answers: AnswerDesk, acme: Acme
) -> None:
    await answers.save(OF_SALES, "U0ANN", key="V1")
    assert await names(answers, "U0BEN") == ["Discount"]
    acme.own = OwnDepartments([SUPPORT])
    assert await names(answers, "U0BEN") == await names(answers, "U0ANN") == []
    assert await answers.all_of("U0BEN") == ([], True)
    (mine,), _ = await answers.all_of("U0ANN")
    assert mine.is_changeable
    with pytest.raises(AnswerGone):
        await answers.find(mine.answer.key, "U0BEN")
    with pytest.raises(AnswerOutOfBounds):
        await answers.save(mine.answer, "U0ANN", key="V2")
    await answers.save(replace(mine.answer, audience=Audience.ME, department=None), "U0ANN", key="")
    assert await names(answers, "U0ANN") == ["Discount"]
    assert await names(answers, "U0ADAM") == []


async def test_bounds_hold_where_it_is_stored(answers: AnswerDesk, acme: Acme) -> None:
    await answers.save(OF_SALES, "U0ANN", key="V1")
    (stored,) = await answers.search("", "U0BEN")
    with pytest.raises(AnswerOutOfBounds):
        await answers.save(replace(stored, audience=Audience.ME), "U0BEN", key="V2")
    await answers.save(replace(stored, audience=Audience.EVERYONE), "U0BEN", key="V3")
    with pytest.raises(AnswerOutOfBounds):
        await answers.remove(stored.id, "U0BEN")
    acme.own = OwnDepartments([], is_complete=False)
    with pytest.raises(DepartmentsLoading):
        await answers.save(OF_SALES, "U0ANN", key="V4")
    await answers.remove(stored.id, "U0ADAM")
    assert await names(answers, "U0ANN") == []


async def test_a_concurrent_change_is_not_overwritten(answers: AnswerDesk) -> None:
    await answers.save(OF_SALES, "U0ANN", key="V1")
    shown = await answers.find("1", "U0BEN")
    one, other = replace(shown, name="Less"), replace(shown, rich_text=of_plain("20 %"))
    for _ in range(2):  # its acknowledgement was lost
        await answers.save(one, "U0ANN", key="V2", shown=shown.fingerprint)
    with pytest.raises(AnswerChanged):
        await answers.save(other, "U0BEN", key="V3", shown=shown.fingerprint)
    assert await names(answers, "U0BEN") == ["Less"]


async def test_liveagents_answers_are_offered_while_it_responds(
    answers: AnswerDesk, acme: Acme, clock: ManualClock
) -> None:
    await answers.save(OF_SALES, "U0ANN", key="V1")
    acme.answers = [PredefinedAnswer("pa1", "Thanks", "<p>ｔｈａｎｋ you</p>", "ｔｈａｎｋ you")]
    (thanks,) = await answers.search("thank", "U0ANN")
    assert await answers.find(thanks.key, "U0ANN") == thanks
    assert await names(answers, "U0ANN") == ["Discount", "Thanks"]
    acme.answers = NotApplied("GET v3/predefined_answers", "LiveAgent is down")
    await clock.advance(LIVEAGENTS_LIST_SECONDS + 1)
    assert await names(answers, "U0ANN") == ["Discount"]
    with pytest.raises(NotApplied):
        await answers.find(thanks.key, "U0ANN")
    with pytest.raises(AnswerGone):
        await answers.find("99999999", "U0ANN")
