"""Synonyms after `/ticket`, in all languages, and typing errors."""

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import CARD, CODE, TICKET, form_of, type_and_see, until_it_has


async def test_a_natural_word_does_what_it_says(ann: Person) -> None:
    for typed, words in (
        ("mine", "assigned to you"),
        ("自分", "assigned to you"),
        ("queue", "waiting for our reply"),
        ("対応待ち", "waiting for our reply"),
        ("キュー", "waiting for our reply"),
        ("open", "Open · all your departments"),
        ("open AX4-B4T-FD8", CARD),
        ("表示 ＡＸ４－Ｂ４Ｔ－ＦＤ８", CARD),
        ("一覧 新規", "New · all your departments"),
        ("ヘルプ", "Show what's waiting"),
        ("履歴 AX4-B4T-FD8", "Nothing"),
        ("find order", "any status · all your departments · “order”"),
        ("検索　order", "“order”"),
        ("search john@owner.com", "any status · all your departments · john@owner.com"),
        ("find AX4-B4T-FD8", CARD),
        ("frob ax4b4tfd8", "I don't know the command “frob”."),
    ):
        await type_and_see(ann, f"/ticket {typed}", words)


async def test_a_ticket_is_resolved_by_any_word_for_it(ann: Person, sandbox: Sandbox) -> None:
    account = sandbox.liveagent.account
    for typed, code in (("close", CODE), ("完了", "BUG-R3P-T42"), ("クローズ", "PLN-TXT-001")):
        ticket = account.ticket(code)
        held = await type_and_see(ann, f"/ticket {typed} {code}", "[Undo]")
        await ann.clicks(held, "Resolve now")
        await until_it_has(ann, held, "The ticket is Resolved.")
        assert ticket.status == "R"


async def test_a_ticket_is_taken(ann: Person, sandbox: Sandbox) -> None:
    for typed in (f"take {CODE}", f"assign {CODE} to me", f"{CODE} 担当"):
        sandbox.liveagent.account.ticket(TICKET).assignee = None
        await type_and_see(ann, f"/ticket {typed}", "Assigned to: Ann Agent")
        assert sandbox.liveagent.account.ticket(TICKET).assignee == "agent001"


async def test_a_form_opens_by_any_word_for_it(ann: Person) -> None:
    for typed in ("reply", "返信", "answer"):
        await ann.types("#support", f"/ticket {typed} {CODE} It left today.")
        form = await ann.wait_for_form("To: John Owner")
        assert form.values["Message"] == "It left today."
        await ann.closes(form)


async def test_find_without_words_opens_its_form(ann: Person) -> None:
    await ann.types("#support", "/ticket 検索")
    await ann.wait_for_form("Words in the subject")


async def test_next_goes_through_what_waits_longest(ann: Person) -> None:
    for typed in ("next", "次 Support"):
        await ann.types("#support", f"/ticket {typed}")
        form = await ann.wait_for_form("[Skip]")
        assert "1 of" in form
        await ann.closes(form)
    await ann.types("#support", "/ticket next Suport")
    form = await ann.wait_for_form("Did you mean /ticket next support?")
    await ann.clicks(form, "/ticket next support")
    await ann.wait_for_form("[Skip]")
    await ann.types("#support", "/ticket next Returns")
    await ann.wait_for_form("No tickets: New, Open · yours or unassigned")
    assert "“Returns” in the subject" in form_of(ann)


async def test_next_skips_colleagues_tickets(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.switches.rows_tell_assignee = True
    account = sandbox.liveagent.account
    for ticket in account.tickets.values():
        ticket.assignee = "agent002"
    account.ticket(TICKET).assignee = None
    await ann.types("#support", "/ticket next")
    form = await ann.wait_for_form("[Skip]")
    assert form.title == "Ticket 1 of 1"


async def test_a_misspelt_command_keeps_the_ticket(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", f"/ticket reslove {CODE}")
    notice = await ann.wait_for("Did you mean /ticket resolve?")
    assert "/ticket AX4-B4T-FD8" not in notice
    await ann.clicks(notice, f"Resolve {CODE}")
    await ann.clicks(await ann.wait_for("[Undo]"), "Resolve now")
    await ann.wait_until(lambda: sandbox.liveagent.account.ticket(TICKET).status == "R")


async def test_a_ticket_assigned_to_somebody_else_is_transferred(ann: Person) -> None:
    for words in ("@adam", "to Adam Admin"):
        await ann.types("#support", f"/ticket assign {CODE} {words}")
        await ann.clicks(await ann.wait_for("Did you mean /ticket transfer?"), f"Transfer {CODE}")
        form = await ann.wait_for_form("Reason")
        assert "Adam Admin" in str(form.values)
        await ann.closes(form)
    await ann.types("#support", f"/ticket assign {CODE} please")
    await ann.wait_for("this command takes no text")


async def test_a_slip_in_japanese_is_answered_as_it_is_written(ann: Person) -> None:
    for typed, meant in (("クロズ", "クローズ"), ("送転", "転送")):
        await ann.types("#support", f"/ticket {typed} {CODE}")
        await ann.wait_for(f"Did you mean /ticket {meant}?")


async def test_a_misspelt_command_keeps_the_text(ann: Person) -> None:
    await ann.types("#support", f"/ticket rpely {CODE} It left &amp; arrives *today*.")
    await ann.clicks(await ann.wait_for("Did you mean"), f"Reply {CODE}")
    form = await ann.wait_for_form("To: John Owner")
    assert "*today*." in str(form.values["Message"])


async def test_a_code_that_opens_the_ticket_is_in_no_button(ann: Person, sandbox: Sandbox) -> None:
    code = sandbox.liveagent.account.ticket(TICKET).public_code
    await ann.types("#support", f"/ticket reslove {code}")
    notice = await ann.wait_for("Did you mean /ticket resolve?")
    assert code not in str(notice.blocks)


async def test_a_status_that_was_mistyped_is_not_searched_for_ever(ann: Person) -> None:
    await ann.types("#support", "/ticket list open")
    await ann.wait_for("Open · all your departments")
    await ann.types("#support", "/ticket list nwe")
    notice = await ann.wait_for("Did you mean /ticket list new?")
    await ann.types("#support", "/ticket list")
    again = await ann.wait_for(
        lambda seen: seen.ts > notice.ts and "Open · all your departments" in seen
    )
    assert "nwe" not in again
    await ann.clicks(notice, "/ticket list new")
    await ann.wait_for(lambda seen: seen.ts == notice.ts and "New · all your departments" in seen)


async def test_words_that_are_no_command_can_be_searched_for(ann: Person) -> None:
    await ann.types("#support", "/ticket dance order")
    await ann.clicks(await ann.wait_for("I don't know that command"), "Search for “dance order”")
    await ann.wait_for("any status · all your departments · “dance order”")


async def test_in_japanese(hanako: Person, sandbox: Sandbox) -> None:
    await type_and_see(hanako, "/ticket 自分", "自分", "#サポート")
    await hanako.types("#サポート", "/ticket JPN-7K2-QX9 完了")
    await hanako.clicks(await hanako.wait_for("[取り消す]"), "今すぐ完了にする")
    ticket = sandbox.liveagent.account.ticket("JPN-7K2-QX9")
    await hanako.wait_until(lambda: ticket.status == "R")
