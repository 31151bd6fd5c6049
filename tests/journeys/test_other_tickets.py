"""A customer's other tickets, on cards and in forms, and never in a channel."""

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import CARD, CODE, open_card, share
from tests.journeys.transports import in_socket_mode, over_http

PASSWORD, QUOTE = "PWD-3H7-LM2", "CLD-RGFWJ-358"
"""Tickets of Support, assigned to Ann, and of Sales."""
REFUND, LAWYERS = "RFD-8K2-QZ1", "GHS-TAG-404"
"""Two open tickets of María's; a third is closed."""
WHAT_ELSE = "2 other tickets: 1 open (GHS-TAG-404, 3 weeks)"


@in_socket_mode
async def test_a_card_mentions_the_customers_other_tickets(ann: Person, sandbox: Sandbox) -> None:
    account = sandbox.liveagent.account
    for code in (PASSWORD, QUOTE):
        account.ticket(code).owner, account.ticket(code).status = account.ticket(CODE).owner, "C"
    card = await open_card(ann)
    line = await ann.wait_for("John Owner · 1 other ticket: 1 open (PWD-3H7-LM2")
    assert line.is_private
    assert "other ticket" not in card
    await ann.clicks(line, "Show it")
    await ann.wait_for_form(PASSWORD)
    await ann.closes()
    await ann.clicks(card, "Refresh")
    await ann.wait_until(lambda: "1 other ticket: 1 open" in ann.now(card))
    await ann.types(ann.direct, CODE)
    await ann.wait_for(lambda seen: CARD in seen and "1 other" in seen, channel=ann.direct)
    assert "other ticket" not in await share(ann, "#support")


@in_socket_mode
async def test_a_reply_form_shows_them_and_keeps_the_input(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", f"/ticket reply {REFUND} It left today.")
    form = await ann.wait_for_form(WHAT_ELSE)
    assert form.values["Message"] == "It left today."
    last = sandbox.slack.calls("views.update")[-1]
    assert last.arguments["hash"], "nothing that was inserted meanwhile is undone"
    await ann.clicks(form, "Show them")
    assert LAWYERS in await ann.wait_for_form("3 tickets")
    await ann.closes()
    assert (await ann.wait_for_form(WHAT_ELSE)).values["Message"] == "It left today."


@over_http
async def test_list_forms_show_other_tickets_in_japanese(hanako: Person) -> None:
    what_else = "ほかのチケット 2 件: うち未完了 1 件（JPN-6D2-HJ5"
    await hanako.types("#サポート", "/ticket 一覧 オープン")
    listed = await hanako.wait_for("JPN-4M8-RT3")
    await hanako.clicks(listed, "チケットを表示")
    shown = await hanako.wait_for_form(what_else)
    await hanako.clicks(shown, "表示する")
    assert "JPN-9E5-LP1" in await hanako.wait_for_form("3 件")
    await hanako.closes(with_all=True)
    await hanako.clicks(listed, "順に処理する")
    await hanako.wait_for_form(what_else)


@in_socket_mode
async def test_a_new_ticket_may_be_added_to_an_open_one_instead(
    ann: Person, sandbox: Sandbox
) -> None:
    """Of the customer's newest open tickets the one is named that Ann may see."""
    count = len(sandbox.liveagent.account.tickets)
    await ann.types("#support", "/ticket new")
    form = await ann.wait_for_form("Purpose")
    typed = {"Subject": "Two wheels", "Message": "I need two of them."}
    await ann.fills(form, {**typed, "Customer's e-mail": "Ingrid@dahl.example"})
    asked = "They have an open ticket about “Spare wheel for a chair” (SPR-90P-XT5, 11 days)"
    form = await ann.wait_for_form(asked)
    await ann.fills(form, {"Purpose": "Write to a customer"})
    await ann.wait_for_form("[Reply in it]")
    await ann.fills(form, {"Purpose": "Log a customer's request"})
    await ann.clicks(await ann.wait_for_form("[Add to it as a note]"), "Add to it as a note")
    form = await ann.wait_for_form("nobody is e-mailed")
    assert form.values["Note"] == "Two wheels\n\nI need two of them."
    await ann.submits(await ann.wait_for_form("SPR-90P-XT5 · Postponed"))
    await ann.wait_for("Note added.")
    account = sandbox.liveagent.account
    assert "I need two of them." in account.ticket("SPR-90P-XT5").messages[-1].text
    assert len(account.tickets) == count


@over_http
async def test_a_message_to_a_customer_becomes_a_reply_in_an_open_ticket_of_theirs(
    hanako: Person,
) -> None:
    await hanako.types("#サポート", "/ticket new")
    form = await hanako.wait_for_form("用途")
    await hanako.fills(form, {"用途": "お客様にメールを書く"})
    form = await hanako.wait_for_form("メールで送信されます")
    typed = {"メッセージ": "集荷は明日です。", "お客様のメールアドレス": "suzuki@rei.example"}
    await hanako.fills(form, typed)
    asked = await hanako.wait_for_form(
        "未完了のチケット「返品の手続きについて」（JPN-4M8-RT3、3 日）"
    )
    await hanako.clicks(asked, "そのチケットで返信")
    form = await hanako.wait_for_form("鈴木 美咲 <suzuki@rei.example>")
    assert form.values["メッセージ"] == "集荷は明日です。"
