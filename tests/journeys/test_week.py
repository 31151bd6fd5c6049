"""The weekly digest: counts and ratings, in charts and in words."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.clock import next_morning
from bot.sandbox.liveagent import Fault
from bot.sandbox.liveagent.records import Rating
from bot.sandbox.slack import Form, Person, SeenMessage
from bot.storage.tables import digests
from tests.journeys.acting import type_and_see
from tests.journeys.digesting import add, list_digests, try_again_now, until_a_try_failed
from tests.waiting import until_found

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

NEW_YORK = ZoneInfo("America/New_York")  # where Adam is
COMMENTS = "What customers wrote with their ratings"
AGENTS = "Ratings per agent (only admins can turn this on)"


async def open_week_form(person: Person) -> Form:
    await person.clicks(await list_digests(person), "Add weekly digest")
    return await person.wait_for_form("Add weekly digest")


async def add_week(person: Person, **fields: str | list[str]) -> SeenMessage:
    form = await open_week_form(person)
    await person.submits(await person.fills(form, fields))
    assert person.form() is None
    return await person.wait_for("last week in figures")


def weeks(person: Person) -> list[SeenMessage]:
    return [
        each
        for each in person.messages("C0SUPPORT")
        if each.summary.startswith("Last week") and not each.is_private
    ]


async def move_to(sandbox: Sandbox, bot: Bot, moment: datetime) -> None:
    """Moves the time, and waits until all that was due has been posted."""
    await sandbox.clock.move(moment - sandbox.clock.now() + timedelta(seconds=1))

    async def is_done() -> bool:
        async with bot.database.begin() as connection:
            due: list[float] = [row.due for row in await connection.execute(digests.select())]
        return min(due) > sandbox.clock.now().timestamp()

    await until_found(is_done)


async def to_monday(sandbox: Sandbox, bot: Bot) -> None:
    """Each working morning up to that of a Monday."""
    while True:
        morning = next_morning(sandbox.clock.now(), NEW_YORK)
        await move_to(sandbox, bot, morning)
        if not morning.weekday():
            return


def rate(sandbox: Sandbox, kind: str, ticket_id: str, by: str, comment: str = "") -> None:
    """A customer rates an answer now."""
    account = sandbox.liveagent.account
    now, by = account.clock(), f"{by}@acme.example"
    account.ratings.append(Rating(kind, now, ticket_id, by, "somebody@home.example", comment))


@pytest.fixture
async def adam(adam: Person, sandbox: Sandbox, bot: Bot) -> Person:
    """It is Monday, nine o'clock, and nobody has rated anything yet."""
    sandbox.liveagent.account.ratings.clear()
    morning = next_morning(sandbox.clock.now(), NEW_YORK)
    while morning.weekday():
        morning = next_morning(morning, NEW_YORK)
    await sandbox.clock.move(morning - sandbox.clock.now() + timedelta(seconds=1))
    assert bot.is_connected
    return adam


def charts(seen: SeenMessage) -> list[dict[str, Any]]:
    return [each for each in seen.blocks if each["type"] == "data_visualization"]


async def a_week(adam: Person, sandbox: Sandbox, bot: Bot) -> SeenMessage:
    """On Tuesday two are resolved, on Wednesday one asks again."""
    account = sandbox.liveagent.account
    await move_to(sandbox, bot, next_morning(sandbox.clock.now(), NEW_YORK))
    for each in ("s4y7t5s7", "rf10a2c4"):
        account.ticket(each).status = "R"
    await move_to(sandbox, bot, next_morning(sandbox.clock.now(), NEW_YORK))
    account.customer_writes("s4y7t5s7", "It still isn't here.")
    await to_monday(sandbox, bot)
    [week] = weeks(adam)
    return week


