"""Showing a ticket by command, from a message, and from a button."""

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, check_message
from tests.journeys.acting import CARD, TICKET, open_card, type_and_see
from tests.journeys.transports import over_both

PUBLIC_CODE = "bI5fR3oN40708G65"


async def test_a_code_shows_the_card_to_who_typed_it_alone(ann: Person, adam: Person) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for(CARD)
    for words in (
        "New",
        "AX4-B4T-FD8",
        "Support",
        "Customer: John Owner <john@owner.com>",
        "Unassigned",
        "Opened:",
        "Last updated:",
        "Tags: VIP",
        "John Owner wrote",
        "I ordered a desk lamp",
        "receipt-4711.pdf",
        "As of",
        "[Reply] [Note] [Resolve] [Assign to me] [Show conversation] […]",
    ):
        assert words in card
    assert card.is_private
    assert card.summary == "AX4-B4T-FD8 · New · Where is my order?"
    assert not adam.sees(CARD)


async def test_every_name_of_a_ticket_will_do(ann: Person, sandbox: Sandbox) -> None:
    for typed in (
        "ax4-b4t-fd8",
        "ＡＸ４－Ｂ４Ｔ－ＦＤ８",
        "   AX4-B4T-FD8   ",
        "s4y7t5s7",
        PUBLIC_CODE,
        "{account}/agent/#Conversation;id=s4y7t5s7",
        "{account}/agent/index.php?rnd=7#Conversation;id=s4y7t5s7",
        "{account}/index.php?type=my_tickets&cid=" + PUBLIC_CODE,
        "{account}/" + PUBLIC_CODE,
        "please show AX4-B4T-FD8",
    ):
        command = f"/ticket {typed.format(account=sandbox.liveagent.url)}"
        card = await type_and_see(ann, command, CARD)
        assert PUBLIC_CODE not in str(card.blocks) + card.summary


