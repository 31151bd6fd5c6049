"""A digest shows a channel no more than the people who configured it may see."""

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import leave_every_department
from tests.journeys.digesting import (
    NAME,
    add,
    list_digests,
    make_due,
    open_digest_form,
    posts,
    rows_of,
    until_faults_are_met,
)

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

NO_MORE = "You can't show a channel more"
EVERY_STATUS = ["New", "Postponed", "Open", "Answered"]


async def add_of_sales(adam: Person) -> None:
    """An admin's, in a channel of agents who do not belong to Sales."""
    form = await open_digest_form(adam)
    await adam.fills(form, {"Name": NAME, "Departments": ["Sales"], "Show in the channel": []})
    await adam.submits(form)
    await adam.wait_for(lambda seen: NAME in seen and "Remove" in seen)


async def test_an_agent_without_departments_can_not_add_a_digest(
    sandbox: Sandbox, ann: Person
) -> None:
    sam = sandbox.slack.person("sam")
    leave_every_department(sandbox, "sam@acme.example")
    form = await open_digest_form(sam)
    again = await sam.submits(await sam.fills(form, {"Name": NAME}))
    assert again
    assert NO_MORE in str(again.errors)
    assert "None yet." in await list_digests(ann)


@pytest.mark.parametrize("wider", [{"Show in the channel": ["Subject"]}, {"Status": EVERY_STATUS}])
async def test_an_agent_does_not_widen_what_is_shown_of_foreign_departments(
    adam: Person, ann: Person, wider: dict[str, list[str]]
) -> None:
    await add_of_sales(adam)
    await ann.clicks(await list_digests(ann), "Change")
    form = await ann.fills(await ann.wait_for_form("Show in the channel"), wider)
    again = await ann.submits(form)
    assert again
    assert NO_MORE in str(again.errors)


async def test_an_agent_changes_what_shows_no_more(adam: Person, ann: Person) -> None:
    await add_of_sales(adam)
    listed = await list_digests(ann)
    await ann.clicks(listed, "Change")
    form = await ann.fills(
        await ann.wait_for_form("Show in the channel"), {"Name": "Sales at nine"}
    )
    assert await ann.submits(form) is None
    await ann.wait_until(lambda: "Sales at nine" in ann.now(listed))


async def test_a_channel_shared_while_the_digest_is_gathered_gets_nothing(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add(ann)
    faults = sandbox.liveagent.faults
    faults.set("hang", "GET /api/conversations", times=1)
    await make_due(bot)
    await until_faults_are_met(sandbox)
    sandbox.slack.workspace.channel("C0SUPPORT").is_shared_outside = True
    faults.clear()
    await ann.wait_for("This channel is shared with another company", channel=ann.direct)
    assert posts(ann) == []


async def test_a_preview_holds_what_its_reader_may_see(adam: Person, ann: Person) -> None:
    await add(adam, Include="Everything")
    listed = await list_digests(ann)
    await ann.clicks(listed, "Preview")
    theirs = await ann.wait_for("Preview. Only you")
    await adam.clicks(await list_digests(adam), "Preview")
    whole = await adam.wait_for("Preview. Only you")
    assert "AX4-B4T-FD8" in theirs
    assert 0 < rows_of(theirs) < rows_of(whole)
