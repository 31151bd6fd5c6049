"""What agents may do with a channel's digests, and the audit of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from blocks.forms.digest import DigestState, fresh
from blocks.forms.digest import form as form_of
from blocks.ids import Id
from bot.desk.channel_rights import ChannelRights
from bot.desk.commits import CHECK_SECONDS, Commits
from bot.desk.desk import Desk
from bot.desk.digests import DigestDesk, Sending
from bot.domain.digest import Contents, Digest
from bot.domain.errors import (
    DigestRemoved,
    NotAnAgent,
    NotApplied,
    NotInChannel,
    NotStored,
    SharedOutside,
    ShowsTooMuch,
)
from bot.domain.people import SlackUser
from bot.domain.ticket import WAITING, Status
from bot.i18n import Translator
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.storage.database import Database
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.tables import audit
from bot.storage.tables import digests as stored
from tests.clock import ManualClock
from tests.desk.conftest import ACCOUNT, USERS

SIZE = 3


class Channels:
    """Slack's: one has the bot in it, one has not, one is shared."""

    async def check(self, channel: str) -> bool:
        if channel == "C0SHARED":
            raise SharedOutside
        return channel == "C0OURS"


class Users:
    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.seconds = 0.0

    async def find(self, user_id: str) -> SlackUser:
        if self.seconds:
            await self._clock.sleep(self.seconds)
        return SlackUser(user_id, USERS.get(user_id, "gone@acme.example"), "en-US", "UTC")


@pytest.fixture
def users(clock: ManualClock) -> Users:
    return Users(clock)


@pytest.fixture
async def database(sqlite_url: str, clock: ManualClock) -> AsyncIterator[Database]:
    database = Database(sqlite_url, clock=clock)
    yield database
    await database.close()


@pytest.fixture
def digests(database: Database) -> Digests:
    return Digests(database)


@pytest.fixture
def runs(database: Database) -> DigestRuns:
    return DigestRuns(database, lease_seconds=60)


@pytest.fixture
def desk(
    digests: Digests, runs: DigestRuns, liveagent: LiveAgent, clock: ManualClock, users: Users
) -> DigestDesk:
    reading = Desk(liveagent, CachedDirectory(liveagent), ACCOUNT, clock.now)
    rights = ChannelRights(reading, users.find, Channels().check)
    return DigestDesk(rights, digests, runs, Commits(clock), clock)


def wanted(channel: str = "C0OURS", *departments: str) -> Digest:
    proposed = fresh(channel, "U0ANN", "UTC", Translator("en"))
    return replace(proposed, departments=dict.fromkeys(departments, "?"))


async def kinds(database: Database) -> list[tuple[str, str]]:
    async with database.begin() as connection:
        found = await connection.execute(select(audit.c.kind, audit.c.agent).order_by(audit.c.id))
        return [(row.kind, row.agent) for row in found]


async def test_each_change_of_a_digest_is_audited(desk: DigestDesk, database: Database) -> None:
    added = await desk.save(wanted(), "U0ANN", key="V1")
    assert added.id
    assert {*added.departments.values()} == {"Support"}  # all departments are all of hers
    await desk.save(replace(added, name="At nine"), "U0ADAM", key="V2")
    assert (await desk.pause(added.id, "U0ANN")).name == "At nine"
    assert (await desk.find(added.id)).is_paused
    await desk.resume(added.id, "U0ANN")
    assert not (await desk.find(added.id)).is_paused
    await desk.remove(added.id, "U0ANN")
    assert await desk.of_channel("C0OURS") == ([], True)
    assert await kinds(database) == [
        ("digest_added", "Ann Agent"),
        ("digest_changed", "Adam Admin"),
        ("digest_paused", "Ann Agent"),
        ("digest_resumed", "Ann Agent"),
        ("digest_removed", "Ann Agent"),
    ]


@pytest.mark.parametrize("change", ["pause", "resume", "remove"])
async def test_without_an_audit_entry_nothing_changes(
    desk: DigestDesk, database: Database, change: str
) -> None:
    added = await desk.save(wanted(), "U0ANN", key="V1")
    if change == "resume":
        await desk.pause(added.id, "U0ANN")
    before = await desk.find(added.id)
    async with database.begin() as connection:
        await connection.execute(text("ALTER TABLE audit RENAME TO lost"))
    with pytest.raises(NotStored):
        await getattr(desk, change)(added.id, "U0ANN")
    assert await desk.find(added.id) == before


async def test_repeated_pauses_are_audited_once(desk: DigestDesk, database: Database) -> None:
    added = await desk.save(wanted(), "U0ANN", key="V1")
    for change in (desk.pause, desk.pause, desk.resume, desk.resume):
        await change(added.id, "U0ANN")
    kept = [kind for kind, _ in await kinds(database)]
    assert kept == ["digest_added", "digest_paused", "digest_resumed"]


