"""Saved answers are kept, changed within their bounds, and deleted."""

from dataclasses import replace
from threading import current_thread, main_thread

import pytest
from sqlalchemy import select

from bot.domain.answers import Audience, SavedAnswer
from bot.domain.errors import AnswerOutOfBounds
from bot.domain.people import Department
from bot.operations.rich_text import of_plain
from bot.storage.answers import SavedAnswers
from bot.storage.database import Database
from bot.storage.tables import audit

HELLO = SavedAnswer(
    0,
    "Hello",
    of_plain("Hello {customer}"),
    "U0ANN",
    Audience.DEPARTMENT,
    Department("dep1", "Support"),
    then="R",
    tags=("VIP", "Refund"),
)


def refuse(_before: SavedAnswer) -> None:
    raise AnswerOutOfBounds


async def test_an_answer_is_kept_once_and_changed_and_deleted(moved: Database) -> None:
    stored = SavedAnswers(moved)
    await stored.add(HELLO, "V1", agent="Ann")
    await stored.add(replace(HELLO, name="Hi"), "V1", agent="Ann")  # the form came twice
    is_beside: list[bool] = []

    def read(answer: SavedAnswer) -> SavedAnswer:
        is_beside.append(current_thread() is not main_thread())  # there may be a thousand
        return answer

    (kept,) = await stored.all(read)
    assert is_beside == [True]
    assert kept == replace(HELLO, id=kept.id, name="Hi")
    mine = replace(kept, audience=Audience.ME, department=None, then="", author="U0BEN")
    with pytest.raises(AnswerOutOfBounds):
        await stored.change(mine, refuse, user="U0BEN", agent="Ben")
    assert await stored.find(kept.id) == kept
    assert await stored.change(mine, lambda _: None, user="U0BEN", agent="Ben")
    assert await stored.find(kept.id) == replace(mine, author="U0ANN")
    with pytest.raises(AnswerOutOfBounds):
        await stored.remove(kept.id, refuse, user="U0BEN", agent="Ben")
    assert await stored.remove(kept.id, lambda _: None, user="U0BEN", agent="Ben")
    assert not await stored.remove(kept.id, lambda _: None, user="U0BEN", agent="Ben")
    assert not await stored.change(kept, lambda _: None, user="U0ANN", agent="Ann")
    assert await stored.find(kept.id) is None
    async with moved.begin() as connection:
        kinds = (await connection.execute(select(audit.c.kind, audit.c.slack_user))).all()
    assert {*kinds} == {
        ("answer_added", "U0ANN"),
        ("answer_changed", "U0BEN"),
        ("answer_removed", "U0BEN"),
    }
