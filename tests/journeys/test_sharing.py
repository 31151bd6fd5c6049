"""A card for everybody: without customers' text, and never where another company reads."""

import asyncio

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from tests.journeys.acting import open_card

CUSTOMERS_WORDS = ("Where is my order?", "desk lamp", "john@owner.com", "receipt")


async def share(person: Person, channel: str, *, subject: bool = False) -> SeenMessage:
    await person.clicks(await open_card(person, channel=channel), "Share in channel")
    form = await person.wait_for_form("Everyone in the channel will see this")
    for words in CUSTOMERS_WORDS:
        assert words not in form
    filled = {"Comment": "Who can take this?"}
    if not subject:  # it is ticked: nobody but the own company reads the channel
        await person.chooses(form, "Subject", [])
    await person.submits(await person.fills(form, filled))
    return await person.wait_for("shared this ticket")


async def test_everybody_sees_the_card_without_the_customers_words(
    ann: Person, sandbox: Sandbox
) -> None:
    shared = await share(ann, "#support")
    assert not shared.is_private
    sam = sandbox.slack.person("sam")
    seen = sam.message(shared.channel, shared.ts)
    for words in ("AX4-B4T-FD8", "John Owner <j…@owner.com>", "Who can take this?", "@ann"):
        assert words in seen
    for words in CUSTOMERS_WORDS:
        assert words not in str(seen.blocks) + seen.text
    await sam.clicks(seen, "Show ticket")  # of another department
    await sam.wait_for_form("This ticket is in a department you don't belong to.")
    adam = sandbox.slack.person("adam")
    await adam.clicks(adam.message(shared.channel, shared.ts), "Show conversation")
    await adam.wait_for_form("desk lamp")


async def test_a_shared_card_is_refreshed_for_everybody(ann: Person, sandbox: Sandbox) -> None:
    shared = await share(ann, "#support", subject=True)
    assert "Where is my order?" in shared
    sandbox.liveagent.account.ticket("s4y7t5s7").status = "R"
    adam = sandbox.slack.person("adam")
    await adam.clicks(adam.message(shared.channel, shared.ts), "Refresh")
    await ann.wait_until(lambda: "Resolved" in ann.now(shared))
    assert "Who can take this?" in ann.now(shared)
    assert "@ann" in ann.now(shared)


async def test_pressed_twice_it_is_shared_once(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await open_card(ann), "Share in channel")
    form = await ann.wait_for_form("Everyone in the channel will see this")
    await asyncio.gather(ann.submits(form), ann.submits(form))
    await ann.wait_for("shared this ticket")
    await ann.clicks(await open_card(ann), "Share in channel")  # on purpose they are two
    await ann.submits(await ann.wait_for_form("Everyone in the channel will see this"))
    channel = sandbox.slack.workspace.channel("C0SUPPORT")
    await ann.wait_until(lambda: len([each for each in channel.messages if not each.only_for]) >= 2)
    await asyncio.sleep(0)
    assert len([each for each in channel.messages if not each.only_for]) == 2


async def test_where_the_bot_is_no_member(ann: Person) -> None:
    shared = await share(ann, "#general")
    assert not shared.is_private
    assert shared.channel == "C0GENERAL"


async def test_nothing_is_shared_where_another_company_reads(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await open_card(ann, channel="#partner-shared"), "Share in channel")
    await ann.wait_for_form("This channel is shared with another company")
    channel = sandbox.slack.workspace.channel("C0PARTNER")
    assert all(message.only_for for message in channel.messages)


async def test_a_channel_that_is_opened_to_another_company_meanwhile(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.clicks(await open_card(ann), "Share in channel")
    form = await ann.wait_for_form("Everyone in the channel will see this")
    channel = sandbox.slack.workspace.channel("C0SUPPORT")
    channel.is_shared_outside = True
    await ann.submits(await ann.fills(form, {"Comment": "my careful words"}))
    refused = await ann.wait_for("This channel is shared with another company", channel=ann.direct)
    assert "my careful words" in refused
    assert all(message.only_for for message in channel.messages)


async def test_nothing_is_shared_in_a_direct_message(ann: Person) -> None:
    await ann.clicks(await open_card(ann, channel=ann.direct), "Share in channel")
    await ann.wait_for_form("Tickets can't be shared in direct messages")
