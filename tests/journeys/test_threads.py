"""Threads below a ticket's message stay in Slack; shortcuts there know the ticket."""

from collections.abc import Sequence

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from bot.sandbox.slack.file import File
from tests.journeys.acting import CODE, calls, form_of, message_count, open_card
from tests.journeys.digesting import add, make_due, posted
from tests.journeys.following import is_remembered
from tests.journeys.transports import over_both
from tests.waiting import until_found

WRITES = ("POST", "PUT", "DELETE")


@pytest.fixture
async def shared(ann: Person, bot: Bot) -> SeenMessage:
    """A shared card, which names neither subject nor customer's words."""
    await ann.clicks(await open_card(ann), "Share in channel")
    await ann.submits(await ann.wait_for_form("Everyone in the channel will see this"))
    await until_found(lambda: is_remembered(bot))
    return await ann.wait_for("shared this ticket")


async def types_below(
    person: Person, seen: SeenMessage, words: str, files: Sequence[File] = ()
) -> SeenMessage:
    typed = await person.types(seen.channel, words, thread=seen.ts, files=files)
    assert typed
    return typed


def writes(sandbox: Sandbox) -> int:
    return sum(len(calls(sandbox, verb)) for verb in WRITES)


async def test_thread_messages_reach_liveagent_only_by_shortcut(
    ann: Person, adam: Person, shared: SeenMessage, sandbox: Sandbox
) -> None:
    for number in range(10):
        await types_below(ann, shared, f"This customer is a nuisance, {number}")
        await types_below(
            adam, shared, f"I typed /ticket reply {CODE} which is what I would type, {number}"
        )
        await types_below(ann, shared, f"@LiveAgent tickets reply {CODE} never mind {number}")
    last = await types_below(adam, shared, "The carrier lost it: 4711")
    await ann.uses_shortcut(last, "Add to ticket as a note")
    await ann.submits(await ann.wait_for_form("As of"))
    await ann.wait_until(lambda: message_count(sandbox, "The carrier lost it: 4711") == 1)
    assert writes(sandbox) == 1
    assert (
        message_count(sandbox, "nuisance")
        == message_count(sandbox, "never mind")
        == message_count(sandbox, "/ticket")
        == 0
    )


@over_both
async def test_a_note_from_a_thread_needs_no_ticket_chosen(
    ann: Person, shared: SeenMessage, sandbox: Sandbox
) -> None:
    typed = await types_below(ann, shared, "Their parcel is in *Leeds*")
    await ann.uses_shortcut(typed, "Add to ticket as a note")
    form = await ann.wait_for_form("As of")
    assert CODE in form
    assert "Where is my order?" in form
    assert "A link to the Slack message is added." in form
    assert "Code, ID or link" not in form
    await ann.submits(form)
    await ann.wait_until(lambda: message_count(sandbox, "Leeds") == 1)
    assert message_count(sandbox, "Slack: https://acme.slack.com/archives/") == 1


@over_both
async def test_a_reply_from_a_thread_names_who_gets_it_and_waits_for_send(
    ann: Person, shared: SeenMessage, sandbox: Sandbox
) -> None:
    typed = await types_below(ann, shared, "Your parcel arrives on Friday & we are sorry <3")
    await ann.uses_shortcut(typed, "Send as reply")
    form = await ann.wait_for_form("To: John Owner <john@owner.com>")
    assert "Your parcel arrives on Friday & we are sorry <3" in str(form.values)
    assert writes(sandbox) == 0
    await ann.submits(form)
    await ann.wait_for("Sending to John Owner")
    assert writes(sandbox) == 0  # it can be undone
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_until(lambda: message_count(sandbox, "Your parcel arrives on Friday") == 1)


async def test_shortcuts_on_the_ticket_message_know_its_ticket(
    ann: Person, shared: SeenMessage
) -> None:
    await ann.uses_shortcut(shared, "Send as reply")
    await ann.wait_for_form("To: John Owner")
    await ann.closes(form_of(ann))
    await ann.uses_shortcut(shared, "Add to ticket as a note")
    assert CODE in await ann.wait_for_form("As of")