async def test_a_form_sent_twice_is_one_digest(desk: DigestDesk) -> None:
    first = await desk.save(wanted(), "U0ANN", key="V1")
    again = await desk.save(replace(wanted(), name="Edited"), "U0ANN", key="V1")
    found, _ = await desk.of_channel("C0OURS")
    assert [(each.id, each.name) for each in found] == [(first.id, "Edited")]
    assert again.id == first.id


async def test_a_refused_change_changes_nothing(desk: DigestDesk, database: Database) -> None:
    with pytest.raises(ShowsTooMuch):
        await desk.save(wanted("C0OURS", "dep1s5a4"), "U0ANN", key="V1")
    with pytest.raises(SharedOutside):
        await desk.save(wanted("C0SHARED"), "U0ADAM", key="V1")
    with pytest.raises(NotAnAgent):
        await desk.save(wanted(), "U0STRANGER", key="V1")
    assert await desk.of_channel("C0OURS") == ([], True)
    stored = await desk.save(wanted(), "U0ANN", key="V1")
    for change in (desk.pause, desk.resume, desk.remove, desk.send_now):
        with pytest.raises(NotAnAgent):
            await change(stored.id, "U0STRANGER")
    assert await desk.of_channel("C0OURS") == ([stored], True)
    assert len(await kinds(database)) == 1


async def test_news_that_is_not_sent_in_time_is_not_saved(
    desk: DigestDesk, users: Users, clock: ManualClock
) -> None:
    users.seconds = CHECK_SECONDS + 1
    saving = asyncio.create_task(desk.save(wanted(), "U0ANN", key="V1"))
    await clock.advance(CHECK_SECONDS)
    with pytest.raises(NotApplied):
        await saving
    users.seconds = 0
    assert await desk.of_channel("C0OURS") == ([], True)


async def test_saving_an_orphaned_digest_takes_it_over(desk: DigestDesk, digests: Digests) -> None:
    orphan = replace(wanted(), created_by="U0GONE")
    added = await digests.add(orphan, due=desk.clock.now(), key="V1")
    assert (await desk.save(added, "U0ADAM", key="V2")).id == added.id
    assert (await desk.find(added.id)).created_by == "U0ADAM"
    await desk.save(added, "U0ANN", key="V3")
    assert (await desk.find(added.id)).created_by == "U0ADAM"


async def test_a_removed_digest_can_not_be_changed(desk: DigestDesk) -> None:
    added = await desk.save(wanted(), "U0ANN", key="V1")
    await desk.remove(added.id, "U0ADAM")
    with pytest.raises(DigestRemoved):
        await desk.save(added, "U0ANN", key="V2")
    for change in (desk.pause, desk.resume, desk.remove, desk.send_now):
        with pytest.raises(DigestRemoved):
            await change(added.id, "U0ANN")


async def test_send_now_pressed_twice_is_one_run(
    desk: DigestDesk, runs: DigestRuns, clock: ManualClock, database: Database
) -> None:
    added = await desk.save(wanted(), "U0ANN", key="V1")
    assert await desk.send_now(added.id, "U0ANN") is Sending.BEGUN
    assert await desk.send_now(added.id, "U0ANN") is Sending.BEGUN  # the same run
    run = await runs.claim()
    assert run
    contents = (await desk.page(added.id, "U0ADAM", 0, size=SIZE)).contents
    tomorrow = clock.now().replace(hour=23)
    await runs.posted(run, added, ts="1.0", due=tomorrow, contents=contents)
    assert await runs.claim() is None
    assert await desk.send_now(added.id, "U0ANN") is Sending.JUST_POSTED
    await clock.advance(120)
    assert await desk.send_now(added.id, "U0ANN") is Sending.BEGUN
    kept = ["digest_added", "digest_sent", "digest_sent"]
    assert [kind for kind, _ in await kinds(database)] == kept


async def test_send_now_does_not_affect_the_schedule(desk: DigestDesk, runs: DigestRuns) -> None:
    before = await desk.save(wanted(), "U0ANN", key="V1")
    await desk.send_now(before.id, "U0ANN")
    run = await runs.claim()
    assert run
    assert run.is_extra
    contents = (await desk.page(before.id, "U0ADAM", 0, size=SIZE)).contents
    later = desk.clock.now() + timedelta(days=9)
    assert await runs.posted(run, before, ts="1.0", due=later, contents=contents)
    assert await desk.find(before.id) == replace(before, last_came=contents.seen)


async def test_send_now_says_so_if_there_is_nothing_to_post(desk: DigestDesk) -> None:
    japan = wanted("C0OURS", "dep2jp00")
    silent = replace(japan, statuses=(Status.CALLING,), posts_empty=False)
    added = await desk.save(silent, "U0ADAM", key="V1")
    assert await desk.send_now(added.id, "U0ADAM") is Sending.NOBODY_WAITS
    await desk.save(replace(added, posts_empty=True), "U0ADAM", key="V2")
    assert await desk.send_now(added.id, "U0ADAM") is Sending.BEGUN


