"""Agents' saved answers, kept until somebody deletes them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from pydantic_core import from_json
from sqlalchemy import Connection, Text, cast, delete, select, update

from bot.domain.answers import Audience, SavedAnswer
from bot.domain.people import Department
from bot.storage.audit import audit_entry
from bot.storage.database import Database
from bot.storage.dialects import insert_into
from bot.storage.tables import answers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SavedAnswers:
    """Storage of answers. Every method is one transaction.

    `check` gets an answer before it is changed or deleted, and may raise; `agent` is the name of
    who does it.
    """

    database: Database

    async def all(self, read: Callable[[SavedAnswer], T]) -> Sequence[T]:
        """Returns the results of `read` for all answers, in a thread: there may be a thousand."""
        rest = (each for each in answers.c if each is not answers.c.rich_text)
        rich_text = cast(answers.c.rich_text, Text).label("rich_text")  # which takes long to read
        wanted = select(*rest, rich_text).order_by(answers.c.id)
        async with self.database.begin() as connection:
            rows = (await connection.execute(wanted)).all()
        return await asyncio.to_thread(lambda: [read(_answer(row)) for row in rows])

    async def find(self, answer_id: int) -> SavedAnswer | None:
        wanted = select(answers).where(answers.c.id == answer_id)
        async with self.database.begin() as connection:
            row = (await connection.execute(wanted)).one_or_none()
            return _answer(row) if row else None

    async def add(self, answer: SavedAnswer, key: str, *, agent: str) -> None:
        """Adds it; repeating a `key` changes what was added with it."""
        await self.database.transact(partial(_add, answer, key, agent))

    async def change(
        self, answer: SavedAnswer, check: Callable[[SavedAnswer], None], *, user: str, agent: str
    ) -> bool:
        """Changes everything except its author. Returns False if it is gone."""
        return await self.database.transact(partial(_change, answer, check, user, agent))

    async def remove(
        self, answer_id: int, check: Callable[[SavedAnswer], None], *, user: str, agent: str
    ) -> bool:
        """Returns False if it is already gone."""
        return await self.database.transact(partial(_remove, answer_id, check, user, agent))


def _add(answer: SavedAnswer, key: str, agent: str, connection: Connection) -> None:
    content = _content(answer)
    added = (
        insert_into(connection, answers)
        .values(key=key, created_by=answer.author, **content)
        .on_conflict_do_update(index_elements=[answers.c.key], set_=content)
        .returning(answers.c.id)
    )
    answer_id = connection.execute(added).scalar_one()
    _record(connection, answer_id, "answer_added", answer.author, agent)


def _change(
    answer: SavedAnswer,
    check: Callable[[SavedAnswer], None],
    user: str,
    agent: str,
    connection: Connection,
) -> bool:
    before = _for_update(connection, answer.id)
    if before is None:
        return False
    check(before)
    is_it = answers.c.id == answer.id
    connection.execute(update(answers).where(is_it).values(_content(answer)))
    _record(connection, answer.id, "answer_changed", user, agent)
    return True


def _remove(
    answer_id: int,
    check: Callable[[SavedAnswer], None],
    user: str,
    agent: str,
    connection: Connection,
) -> bool:
    before = _for_update(connection, answer_id)
    if before is None:
        return False
    check(before)
    connection.execute(delete(answers).where(answers.c.id == answer_id))
    _record(connection, answer_id, "answer_removed", user, agent)
    return True


def _for_update(connection: Connection, answer_id: int) -> SavedAnswer | None:
    wanted = select(answers).where(answers.c.id == answer_id).with_for_update()
    row = connection.execute(wanted).one_or_none()
    return _answer(row) if row else None


def _record(connection: Connection, answer_id: int, kind: str, user: str, agent: str) -> None:
    connection.execute(audit_entry(f"answer {answer_id}", kind, user, agent, {}))


def _content(answer: SavedAnswer) -> Mapping[str, Any]:
    department = answer.department
    return {
        "name": answer.name,
        "rich_text": dict(answer.rich_text),
        "audience": answer.audience,
        "department": [department.id, department.name] if department else None,
        "after_sending": {"then": answer.then, "tags": list(answer.tags)},
    }


def _answer(row: Any) -> SavedAnswer:  # noqa: ANN401  rows of two queries
    return SavedAnswer(
        id=row.id,
        name=row.name,
        rich_text=from_json(text) if isinstance(text := row.rich_text, str) else text,
        author=row.created_by,
        audience=Audience(row.audience),
        department=Department(*row.department) if row.department else None,
        then=row.after_sending.get("then", ""),
        tags=tuple(row.after_sending.get("tags", ())),
    )
