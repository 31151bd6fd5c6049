"""A card for everybody: without customers' text, and never where another company reads."""

import asyncio

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from bot.sandbox.slack.channels import Channel
from tests.journeys.acting import CUSTOMERS_WORDS, TICKET, calls, direct_messages, open_card, share
from tests.journeys.following import changes_elsewhere, follows


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


async def test_a_card_can_be_shared_where_the_bot_is_no_member(ann: Person) -> None:
    shared = await share(ann, "#general")
    assert not shared.is_private
    assert shared.channel == "C0GENERAL"


async def test_nothing_is_shared_where_another_company_reads(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await open_card(ann, channel="#partner-shared"), "Share in channel")
    await ann.wait_for_form("This channel is shared with another company")
    channel = sandbox.slack.workspace.channel("C0PARTNER")
    assert all(message.only_for for message in channel.messages)


async def test_sharing_is_refused_if_the_channel_became_shared(
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


def private_to(person: Person, words: str) -> list[SeenMessage]:
    return [each for each in person.messages() if each.is_private and words in each]


@pytest.fixture
def support(sandbox: Sandbox) -> Channel:
    return sandbox.slack.workspace.channel("C0SUPPORT")


async def test_assign_to_me_on_a_shared_card_shows_the_assignee(
    ann: Person, adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    shared = await share(ann, "#support")
    await adam.clicks(adam.message(shared.channel, shared.ts), "Assign to me")
    done = await adam.wait_for("assigned to Adam Admin")
    assert done.is_private
    await follows(bot)
    await ann.wait_until(lambda: "Assigned to: Adam Admin" in ann.now(shared))
    assert "Who can take this?" in ann.now(shared)  # it is no private card
    assert not private_to(ann, "assigned to Adam Admin")
    assert sandbox.liveagent.account.ticket(TICKET).assignee == "admin001"
    labels = [each.get("accessibility_label", "") for each in buttons_of(ann.now(shared))]
    assert all("AX4-B4T-FD8" in each for each in labels)
    await adam.clicks(adam.now(shared), "Assign to me")
    await adam.wait_for("This ticket is already assigned to you.")


def buttons_of(seen: SeenMessage) -> list[dict[str, str]]:
    return [
        each for block in seen.blocks if block["type"] == "actions" for each in block["elements"]
    ]


async def test_a_forbidden_assign_to_me_is_refused_privately(ann: Person, sandbox: Sandbox) -> None:
    shared = await share(ann, "#support")
    before = ann.now(shared)
    for who, why in (
        ("sam", "This ticket is in a department you don't belong to."),
        ("nora", "No LiveAgent agent has your Slack e-mail address"),
        ("guest", "Guests can't see tickets."),
        ("other", "Only members of this workspace can see tickets."),
    ):
        person = sandbox.slack.person(who)
        sandbox.slack.workspace.channel("C0SUPPORT").members.add(person.id)
        await person.clicks(person.message(shared.channel, shared.ts), "Assign to me")
        refused = await person.wait_for(why)
        assert refused.is_private
        assert ann.now(shared).text == before.text
        assert not calls(sandbox, "PUT")
        assert not private_to(ann, why)


async def test_the_second_of_two_assignees_is_asked(
    ann: Person, adam: Person, bot: Bot, sandbox: Sandbox
) -> None:
    shared = await share(adam, "#support")
    seen = ann.message(shared.channel, shared.ts)
    await adam.clicks(shared, "Assign to me")
    await adam.wait_for("assigned to Adam Admin")
    await ann.clicks(seen, "Assign to me") if "Assign to me" in ann.now(seen) else None
    await ann.wait_until(lambda: any("Adam Admin" in each for each in direct_messages(ann)))
    assert sandbox.liveagent.account.ticket(TICKET).assignee == "admin001"
    await follows(bot)


async def test_a_shared_card_follows_the_bots_operations(ann: Person, bot: Bot) -> None:
    shared = await share(ann, "#support")
    await ann.clicks(await open_card(ann, channel=ann.direct), "Note")
    form = await ann.wait_for_form("As of")
    await ann.submits(await ann.fills(form, {"Note": "nothing for the channel"}))
    await ann.wait_for("Note added")
    await ann.clicks(await open_card(ann, channel="#general"), "Resolve")
    await ann.clicks(await ann.wait_for("Resolve now"), "Resolve now")
    await follows(bot)
    await ann.wait_until(lambda: "Resolved" in ann.now(shared))
    assert "nothing for the channel" not in ann.now(shared)
    assert "Assign to me" not in ann.now(shared)


async def test_a_shared_card_follows_changes_in_liveagent(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    shared = await share(ann, "#support", subject=True)
    await changes_elsewhere(bot, TICKET)
    assert calls_of_update(sandbox) == 0  # nothing that it shows has changed
    sandbox.liveagent.account.ticket(TICKET).status = "R"
    await changes_elsewhere(bot, "AX4-B4T-FD8")
    await ann.wait_until(lambda: "Resolved" in ann.now(shared))
    assert calls_of_update(sandbox) == 1


def calls_of_update(sandbox: Sandbox) -> int:
    return sum(call.method == "chat.update" for call in sandbox.slack.workspace.journal)


async def test_a_shared_card_is_hidden_once_another_company_reads(
    ann: Person, bot: Bot, sandbox: Sandbox, support: Channel
) -> None:
    shared = await share(ann, "#support", subject=True)
    support.is_shared_outside = True
    await changes_elsewhere(bot, TICKET)
    await ann.wait_for("aren't shown here because the channel is shared with another company")
    for words in ("AX4-B4T-FD8", "Where is my order?", "John", "Who can take this?"):
        assert words not in str(ann.now(shared).blocks) + ann.now(shared).text
    support.is_shared_outside = False  # it was a mistake
    sandbox.liveagent.account.ticket(TICKET).status = "R"
    await changes_elsewhere(bot, TICKET)
    await ann.wait_until(lambda: "Where is my order?" in ann.now(shared))


async def test_a_card_in_an_archived_channel_is_not_updated(
    ann: Person, bot: Bot, sandbox: Sandbox, support: Channel
) -> None:
    shared = await share(ann, "#support")
    support.is_archived = True
    sandbox.liveagent.account.ticket(TICKET).status = "R"
    await changes_elsewhere(bot, TICKET)
    assert calls_of_update(sandbox) == 0
    assert "New" in ann.now(shared)


async def test_a_shared_card_deleted_by_hand_is_not_posted_again(
    ann: Person, bot: Bot, sandbox: Sandbox, support: Channel
) -> None:
    shared = await share(ann, "#support")
    sandbox.slack.workspace.remove(sandbox.slack.workspace.message(shared.channel, shared.ts))
    for status in ("C", "R"):
        sandbox.liveagent.account.ticket(TICKET).status = status
        await changes_elsewhere(bot, TICKET)
    assert calls_of_update(sandbox) == 1
    assert all(each.only_for for each in support.messages)


async def test_a_shared_card_ends_when_its_sharer_loses_access(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    shared = await share(ann, "#support", subject=True)
    sandbox.liveagent.account.ticket(TICKET).department = "dep1s5a4"
    await changes_elsewhere(bot, TICKET)
    await ann.wait_for("the person who shared it can no longer see the ticket")
    assert "Where is my order?" not in ann.now(shared)


async def test_in_the_language_in_which_it_was_shared(
    hanako: Person, adam: Person, bot: Bot, sandbox: Sandbox
) -> None:
    code = "JPN-7K2-QX9"
    await hanako.clicks(await open_card(hanako, code), "チャンネルに共有")
    await hanako.submits(await hanako.wait_for_form("チャンネルの全員"))
    shared = await hanako.wait_for(lambda seen: code in seen and not seen.is_private)
    await adam.clicks(adam.message(shared.channel, shared.ts), "更新")
    sandbox.liveagent.account.ticket("jp0000a1").status = "C"
    await changes_elsewhere(bot, code)
    await adam.wait_until(lambda: "オープン" in adam.now(shared))
    assert "自分が担当する" in adam.now(shared)