async def test_the_owner_of_an_older_one_decides_once(desk: DigestDesk, database: Database) -> None:
    for number, decide in enumerate((desk.widen, desk.settle)):
        added = await desk.save(replace(wanted(), statuses=("N", "W")), "U0ANN", key=f"V{number}")
        async with database.begin() as connection:
            settings = (await connection.execute(stored.select())).all()[-1].settings
            del settings["is_settled"]  # as earlier versions wrote it
            await connection.execute(
                stored.update().where(stored.c.id == added.id).values(settings=settings)
            )
        assert (await desk.find(added.id)).omits_waiting_tickets
        await decide(added.id, "U0ANN")
        now = await desk.find(added.id)
        assert not now.omits_waiting_tickets
        assert now.statuses == (WAITING if decide == desk.widen else ("N", "W"))


async def test_send_now_needs_a_channel_where_the_bot_can_post(desk: DigestDesk) -> None:
    added = await desk.save(wanted("C0THEIRS"), "U0ANN", key="V1")
    with pytest.raises(NotInChannel):
        await desk.send_now(added.id, "U0ANN")


async def test_each_reader_sees_what_is_theirs(desk: DigestDesk) -> None:
    every = replace(wanted(), statuses=tuple(Status), only_changes=False)
    added = await desk.save(every, "U0ADAM", key="V1")
    whole = await desk.preview(added.id, "U0ADAM", size=SIZE)
    theirs = await desk.preview(added.id, "U0ANN", size=SIZE)
    assert (whole.is_partial, theirs.is_partial) == (False, True)
    assert isinstance(whole.found, Contents)
    assert isinstance(theirs.found, Contents)
    assert 0 < len(theirs.found.tickets) < len(whole.found.tickets)
    assert len(whole.found.shown) == SIZE
    last = await desk.page(added.id, "U0ADAM", 10_000, size=SIZE)
    assert last.number == (last.contents.listed - 1) // SIZE
    assert last.contents.shown
    assert not any(each.public_code in each.subject for each in last.contents.shown)


class Narrowed(Digests):
    """An admin narrows the digest after it was read to be changed."""

    async def find(self, digest_id: int) -> Digest | None:
        found = await super().find(digest_id)
        await self.change(digest_id, lambda before: replace(before, departments={"default": "?"}))
        return found


async def test_bounds_are_those_of_the_digest_that_is_changed(
    desk: DigestDesk, digests: Digests, database: Database
) -> None:
    foreign = wanted("C0OURS", "default", "dep1s5a4")
    stored = await desk.save(foreign, "U0ADAM", key="V1")
    meanwhile = replace(desk, _digests=Narrowed(database))
    with pytest.raises(ShowsTooMuch):
        await meanwhile.save(replace(foreign, id=stored.id), "U0ANN", key="V2")
    found = await digests.find(stored.id)
    assert found
    assert {*found.departments} == {"default"}
    assert [kind for kind, _ in await kinds(database)] == ["digest_added"]


class Renamed(Digests):
    """Somebody renames the digest after it was read to be widened."""

    async def find(self, digest_id: int) -> Digest | None:
        found = await super().find(digest_id)
        await self.change(digest_id, lambda before: replace(before, name="At nine"))
        return found


async def test_widening_a_digest_changes_only_its_statuses(
    desk: DigestDesk, digests: Digests, database: Database
) -> None:
    stored = await desk.save(replace(wanted(), statuses=(Status.NEW,)), "U0ANN", key="V1")
    await replace(desk, _digests=Renamed(database)).widen(stored.id, "U0ANN")
    found = await digests.find(stored.id)
    assert found
    assert (found.name, found.statuses) == ("At nine", WAITING)


async def test_departments_that_the_form_can_not_show_are_kept(
    desk: DigestDesk, digests: Digests
) -> None:
    many = wanted("C0OURS", *(f"d{number:03}" for number in range(130)))
    stored = await desk.save(many, "U0ADAM", key="V1")
    form = form_of(DigestState(digest=stored.id), Translator("en"), digest=stored).to_dict()
    state = DigestState.of_view(form)
    department = next(each for each in form["blocks"] if each.get("block_id") == Id.DEPARTMENT)
    shown = [each["value"] for each in department["element"]["initial_options"]]
    assert department["hint"]["text"].startswith("30 more departments")
    left = replace(stored, departments=dict.fromkeys(shown[1:], "?"))
    await desk.save(left, "U0ADAM", key="V2", shown_up_to=state.shown_up_to)
    found = await digests.find(stored.id)
    assert found
    assert {*found.departments} == {*many.departments} - {shown[0]}