async def test_the_card_follows_liveagent_when_refreshed(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for(CARD)
    sandbox.liveagent.account.customer_writes(TICKET, "It has come, thank you!")
    sandbox.liveagent.account.ticket("s4y7t5s7").assignee = "agent001"
    await ann.clicks(card, "Refresh")
    fresh = await ann.wait_for("It has come, thank you!")
    assert fresh.ts == card.ts
    assert "Assigned to: Ann Agent" in fresh


async def test_the_card_shows_how_the_conversation_ends(ann: Person, sandbox: Sandbox) -> None:
    card = await open_card(ann)
    words, note, reply = (
        card.text.index(each)
        for each in ("I ordered a desk lamp", "Ann Agent noted", "Adam Admin replied")
    )
    assert words < card.text.index("receipt-4711.pdf") < note < reply
    assert ":lock: Ann Agent noted" in card
    assert "Carrier lost the first parcel. A second one leaves tonight." in card
    assert "Hello John, we are asking the carrier and will write again today. Adam" in card
    account = sandbox.liveagent.account
    for number in range(3):
        account.add(account.ticket(TICKET), "I", "agent001", ("N", f"Called them, try {number}"))
    await ann.clicks(card, "Refresh")
    fresh = await ann.wait_for("Called them, try 2")
    assert "I ordered a desk lamp" in fresh  # the customer's newest is always there
    assert "Called them, try 0" not in fresh
    assert "… 3 more entries …" in fresh


async def test_files_stand_below_the_message_that_they_came_with(ann: Person) -> None:
    card = await open_card(ann, "RFD-8K2-QZ1")
    assert card.text.rindex("Here it is.") < card.text.index("kettle.png (")
    await open_card(ann)
    receipt = await open_card(ann)
    assert receipt.text.index("receipt-4711.pdf") < receipt.text.index("Ann Agent noted")


async def test_an_admins_rare_actions_are_in_one_menu(adam: Person) -> None:
    card = await open_card(adam)
    menus = [
        [option["text"]["text"] for option in element["options"]]
        for block in card.blocks
        for element in block.get("elements", ())
        if element["type"] == "overflow"
    ]
    assert menus == [["Tags", "Transfer", "Mark as answered", "Share in channel", "Delete"]]
    assert "[Show conversation] [Refresh] […]" in card


async def test_the_link_into_liveagent_leads_to_the_ticket(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for(CARD)
    assert f"{sandbox.liveagent.url}/agent/#Conversation;id=s4y7t5s7" in str(card.blocks)
    await ann.clicks(card, "Show conversation")
    form = await ann.wait_for_form("[Open in LiveAgent]")
    await ann.clicks(form, "Open in LiveAgent")
    assert not ann.now(card).has_warning


async def test_a_japanese_agent_reads_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket ＪＰＮ－７Ｋ２－ＱＸ９")
    card = await hanako.wait_for("JPN-7K2-QX9")
    for words in ("お客様:", "未割り当て", "最終更新:", "[会話を表示] […]"):
        assert words in card


@over_both
async def test_a_message_with_one_ticket_opens_it(ann: Person) -> None:
    message = await ann.types("#support", "Has anybody seen ax4-b4t-fd8 (the lamp)?")
    await ann.uses_shortcut(message, "Open ticket")
    assert (await ann.wait_for(CARD)).is_private


async def test_liveagents_own_notification_opens_its_ticket(ann: Person, sandbox: Sandbox) -> None:
    link = f"{sandbox.liveagent.url}/agent/index.php?rnd=1#Conversation;id=s4y7t5s7"
    posted = sandbox.slack.workspace.post(
        "C0SUPPORT",
        {
            "text": "",
            "blocks": [
                {"type": "section", "text": {"type": "mrkdwn", "text": f"<{link}|New ticket>"}}
            ],
        },
    )
    await ann.uses_shortcut(ann.message("C0SUPPORT", posted.ts), "Open ticket")
    await ann.wait_for("Customer: John Owner")


async def test_a_message_with_several_lets_choose_among_those_one_may_see(ann: Person) -> None:
    message = await ann.types("#support", "AX4-B4T-FD8, PLN-TXT-001, CLD-RGFWJ-358, AAA-111-ZZZ")
    await ann.uses_shortcut(message, "Open ticket")
    choice = await ann.wait_for("2 tickets")
    assert "CLD-RGFWJ-358" not in choice
    await ann.clicks(choice, "Show ticket", near="PLN-TXT-001")
    await ann.wait_for_form("Customer: Bob Plain")


async def test_a_message_without_any_says_so(ann: Person) -> None:
    message = await ann.types("#support", "See you tomorrow at 10:30!")
    await ann.uses_shortcut(message, "Open ticket")
    await ann.wait_for("This message mentions no ticket.")


async def test_every_ticket_of_the_account_makes_a_card_that_slack_takes(
    adam: Person, sandbox: Sandbox
) -> None:
    for ticket in list(sandbox.liveagent.account.tickets.values()):
        card = await type_and_see(adam, f"/ticket {ticket.id}", ticket.code)
        assert check_message({"text": card.summary, "blocks": card.blocks}) == []


async def test_hostile_words_stay_words(ann: Person) -> None:
    await ann.types("#support", "/ticket HST-1L3-X66")
    card = await ann.wait_for(lambda seen: "HST-1L3-X66" in seen.summary)
    assert "<!channel>" not in card.summary
    mrkdwn = [
        text
        for block in card.blocks
        for text in (block.get("text"), *block.get("elements", []))
        if isinstance(text, dict) and text.get("type") == "mrkdwn"
    ]
    assert [text["text"][:8] for text in mrkdwn] == ["As of <!"]
    assert "https://bank.example (https://evil.example" in card
    assert "alert(" not in card


async def test_the_public_code_in_a_mail_is_not_shown(ann: Person, sandbox: Sandbox) -> None:
    account = sandbox.liveagent.account
    account.ticket(TICKET).subject = f"Re: {PUBLIC_CODE}"
    forms = (
        "{code}",
        "{account}/{code}",
        "<a href='{account}/index.php?type=my_tickets&amp;cid={code}'>your ticket</a>",
        "{account}/N0tMyT1cketsC0de",
        "bI5fR3oN<b>40708G65</b>",
        "ｂI5fR3oN\u200b40708G65",
        "%62I5fR3oN40708G65",
    )
    for number, written in enumerate(forms):
        words = written.format(code=PUBLIC_CODE, account=sandbox.liveagent.url)
        account.customer_writes(TICKET, f"<p>See {words} there, {number}</p>", html=True)
        card = await type_and_see(ann, "/ticket AX4-B4T-FD8", f"there, {number}")
        await ann.clicks(card, "Show conversation")
        form = await ann.wait_for_form(f"there, {number}")
        shown = str(card.blocks) + card.summary + str(form.view)
        for piece in (PUBLIC_CODE, PUBLIC_CODE[1:], "N0tMyT1cketsC0de", "40708G65"):
            assert piece not in shown
        await ann.closes(form)
