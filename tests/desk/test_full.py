"""If the database can't be written, a person who changes a setting learns that it is not stored."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from blocks.forms import digest as digest_form
from blocks.forms import live as live_form
from blocks.forms import overdue as overdue_form
from bot.desk.answers import AnswerDesk
from bot.desk.channel_rights import ChannelRights
from bot.desk.commits import COMMIT_SECONDS, Commits
from bot.desk.digests import DigestDesk
from bot.desk.live import LiveDesk
from bot.desk.my_tickets import MyTickets
from bot.desk.overdue import OverdueDesk
from bot.domain.answers import SavedAnswer
from bot.domain.errors import NotStored
from bot.domain.my_tickets import Mode
from bot.domain.people import Agent, OwnDepartments, Role, SlackUser
from bot.i18n import Translator
from bot.operations.rich_text import of_plain
from bot.storage.answers import SavedAnswers
from bot.storage.database import Database
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.live_channels import LiveChannels
from bot.storage.my_tickets_choices import MyTicketsChoices
from bot.storage.overdue import OverdueAlerts
from tests.clock import ManualClock

ADAM, CHANNEL, OTHER = "U0ADAM", "C1", "C2"
FULL = "CREATE TRIGGER full_{table}_{verb} BEFORE {verb} ON {table} BEGIN DELETE FROM disk; END"
WRITTEN = ("answers", "audit", "digests", "late_alerts", "live_channels", "ticket_listeners")


class Everything:
    """A help desk whose admin may do everything."""

    async def actor(self, user: SlackUser) -> Agent:
        return Agent("a1", user.email, "Adam", Role.ADMIN)

    async def departments_of(self, _agent: Agent) -> OwnDepartments:
        return OwnDepartments([])


@dataclass
class Desks:
    live: LiveDesk
    overdue: OverdueDesk
    digests: DigestDesk
    answers: AnswerDesk
    mine: MyTickets


async def find_user(user_id: str) -> SlackUser:
    return SlackUser(user_id, "adam@acme.example", "en", "UTC")


async def may_post(_channel: str) -> bool:
    return True


@pytest.fixture
async def database(sqlite_url: str, clock: ManualClock) -> AsyncIterator[Database]:
    database = Database(sqlite_url, clock=clock)
    yield database
    await database.close()


@pytest.fixture
async def desks(database: Database, clock: ManualClock) -> Desks:
    """With one of each."""
    desk, commits = _desk(), Commits(clock)
    rights, t = ChannelRights(desk, find_user, may_post), Translator("en")
    kept = Digests(database)
    runs = DigestRuns(database, lease_seconds=60)
    desks = Desks(
        LiveDesk(rights, LiveChannels(database), lambda: None, commits, clock),
        OverdueDesk(rights, OverdueAlerts(database), commits, clock),
        DigestDesk(rights, kept, runs, commits, clock),
        AnswerDesk(desk, SavedAnswers(database), find_user, commits, clock),
        MyTickets(desk, MyTicketsChoices(database), find_user, lambda: None, commits),
    )
    for channel in (CHANNEL, OTHER):
        await desks.live.save(live_form.fresh(channel, ADAM, t), ADAM, key="")
    await desks.live.pause(OTHER, ADAM)
    await desks.overdue.save(overdue_form.fresh(CHANNEL, ADAM, "UTC", t), ADAM, key="")
    digest = replace(digest_form.fresh(CHANNEL, ADAM, "UTC", t), posts_empty=True)
    await desks.digests.save(digest, ADAM, key="V1")
    await desks.answers.save(SavedAnswer(0, "Thanks", of_plain("Thanks"), ADAM), ADAM, key="V2")
    return desks


def _desk() -> Any:
    return Everything()


CHANGES: Mapping[str, Callable[[Desks], Awaitable[object]]] = {
    "pause live": lambda it: it.live.pause(CHANNEL, ADAM),
    "resume live": lambda it: it.live.resume(OTHER, ADAM),
    "stop live": lambda it: it.live.remove(CHANNEL, ADAM),
    "stop alerts": lambda it: it.overdue.remove(CHANNEL, ADAM),
    "settle a digest": lambda it: it.digests.settle(1, ADAM),
    "send a digest": lambda it: it.digests.send_now(1, ADAM),
    "delete an answer": lambda it: it.answers.remove(1, ADAM),
    "choose": lambda it: it.mine.choose(ADAM, mode=Mode.ALWAYS),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_changes_fail_on_a_full_disk(desks: Desks, database: Database, change: str) -> None:
    async with database.begin() as connection:
        for table in WRITTEN:
            for verb in ("INSERT", "UPDATE", "DELETE"):
                await connection.execute(text(FULL.format(table=table, verb=verb)))
    with pytest.raises(NotStored):
        await CHANGES[change](desks)


@pytest.mark.parametrize("change", CHANGES)
async def test_changes_time_out_while_the_database_is_locked(
    desks: Desks, database: Database, clock: ManualClock, change: str
) -> None:
    async with database.begin():
        changing = asyncio.ensure_future(CHANGES[change](desks))
        await clock.advance(COMMIT_SECONDS)
        with pytest.raises(NotStored):
            await changing
