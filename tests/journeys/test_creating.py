"""Creating a ticket by command, shortcut or message, and adding a message as a note."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent.faults import Kind
from bot.sandbox.slack import Form, Person, SeenMessage
from tests.journeys.acting import TICKET, form_of, open_card
from tests.journeys.creating import FILLED, made, new_form
from tests.journeys.transports import over_both


async def test_a_ticket_in_the_customers_name_mails_nobody(ann: Person, sandbox: Sandbox) -> None:
    form = await new_form(ann)
    assert "The customer isn't e-mailed" in form
    assert await ann.options(form, "Department", "") == ["Support"]
    await ann.submits(await ann.fills(form, FILLED))
    await ann.clicks(await ann.wait_for("Creating a ticket · A lamp"), "Create now")
    card = await ann.wait_for("No e-mail was sent. The ticket is New.")
    (ticket,) = made(sandbox)
    for words in (ticket.code, "A lamp", "New Customer <new@customer.example>", "[Reply]"):
        assert words in card
    assert ticket.messages[0].user_id == ticket.owner.id
    assert sandbox.liveagent.account.mailbox == []


async def test_a_single_department_is_preselected(ann: Person, adam: Person) -> None:
    assert (await new_form(ann)).values["Department"] == "Support"
    assert not (await new_form(adam)).values["Department"]


async def test_a_request_is_not_logged_under_an_agents_address(
    ann: Person, sandbox: Sandbox
) -> None:
    filled = {**FILLED, "Customer's e-mail": "Adam@acme.example"}
    await ann.submits(await ann.fills(await new_form(ann), filled))
    await ann.clicks(await ann.wait_for("Creating a ticket · A lamp"), "Create now")
    refused = await ann.wait_for(
        "This address belongs to an agent, so the message would appear as theirs."
    )
    assert "[Edit]" in refused
    assert [call for call in sandbox.liveagent.account.journal if call.verb == "POST"] == []


async def test_an_agent_writes_to_a_customer(ann: Person, sandbox: Sandbox) -> None:
    form = await new_form(ann)
    await ann.fills(form, FILLED)
    await ann.chooses(form, "Purpose", "Write to a customer")
    form = await ann.wait_for_form("get this by e-mail")
    await ann.submits(await ann.fills(form, {"Copies": "boss@customer.example, x@y.example"}))
    held = await ann.wait_for(
        "Sending to new@customer.example, boss@customer.example, x@y.example at "
    )
    assert "Do you have it in green?" in held
    await ann.clicks(held, "Create now")
    await ann.wait_for("Created and sent to new@customer.example. The ticket is Answered.")
    (mail,) = sandbox.liveagent.account.mailbox
    assert mail.to == "new@customer.example"
    assert mail.copies == ("boss@customer.example", "x@y.example")
    (ticket,) = made(sandbox)
    assert ticket.messages[0].user_id == "agent001"


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        ("", "Write to a customer", "get this by e-mail"),
        ("Write to a customer", "Log a customer's request", "isn't e-mailed"),
    ],
)
async def test_a_form_never_mails_otherwise_than_it_says(
    ann: Person, sandbox: Sandbox, first: str, then: str, says: str
) -> None:
    """*Create* is pressed before the form has changed with who writes."""
    form = await new_form(ann)
    await ann.fills(form, FILLED)
    if first:
        await ann.chooses(form, "Purpose", first)
        form = await ann.wait_for_form("get this by e-mail")
    sandbox.slack.fail("views.update", "internal_error", times=10)
    await ann.chooses(form, "Purpose", then)
    again = await ann.submits()
    assert again
    assert says in again
    assert "purpose was changed" in again
    assert "Do you have it in green?" in str(again.values)
    assert not ann.sees("New ticket · A lamp")
    await ann.submits(again)
    held = await ann.wait_for("Creating a ticket · A lamp")
    assert ("Sending to new@customer.example" in held) == (says == "get this by e-mail")


async def test_a_new_ticket_that_is_taken_back_is_edited(ann: Person, sandbox: Sandbox) -> None:
    await ann.submits(await ann.fills(await new_form(ann), FILLED))
    await ann.clicks(await ann.wait_for("Create now"), "Undo")
    await ann.clicks(await ann.wait_for("Undone."), "Edit")
    form = await ann.wait_for_form("Purpose")
    await ann.submits(await ann.fills(form, {"Subject": "A green lamp"}))
    await ann.clicks(await ann.wait_for("A green lamp"), "Create now")
    await ann.wait_for("The ticket is New.")
    assert [ticket.subject for ticket in made(sandbox)] == ["A green lamp"]


async def test_errors_are_shown_at_their_fields(ann: Person, sandbox: Sandbox) -> None:
    wrong = {"Customer's e-mail": "nobody", "Copies": "a@b.example, and my boss"}
    again = await ann.submits(await ann.fills(await new_form(ann), {**FILLED, **wrong}))
    assert again
    assert again.errors["Customer's e-mail"] == "That isn't an e-mail address."
    assert again.errors["Copies"].startswith("That isn't an e-mail address: and")
    assert made(sandbox) == []


@pytest.mark.parametrize("fault", ["drop_after", "empty_body", "html_page"])
async def test_a_ticket_is_created_once_despite_a_lost_answer(
    ann: Person, sandbox: Sandbox, fault: Kind
) -> None:
    sandbox.liveagent.faults.set(fault, "POST */conversations", times=1)
    await ann.submits(await ann.fills(await new_form(ann), FILLED))
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    card = await ann.wait_for("No e-mail was sent. The ticket is New.")
    (ticket,) = made(sandbox)
    assert ticket.code in card


async def test_two_equal_tickets_on_purpose_are_two(ann: Person, sandbox: Sandbox) -> None:
    for _ in range(2):
        await ann.submits(await ann.fills(await new_form(ann), FILLED))
        await ann.clicks(await ann.wait_for("Create now"), "Create now")
        await ann.wait_until(lambda: not ann.sees("[Create now]"))
    await ann.wait_until(lambda: len(made(sandbox)) == 2)


@over_both
async def test_only_agents_make_tickets(sandbox: Sandbox, ann: Person) -> None:
    nora = sandbox.slack.person("nora")
    assert nora.id != ann.id
    await nora.uses_shortcut(None, "New ticket")
    await nora.wait_for_form("No LiveAgent agent has your Slack e-mail address")


async def test_a_ticket_from_a_message_and_its_thread(ann: Person, sandbox: Sandbox) -> None:
    first = await ann.types("#support", "A customer called: the lamp hums\nand flickers")
    assert first
    adam = sandbox.slack.person("adam")
    await adam.types("#support", "@ann ask for the number", thread=first.ts)
    await ann.uses_shortcut(ann.message("C0SUPPORT", first.ts), "Create ticket")
    form = await ann.wait_for_form("Purpose")
    assert "A customer called: the lamp hums" in str(form.view)
    assert "Add the thread" not in form
    answer = await ann.types("#support", "It is 4711", thread=first.ts)
    assert answer
    await ann.closes(form)
    await ann.uses_shortcut(answer, "Create ticket")
    form = await ann.wait_for_form("Add the thread so far (3 messages)")
    await ann.fills(form, {"Message": "Please look."})
    await ann.clicks(form, "Add the thread so far (3 messages)")
    form = await ann.wait_for_form("Purpose")
    await ann.wait_until(lambda: "ask for the number" in str(form_of(ann)))
    fields = {"Customer's e-mail": "new@customer.example", "Department": "Support"}
    await ann.submits(await ann.fills(form_of(ann), fields))
    held = await ann.wait_for("Create now")
    for words in ("Please look.", "and flickers", "Adam Admin: @Ann Agent ask for the number"):
        assert words in held


async def test_without_the_right_to_read_threads_none_is_offered(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.slack.fail("conversations.replies", "missing_scope")
    first = await ann.types("#support", "Hm.")
    assert first
    answer = await ann.types("#support", "It hums, says <b> & @adam", thread=first.ts)
    assert answer
    await ann.uses_shortcut(answer, "Create ticket")
    form = await ann.wait_for_form("Purpose")
    assert "It hums, says <b> & @Adam Admin" in str(form.view)
    assert "Add the thread" not in form


async def form_on(person: Person, channel: str) -> tuple[SeenMessage, Form]:
    message = await person.types(channel, "A customer called: the lamp hums")
    assert message
    await person.uses_shortcut(message, "Create ticket")
    return message, await person.wait_for_form("Purpose")


def answers_to(person: Person, message: SeenMessage) -> list[SeenMessage]:
    return [
        each for each in person.messages(message.channel) if each.thread_ts == message.ts != each.ts
    ]


FOR_A_LINK = {
    "Customer's e-mail": "new@customer.example",
    "Department": "Support",
    "Subject": "Not for everybody",
}


async def test_the_link_of_the_new_ticket_goes_to_the_thread_it_came_from(
    ann: Person, sandbox: Sandbox
) -> None:
    message, form = await form_on(ann, "#support")
    assert "Everyone in the channel will see its code and your name" in form
    await ann.chooses(form, "Purpose", "Write to a customer")
    form = await ann.wait_for_form("get this by e-mail")
    await ann.submits(await ann.fills(form, {**FOR_A_LINK, "In Slack": ["yes"]}))
    assert answers_to(ann, message) == []
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    await ann.wait_for("The ticket is Answered.")
    (ticket,) = made(sandbox)
    adam = sandbox.slack.person("adam")
    (answer,) = answers_to(adam, message)
    assert "Ann Agent created a ticket from this thread" in answer
    assert f"#Conversation;id={ticket.id}" in str(answer.blocks)
    assert ticket.code in answer
    assert not answer.is_private
    for word in ("Not for everybody", "customer.example", "hums"):
        assert word not in f"{answer.summary} {answer.blocks}"
    await adam.clicks(answer, "Show ticket")
    await adam.wait_for_form("Not for everybody")


async def test_no_link_is_posted_unless_it_was_asked_for(ann: Person, sandbox: Sandbox) -> None:
    message, form = await form_on(ann, "#support")
    await ann.submits(await ann.fills(form, FOR_A_LINK))
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    await ann.wait_for("The ticket is New.")
    assert made(sandbox)
    assert answers_to(ann, message) == []


async def test_a_ticket_that_is_edited_first_keeps_its_thread(
    ann: Person, sandbox: Sandbox
) -> None:
    message, form = await form_on(ann, "#support")
    await ann.submits(await ann.fills(form, {**FOR_A_LINK, "In Slack": ["yes"]}))
    await ann.clicks(await ann.wait_for("Create now"), "Undo")
    await ann.clicks(await ann.wait_for("Undone."), "Edit")
    form = await ann.wait_for_form("Purpose")
    await ann.submits(await ann.fills(form, {"Subject": "Better"}))
    await ann.clicks(await ann.wait_for("Better"), "Create now")
    await ann.wait_for("The ticket is New.")
    assert len(answers_to(ann, message)) == 1
    assert len(made(sandbox)) == 1


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ("#general", "the bot isn't in this conversation"),
        ("#partner-shared", "another company reads this channel"),
    ],
)
async def test_where_no_link_can_be_posted_the_form_says_so(
    ann: Person, channel: str, says: str
) -> None:
    _, form = await form_on(ann, channel)
    assert says in form
    assert "In Slack" not in form.values


async def test_a_channel_that_is_shared_meanwhile_gets_no_link(
    ann: Person, sandbox: Sandbox
) -> None:
    message, form = await form_on(ann, "#support")
    await ann.submits(await ann.fills(form, {**FOR_A_LINK, "In Slack": ["yes"]}))
    sandbox.slack.workspace.channel("C0SUPPORT").is_shared_outside = True
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    notice = await ann.wait_for("The ticket's link wasn't posted in the thread")
    assert "The ticket is New." in notice
    assert answers_to(ann, message) == []


async def test_links_and_calls_to_everybody_are_kept(ann: Person, sandbox: Sandbox) -> None:
    message = await ann.types("#support", "?")
    assert message
    posted = sandbox.slack.workspace.message(message.channel, message.ts)
    posted.show([])  # as apps post it that make no blocks
    posted.text = (
        "<!here> <https://shop.example/a?b=1&amp;c=2|the shop> <https://raw.example/> "
        "<mailto:jo@x.example|jo@x.example> <!subteam^S0AB|@team> <#C0SUPPORT|support> 5 &lt; 6"
    )
    await ann.uses_shortcut(message, "Create ticket")
    form = await ann.wait_for_form("Purpose")
    assert form.values["Message"] == (
        "@here the shop (https://shop.example/a?b=1&c=2) https://raw.example/ "
        "jo@x.example @team #support 5 < 6"
    )


async def test_a_message_becomes_a_note_where_slack_gives_no_link(
    ann: Person, sandbox: Sandbox
) -> None:
    message = await ann.types("#support", "RFD-8K2-QZ1: she called again")
    assert message
    sandbox.slack.fail("chat.getPermalink", "internal_error", times=5)
    await ann.uses_shortcut(message, "Add to ticket as a note")
    form = await ann.wait_for_form("Add note")
    assert "Refund for order 88213" in str(form.view)
    assert "A link to the Slack message" not in form
    await ann.submits(form)
    await ann.wait_for(lambda seen: "Note added." in seen and "RFD-8K2-QZ1" in seen)


@pytest.mark.parametrize(
    "typed",
    [
        "ｎｅｗ＠ｃｕｓｔｏｍｅｒ．ｅｘａｍｐｌｅ",
        "mailto:new@customer.example",
        "new@customer.example\u200b",
    ],
)
async def test_an_address_as_it_is_typed_or_pasted(
    ann: Person, sandbox: Sandbox, typed: str
) -> None:
    filled = {
        **FILLED,
        "Customer's e-mail": typed,
        "Copies": "ｂｏｓｓ＠customer.example；x@y.example",
    }
    await ann.submits(await ann.fills(await new_form(ann), filled))
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    await ann.wait_for("The ticket is New.")
    (ticket,) = made(sandbox)
    assert ticket.copies == ["boss@customer.example", "x@y.example"]


async def test_a_message_becomes_a_note_with_a_link_back(ann: Person, sandbox: Sandbox) -> None:
    await open_card(ann)
    message = await ann.types("#support", "The carrier says: tomorrow.")
    assert message
    await ann.uses_shortcut(message, "Add to ticket as a note")
    form = await ann.wait_for_form("A link to the Slack message")
    offered = await ann.options(form, "Ticket", "")
    assert offered == ["AX4-B4T-FD8 · New · Where is my order?"]
    assert await ann.options(form, "Ticket", "RFD-8K2-QZ1") == [
        "RFD-8K2-QZ1 · Open · Refund for order 88213"
    ]
    assert await ann.options(form, "Ticket", "CLD-RGFWJ-358") == []  # of another department
    await ann.submits(
        await ann.fills(form_of(ann), {"Ticket": "AX4-B4T-FD8 · New · Where is my order?"})
    )
    await ann.wait_for("Note added. No e-mail was sent.")
    text = sandbox.liveagent.account.ticket(TICKET).messages[-1].text
    assert "The carrier says: tomorrow." in text
    assert f"/archives/C0SUPPORT/p{message.ts.replace('.', '')}" in text


async def test_the_ticket_that_a_message_names_is_chosen(ann: Person, sandbox: Sandbox) -> None:
    message = await ann.types("#support", "RFD-8K2-QZ1: she called again")
    assert message
    await ann.uses_shortcut(message, "Add to ticket as a note")
    form = await ann.wait_for_form("A link to the Slack message")
    assert "Refund for order 88213" in str(form.view)
    await ann.submits(form)
    await ann.wait_for(lambda seen: "Note added." in seen and "RFD-8K2-QZ1" in seen)
    assert "she called again" in sandbox.liveagent.account.ticket("rf10a2c4").messages[-1].text


async def test_the_only_address_that_a_message_names_is_filled_in(ann: Person) -> None:
    message = await ann.types("#support", "ingrid@dahl.example wants two more wheels")
    assert message
    await ann.uses_shortcut(message, "Create ticket")
    form = await ann.wait_for_form("They have an open ticket about “Spare wheel for a chair”")
    assert form.values["Customer's e-mail"] == "ingrid@dahl.example"


async def test_in_japanese(hanako: Person, sandbox: Sandbox) -> None:
    await hanako.uses_shortcut(None, "New ticket")
    form = await hanako.wait_for_form("用途")
    await hanako.chooses(form, "用途", "お客様にメールを書く")
    form = await hanako.wait_for_form("メールで送信されます")
    filled = {
        "お客様のメールアドレス": "new@customer.example",
        "チーム": "日本サポート",
        "件名": "納期について",
        "メッセージ": "お世話になっております。",
    }
    await hanako.submits(await hanako.fills(form, filled))
    await hanako.clicks(await hanako.wait_for("new@customer.example"), "今すぐ作成")
    await hanako.wait_for("new@customer.example に送信しました。ステータスは「返信済み」です。")
    (ticket,) = made(sandbox)
    assert ticket.department == "dep2jp00"


async def test_a_customer_whom_liveagent_does_not_know_is_written_to(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.account.switches.known_customers_only = True
    await ann.submits(await ann.fills(await new_form(ann), FILLED))
    await ann.clicks(await ann.wait_for("Creating a ticket · A lamp"), "Create now")
    refused = await ann.wait_for("LiveAgent may not know this customer yet")
    assert "⚠️ Ticket not created" in refused
    assert "Do you have it in green?" in refused
    assert not any(each in refused for each in ("processing error", "Try again", "ot sent"))
    await ann.clicks(refused, "Edit")
    form = await ann.wait_for_form("The customer isn't e-mailed")
    assert form.values["Customer's e-mail"] == "new@customer.example"
    await ann.closes(form)
    await ann.clicks(refused, "Write in my own name")
    form = await ann.wait_for_form("get this by e-mail")
    assert "Do you have it in green?" in str(form.view)
    await ann.submits(form)
    await ann.clicks(await ann.wait_for("Sending to new@customer.example at "), "Create now")
    await ann.wait_for("Created and sent to new@customer.example. The ticket is Answered.")
    await ann.wait_for("Discarded. No ticket was created.")
    (ticket,) = made(sandbox)
    assert ticket.messages[0].user_id == "agent001"


def post_message(sandbox: Sandbox, **content: Any) -> Any:
    posted = sandbox.slack.workspace.post("C0SUPPORT", {"text": "fallback alone", **content})
    return sandbox.slack.person("ann").message("C0SUPPORT", posted.ts)


async def test_blocks_and_attachments_of_a_message_are_read(ann: Person, sandbox: Sandbox) -> None:
    """As LiveAgent's own notifications have it: blocks and attachments."""
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "New ticket <RFD>"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "from <mailto:jo@x.example|Jo> &amp; co"},
            "fields": [{"type": "plain_text", "text": "Priority: high"}],
        },
    ]
    attachments = [{"title": "Refund", "title_link": "https://x.example/1", "text": "It hums."}]
    message = post_message(sandbox, blocks=blocks, attachments=attachments)
    await ann.uses_shortcut(message, "Create ticket")
    form = await ann.wait_for_form("Purpose")
    assert form.values["Message"] == (
        "New ticket <RFD>\nfrom Jo (jo@x.example) & co\nPriority: high\n"
        "Refund (https://x.example/1)\nIt hums."
    )


async def test_text_beyond_the_fields_limit_is_named(ann: Person, sandbox: Sandbox) -> None:
    message = post_message(sandbox, text="a" * 3000 + "the end of it all")
    await ann.uses_shortcut(message, "Add to ticket as a note")
    form = await ann.wait_for_form("17 characters are left out, from “the end of it all” on.")
    assert form.values["Note"] == "a" * 3000
    await ann.closes(form)
    await ann.uses_shortcut(message, "Create ticket")
    form = await ann.wait_for_form("Purpose")
    assert "left out" not in form
    assert "the end of it all" in str(form.values["Message"])
