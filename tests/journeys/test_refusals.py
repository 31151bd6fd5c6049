"""People without access, and the answers they get."""

from itertools import product

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import type_and_see

ALL_MAY_NOT = [
    ("U0NORA", "No LiveAgent agent has your Slack e-mail address, nora@acme.example."),
    ("U0GUEST", "Guests can't see tickets."),
    ("U0UNCONF", "Your e-mail address isn't confirmed in Slack yet."),
    ("U0OTHER", "Only members of this workspace can see tickets."),
]


@pytest.mark.usefixtures("bot")
async def test_non_agents_are_refused_politely(sandbox: Sandbox) -> None:
    for (who, answer), typed in product(ALL_MAY_NOT, ("/ticket AX4-B4T-FD8", "/ticket")):
        person = sandbox.slack.person(who)
        channel = next(one.id for one in person.channels() if not one.with_user)
        notice = await type_and_see(person, typed, answer, channel)
        assert notice.is_private
        assert not person.sees("Where is my order?")
    assert not any("conversations" in call.path for call in sandbox.liveagent.account.journal)


async def test_a_ticket_of_another_department_is_out_of_bounds(ann: Person) -> None:
    await ann.types("#support", "/ticket CLD-RGFWJ-358")
    notice = await ann.wait_for("This ticket is in a department you don't belong to.")
    assert "Sales" not in notice


async def test_permission_is_checked_at_each_click(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for("Where is my order?")
    sandbox.liveagent.account.ticket("s4y7t5s7").department = "dep1s5a4"
    await ann.clicks(card, "Refresh")
    await ann.wait_for("This ticket is in a department you don't belong to.")
    await ann.clicks(card, "Show conversation")
    await ann.wait_for_form("This ticket is in a department you don't belong to.")


async def test_in_a_channel_shared_with_another_company_only_the_asker_sees(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.types("#partner-shared", "/ticket AX4-B4T-FD8")
    assert (await ann.wait_for("Where is my order?")).is_private
    assert not sandbox.slack.person("U0OTHER").sees("Where is my order?")


async def test_a_button_of_an_older_version_says_so(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    assert bot.is_connected
    button = {
        "type": "button",
        "action_id": "of_long_ago",
        "value": "s4y7t5s7",
        "text": {"type": "plain_text", "text": "Old"},
    }
    posted = sandbox.slack.workspace.post(
        "C0SUPPORT", {"text": "old", "blocks": [{"type": "actions", "elements": [button]}]}
    )
    await ann.clicks(ann.message("C0SUPPORT", posted.ts), "Old")
    await ann.wait_for("This button is from an older version.")


async def test_words_are_kept_where_the_ref_is_mistyped(ann: Person) -> None:
    for typed, kept in (
        ("/ticket reply AX4-B4T-F Dear John, it left today.", "Dear John, it left today."),
        ("/ticket note Dear John, it left today.", "Dear John, it left today."),
        ("/ticket resolve https://elsewhere.example/x it left", "it left"),
    ):
        assert (await type_and_see(ann, typed, kept)).is_private


async def test_a_mistyped_public_code_is_not_repeated(ann: Person, sandbox: Sandbox) -> None:
    link = f"{sandbox.liveagent.url}/bI5fR3oN40708G65"
    await ann.types("#support", f"/ticket reply bI5fR3oN40708G6_ see {link}")
    notice = await ann.wait_for("Which ticket?")
    assert "see" in notice
    assert "bI5fR3oN" not in str(notice.blocks) + notice.text
