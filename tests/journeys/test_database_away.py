"""While the database is unavailable, everything that does not need it continues."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox.slack import Person, SeenMessage
from tests.clock import PatientClock
from tests.journeys.acting import CODE, open_card
from tests.waiting import until

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


@asynccontextmanager
async def locked_database(folder: Path) -> AsyncIterator[None]:
    """Somebody else holds it, for longer than anybody waits."""
    database = sqlite3.connect(folder / "tickets.sqlite3", timeout=0, isolation_level=None)

    def take() -> bool:
        with suppress(sqlite3.OperationalError):
            database.execute("BEGIN EXCLUSIVE")
        return database.in_transaction

    await until(take)
    yield
    database.close()


async def test_a_card_a_list_a_form_and_home_still_answer(
    ann: Person, clock: PatientClock, tmp_path: Path
) -> None:
    clock.is_patient = False
    async with locked_database(tmp_path):
        card = await open_card(ann)
        await ann.types("#support", "/ticket list new")
        await ann.wait_for("Where is my order?")
        await ann.clicks(card, "Reply")
        await ann.wait_for_form("John Owner <john@owner.com>")
        await ann.opens_home()
        home = await ann.wait_for_home("Waiting")
        assert "Your recent activity and digests can't be loaded right now." in home
        assert not ann.sees("Something went wrong")


async def test_commands_that_need_the_database_say_that_it_is_away(
    ann: Person, clock: PatientClock, tmp_path: Path
) -> None:
    clock.is_patient = False
    commands = ("/ticket digest", f"/ticket history {CODE}", "/ticket answers", "/ticket live")

    def says_so(command: str, message: SeenMessage) -> bool:
        expected = ("The bot can't reach its own database right now.", command, "[Try again]")
        return all(each in message for each in expected)

    async with locked_database(tmp_path):
        for command in commands:
            await ann.types("#support", command)
        for command in commands:
            await ann.wait_for(partial(says_so, command))
        assert not ann.sees("Still waiting for LiveAgent")