async def test_a_week_is_shown_in_charts_and_in_the_same_words(
    adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add(adam)
    await add_week(adam)
    rate(sandbox, "R", "5h7t58d9", "sam")
    rate(sandbox, "P", "s4y7t5s7", "ann", "Too slow")
    week = await a_week(adam, sandbox, bot)
    moved, waits = charts(week)
    came, left = moved["chart"]["series"]
    days = moved["chart"]["axis_config"]["categories"]
    assert [each[:3] for each in days] == [
        "Wed",
        "Thu",
        "Fri",
    ]  # what came until Tuesday is unknown
    assert [each["value"] for each in came["data"]] == [0, 1, 0]
    assert [each["value"] for each in left["data"]] == [2, 0, 0]
    assert f"{days[0]}: 0 came in, 2 dealt with, " in week
    assert f"{days[1]}: 1 came in, 0 dealt with, " in week
    assert "what came in isn't known" in week
    assert (
        week.text.count("unknown (no digest that day)") == 3
    )  # Monday, before it, and the weekend
    assert ": 1 came in, 2 dealt with, " in week.summary
    names = waits["chart"]["axis_config"]["categories"]
    assert names == ["Support", "Sales", "日本サポート"]
    assert all(f"{name}: " in week for name in names)
    assert "👍 1 good, 👎 1 bad" in week
    assert "Too slow" not in week
    assert "Ratings per agent" not in week
    sandbox.slack.share_outside("C0SUPPORT")  # figures are no other company's either

    async def is_taken_back() -> bool:
        await sandbox.clock.move(timedelta(seconds=3))
        return not weeks(adam)

    await until_found(is_taken_back)


async def test_where_slack_takes_no_charts_the_text_comes_alone(
    adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    sandbox.slack.workspace.unknown_blocks.add("data_visualization")
    await adam.clicks(await add_week(adam), "Preview")
    assert "no figures yet" in await adam.wait_for("Preview. Only you can see this.")
    await add(adam)
    week = await a_week(adam, sandbox, bot)
    assert charts(week) == []
    assert ": 0 came in, 2 dealt with, " in week


async def test_comments_and_agents_are_shown_only_if_chosen(
    adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add_week(adam, **{"Show in the channel": [COMMENTS, AGENTS]})
    public_code = sandbox.liveagent.account.ticket("s4y7t5s7").public_code
    rate(sandbox, "R", "s4y7t5s7", "ann", f"<!channel> *Thanks* {public_code}")
    rate(sandbox, "R", "5h7t58d9", "gone")
    await to_monday(sandbox, bot)
    [week] = weeks(adam)
    assert ":thumbsup: <!channel> *Thanks* … AX4-B4T-FD8" in week
    assert "Ann Agent: 👍 1 good, 👎 0 bad" in week
    assert "Former agents: 👍 1 good, 👎 0 bad" in week
    assert "@acme.example" not in week
    assert "no figures yet" in week.summary  # no digest of tickets tells any, which is not 0
    assert "0 came in" not in week


async def test_only_admins_turn_figures_per_agent_on(adam: Person, sandbox: Sandbox) -> None:
    ann = sandbox.slack.person("ann")
    form = await ann.fills(await open_week_form(ann), {"Show in the channel": [AGENTS]})
    again = await ann.submits(form)
    assert again
    assert "Only LiveAgent admins and owners" in str(again.errors)
    await ann.closes(again)
    listed = await add_week(adam, Departments=["Support"], **{"Show in the channel": [AGENTS]})
    await ann.clicks(await list_digests(ann), "Change")
    form = await ann.wait_for_form(COMMENTS)
    assert await ann.submits(await ann.fills(form, {"Name": "Our week"})) is None
    assert "with ratings per agent" in await ann.wait_for("Our week")
    assert "Our week" in await list_digests(adam)
    assert listed


async def test_ratings_of_others_departments_are_left_out(
    adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    ann = sandbox.slack.person("ann")
    await add_week(ann, **{"Show in the channel": [COMMENTS]})
    rate(sandbox, "R", "s4y7t5s7", "ann", "Ours")
    rate(sandbox, "P", "5h7t58d9", "sam", "Theirs")
    rate(sandbox, "P", "none0000", "sam", "Of a ticket that is gone")
    await to_monday(sandbox, bot)
    [week] = weeks(adam)
    assert "👍 1 good, 👎 0 bad" in week
    assert "1 more, possibly for other departments" in week
    assert "Ours" in week
    assert "Theirs" not in week
    assert "gone" not in week
    read = [call.path for call in sandbox.liveagent.account.journal if call.name == "read_ticket"]
    assert len(read) == len({*read}) == 3  # each of the rated ones once


async def begin_monday(sandbox: Sandbox) -> None:
    """Moves the time to next Monday's morning, without waiting for what comes of it."""
    morning = next_morning(sandbox.clock.now(), NEW_YORK)
    while morning.weekday():
        morning = next_morning(morning, NEW_YORK)
    await sandbox.clock.move(morning - sandbox.clock.now() + timedelta(seconds=1))


@pytest.mark.parametrize("http", [403, 404, 500])
async def test_without_access_to_reports_the_week_comes_without_ratings(
    adam: Person, sandbox: Sandbox, http: int
) -> None:
    await add_week(adam)
    sandbox.liveagent.faults.add(Fault(kind="error", calls="list_ratings", http=http))
    await begin_monday(sandbox)
    await adam.wait_until(lambda: len(weeks(adam)) == 1)
    assert "Not available: The bot's API key can't read LiveAgent reports." in weeks(adam)[0]


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "No ratings."), (61, "LiveAgent didn't respond.")]
)
async def test_liveagent_has_an_hour_to_tell_the_ratings(
    adam: Person, sandbox: Sandbox, bot: Bot, minutes: int, said: str
) -> None:
    await add_week(adam)
    sandbox.liveagent.faults.add(Fault(kind="cut_body", calls="list_ratings"))
    await begin_monday(sandbox)
    await until_a_try_failed(bot)
    assert weeks(adam) == []
    if minutes == 1:
        sandbox.liveagent.faults.clear()
    await sandbox.clock.move(timedelta(minutes=minutes))
    await try_again_now(bot)
    await adam.wait_until(lambda: len(weeks(adam)) == 1)
    assert said in weeks(adam)[0]


async def test_the_week_command_opens_the_weekly_digest(adam: Person) -> None:
    for word in ("week", "週報"):
        await type_and_see(adam, f"/ticket {word}", "Add weekly digest")


async def test_a_reader_previews_what_is_theirs(adam: Person, sandbox: Sandbox) -> None:
    rate(sandbox, "R", "5h7t58d9", "sam")
    listed = await add_week(adam)
    await sandbox.clock.move(timedelta(days=1))
    await adam.clicks(listed, "Preview")
    assert "👍 1 good" in await adam.wait_for("Preview. Only you can see this.")
    ann = sandbox.slack.person("ann")
    await ann.clicks(await list_digests(ann), "Preview")
    theirs = await ann.wait_for("Preview. Only you can see this.")
    assert "Tickets in departments you don't belong to aren't shown." in theirs
    assert "👍 1 good" not in theirs


async def test_send_now_posts_the_week_beside_its_schedule(
    adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await adam.clicks(await add_week(adam), "Send now")
    await adam.wait_until(lambda: len(weeks(adam)) == 1)
    await to_monday(sandbox, bot)
    assert len(weeks(adam)) == 2
