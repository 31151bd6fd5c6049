"""Who is in a ticket in LiveAgent, with a key of version 3."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.liveagent.faults import Fault, Kind
from bot.sandbox.slack import Person, SeenMessage
from tests.journeys.acting import (
    CARD,
    CODE,
    TICKET,
    calls,
    message_count,
    open_card,
    open_form,
    type_and_see,
)
from tests.journeys.live_channels import set_up, shows, watching

OLGA = "owner001"
REPLYING = "Olga Owner is replying in LiveAgent"


@pytest.fixture
def has_v3_key() -> bool:
    return True


@pytest.fixture
def undo_seconds() -> float:
    return 0


def show_presence(sandbox: Sandbox, doing: str = "J", agent: str = OLGA) -> None:
    sandbox.liveagent.account.agent_is_in(TICKET, agent, doing)


async def test_cards_and_forms_say_who_is_there(ann: Person, sandbox: Sandbox) -> None:
    show_presence(sandbox)
    assert REPLYING in await open_card(ann)
    for label in ("Reply", "Note"):
        form = await open_form(ann, label)
        assert REPLYING in form
        (alert,) = [block for block in form.view["blocks"] if block["type"] == "alert"]
        assert alert["level"] == "warning"
        await ann.closes(form)


@pytest.mark.parametrize(
    ("doing", "by_user", "words"),
    [
        ("V", True, "Olga Owner is viewing this ticket"),
        ("J", False, REPLYING),
        ("C", True, "Olga Owner is on a call"),
    ],
)
async def test_a_card_names_who_is_viewing_or_replying(
    ann: Person, sandbox: Sandbox, doing: str, words: str, *, by_user: bool
) -> None:
    sandbox.liveagent.switches.v3_activity_by_user = by_user
    show_presence(sandbox, doing)
    assert words in await open_card(ann)


async def test_presence_omits_oneself_and_other_tickets(ann: Person, sandbox: Sandbox) -> None:
    show_presence(sandbox, agent="agent001")
    sandbox.liveagent.account.agent_is_in("plain001", OLGA)
    assert "in LiveAgent" not in (await open_card(ann)).text.replace("Open in LiveAgent", "")


async def test_all_share_one_reading_of_ten_seconds(
    ann: Person, adam: Person, sandbox: Sandbox
) -> None:
    for _ in range(3):
        await open_card(ann)
        await open_card(adam)
    assert len(calls(sandbox, "GET", "/agents/activity")) == 1
    await sandbox.clock.move(timedelta(seconds=11))
    show_presence(sandbox)
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for(REPLYING)
    assert len(calls(sandbox, "GET", "/agents/activity")) == 2


async def test_a_live_message_says_who_was_replying_when_it_was_drawn(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    show_presence(sandbox)
    sandbox.liveagent.account.customer_writes(TICKET, "Hello?")
    await shows(bot, ann, REPLYING)
    sandbox.liveagent.account.agent_acts(TICKET, OLGA, "replies", "Yes.")
    assert REPLYING not in await shows(bot, ann, "Answered")


async def test_lists_and_home_show_presence_with_one_reading(ann: Person, sandbox: Sandbox) -> None:
    show_presence(sandbox)
    await ann.types("#support", "/ticket list")
    listed = await ann.wait_for("Show ticket")
    assert f"👀 {CODE}: {REPLYING}" in listed
    await ann.opens_home()
    await ann.wait_until(lambda: (home := ann.home()) is not None and REPLYING in home)
    assert len(calls(sandbox, "GET", "/agents/activity")) == 1
    await sandbox.clock.move(timedelta(minutes=5))
    assert len(calls(sandbox, "GET", "/agents/activity")) == 1  # nobody looks at anything


async def test_a_reply_asks_in_its_form_while_somebody_is_known_to_reply(
    ann: Person, sandbox: Sandbox
) -> None:
    show_presence(sandbox)
    form = await ann.fills(await open_form(ann, "Reply"), {"Message": "It left today."})
    asked = await ann.submits(form)
    assert asked
    assert "Not sent yet. Someone is already replying in LiveAgent: Olga Owner." in asked
    assert message_count(sandbox, "It left today.") == 0
    assert await ann.submits(asked) is None
    await ann.wait_until(lambda: message_count(sandbox, "It left today.") == 1)


async def test_a_reply_is_asked_about_while_somebody_replies(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    await sandbox.clock.move(timedelta(seconds=11))
    show_presence(sandbox)
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    asked = await ann.wait_for(
        "Someone is already replying in LiveAgent: Olga Owner.", channel=ann.direct
    )
    assert message_count(sandbox, "It left today.") == 0
    await ann.clicks(asked, "Send anyway")
    await ann.wait_until(lambda: message_count(sandbox, "It left today.") == 1)


async def test_a_note_is_not_asked_about(ann: Person, sandbox: Sandbox) -> None:
    show_presence(sandbox)
    form = await open_form(ann, "Note")
    await ann.submits(await ann.fills(form, {"Note": "The carrier knows."}))
    await ann.wait_until(lambda: message_count(sandbox, "The carrier knows.") == 1)


UNKNOWN: Sequence[Kind] = ("refuse", "down", "error", "html_page")


async def reply(person: Person, card: SeenMessage, sandbox: Sandbox, words: str) -> None:
    await person.clicks(card, "Reply")
    form = await person.wait_for_form("To: John Owner")
    await person.submits(await person.fills(form, {"Message": words}))
    await person.wait_until(lambda: message_count(sandbox, words) == 1)


async def test_unknown_presence_stops_nothing(ann: Person, sandbox: Sandbox) -> None:
    show_presence(sandbox)
    for kind in UNKNOWN:
        sandbox.liveagent.faults.clear()
        sandbox.liveagent.faults.add(Fault(kind=kind, calls="list_activity"))
        card = await type_and_see(ann, "/ticket AX4-B4T-FD8", CARD)
        assert REPLYING not in card
        await reply(ann, card, sandbox, f"It left today ({kind}).")
        await sandbox.clock.move(timedelta(minutes=1))  # the bot forgets what it has read


async def test_a_key_that_may_not_read_it_is_not_used_for_it_again(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.switches.v3_may_not = frozenset(["list_activity"])
    await open_card(ann)
    await sandbox.clock.move(timedelta(minutes=2))
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_until(lambda: len(calls(sandbox, "GET", "/conversations/AX4-B4T-FD8/tags")) > 1)
    assert len(calls(sandbox, "GET", "/agents/activity")) == 1