async def test_a_thread_message_about_another_ticket_lets_its_author_choose(
    ann: Person, shared: SeenMessage, sandbox: Sandbox
) -> None:
    files = [sandbox.slack.files.add(name, b"a photo", ann.id) for name in ("a.png", "b.png")]
    typed = await types_below(ann, shared, "The same as RFD-8K2-QZ1, I think", files)
    await ann.uses_shortcut(typed, "Send as reply")
    form = await ann.wait_for_form("Choose the ticket.")
    assert "To:" not in form
    offered = await ann.options(form, "Ticket", "")
    assert [each.split()[0] for each in offered] == [CODE]
    await ann.submits(form)
    assert form_of(ann).errors  # there is none yet
    await ann.chooses(form_of(ann), "Files", ["b.png"])
    await ann.chooses(form_of(ann), "Ticket", offered[0])
    reply = await ann.wait_for_form("To: John Owner <john@owner.com>")
    assert "The same as RFD-8K2-QZ1, I think" in str(reply.values)
    assert reply.values["Files"] == ["b.png"]


async def test_below_a_digest_its_tickets_are_offered(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    await add(ann)
    await make_due(bot)
    digest = await posted(ann)
    await until_found(lambda: is_remembered(bot))
    typed = await types_below(ann, digest, "I asked the carrier")
    await ann.uses_shortcut(typed, "Add to ticket as a note")
    form = await ann.wait_for_form("Internal, nobody is e-mailed")
    offered = await ann.options(form, "Ticket", "")
    (chosen,) = [each for each in offered if each.startswith(CODE)]
    assert len(offered) > 3
    await ann.submits(await ann.fills(form, {"Ticket": chosen}))
    await ann.wait_until(lambda: message_count(sandbox, "I asked the carrier") == 1)


async def test_send_as_reply_outside_a_ticket_thread_needs_a_ticket(
    ann: Person, sandbox: Sandbox
) -> None:
    file = sandbox.slack.files.add("label.pdf", b"%PDF-", ann.id)
    typed = await ann.types("#support", f"For {CODE}: it is on its way", files=[file])
    await ann.uses_shortcut(typed, "Send as reply")
    form = await ann.wait_for_form("To: John Owner")
    assert "it is on its way" in str(form.values)
    assert form.values["Files"] == ["label.pdf"]
    await ann.closes(form)
    typed = await ann.types("#support", "It is on its way")
    await ann.uses_shortcut(typed, "Send as reply")
    await ann.wait_for_form("Choose the ticket.")
    assert writes(sandbox) == 0


@pytest.mark.parametrize("shortcut", ["Send as reply", "Add to ticket as a note"])
async def test_shortcuts_need_permission_to_see_the_ticket(
    shared: SeenMessage, sandbox: Sandbox, shortcut: str
) -> None:
    for who, why in (
        ("sam", "This ticket is in a department you don't belong to."),
        ("nora", "No LiveAgent agent has your Slack e-mail address"),
        ("guest", "Guests can't see tickets."),
    ):
        person = sandbox.slack.person(who)
        sandbox.slack.workspace.channel("C0SUPPORT").members.add(person.id)
        typed = await types_below(person, shared, "may I?")
        await person.uses_shortcut(typed, shortcut)
        form = await person.wait_for_form(why)
        assert "John" not in form
        if who == "sam":  # the form keeps what is typed
            await person.submits(form)
            if shortcut == "Send as reply":
                await person.clicks(await person.wait_for("Send now"), "Send now")
            await person.wait_for("This ticket is in a department", channel=person.direct)
    assert writes(sandbox) == 0


async def test_in_japanese(hanako: Person, bot: Bot) -> None:
    code = "JPN-7K2-QX9"
    await hanako.clicks(await open_card(hanako, code), "チャンネルに共有")
    await hanako.submits(await hanako.wait_for_form("チャンネルの全員"))
    card = await hanako.wait_for(lambda seen: code in seen and not seen.is_private)
    await until_found(lambda: is_remembered(bot))
    typed = await types_below(hanako, card, "金曜日に届きます")
    await hanako.uses_shortcut(typed, "Send as reply")
    form = await hanako.wait_for_form("田中 太郎 <tanaka@rei.example>")
    assert "金曜日に届きます" in str(form.values)
