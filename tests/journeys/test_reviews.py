"""Going through tickets one by one."""

import asyncio
import json
from copy import deepcopy
from datetime import timedelta

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Form, Person
from bot.storage.entries import Entry
from bot.storage.reviews import Reviews
from tests.journeys.acting import direct_messages, open_card
from tests.journeys.reviewing import start_review
from tests.outbox import WholeOutbox
from tests.waiting import until

A_WHILE = timedelta(minutes=11)  # longer than anything is held
NO_ANSWER = "LiveAgent isn't responding."


async def test_going_through_a_list(ann: Person, sandbox: Sandbox) -> None:
    form = await start_review(ann)
    assert form.title == "Ticket 1 of 5"
    assert "GHS-TAG-404" in form
    assert "Sorted: oldest first" in form
    await ann.clicks(form, "Skip")
    form = await ann.wait_for_form("SPR-90P-XT5")
    assert "Spare wheel" in form
    assert "Sorted:" not in form
    await ann.clicks(form, "Resolve")
    form = await ann.wait_for_form("TRF-4X4-KK9")
    await ann.clicks(form, "Note")
    note = await ann.wait_for_form("nobody is e-mailed")
    await ann.submits(await ann.fills(note, {"Note": "Asked the accountant"}))
    form = await ann.wait_for_form("Note added.")
    assert form.title == "Ticket 3 of 5"  # a note alone does not settle a ticket
    await ann.clicks(form, "Reply")
    reply = await ann.wait_for_form("To: Pierre")
    await ann.submits(await ann.fills(reply, {"Message": "It is on its way."}))
    form = await ann.wait_for_form("[Skip]")
    assert form.title == "Ticket 4 of 5"
    await ann.clicks(form, "Skip")
    await ann.clicks(await ann.wait_for_form("LNG-M41-L60"), "Skip")
    end = await ann.wait_for_form("All done")
    for done in ("Resolving · Spare wheel", "✅ Note · ", "Replying · "):
        assert done in end
    assert "3 skipped" in end
    await ann.clicks(end, "Resolve now")
    end = await ann.wait_for_form("The ticket is Resolved.")
    await ann.clicks(end, "Send now")
    await ann.wait_for_form("Sent to ")
    assert direct_messages(ann) == []
    assert sandbox.liveagent.account.ticket("sp4rep4r").status == "R"
    assert [seen for seen in ann.messages("#support") if not seen.is_private] == []


async def test_a_review_can_go_back_and_assign_a_ticket(ann: Person, sandbox: Sandbox) -> None:
    form = await start_review(ann)
    assert "[Back]" not in form
    await ann.clicks(form, "Skip")
    form = await ann.wait_for_form("Ticket 2 of 5")
    assert form.text.index("[Reply]") < form.text.index("Ann Agent noted")
    await asyncio.gather(ann.clicks(form, "Back"), ann.clicks(form, "Back"))
    form = await ann.wait_for_form("Ticket 1 of 5")
    await ann.clicks(form, "Assign to me")
    form = await ann.wait_for_form("assigned to Ann Agent")
    assert form.title == "Ticket 1 of 5"
    ghost = next(
        each for each in sandbox.liveagent.account.tickets.values() if each.code == "GHS-TAG-404"
    )
    await ann.wait_until(lambda: ghost.assignee == "agent001")
    await ann.clicks(form, "Next")
    await ann.wait_for_form("Ticket 2 of 5")


async def resolve_second(ann: Person) -> Form:
    """The third ticket, below the second, which is being resolved."""
    await ann.clicks(await start_review(ann), "Skip")
    await ann.clicks(await ann.wait_for_form("Ticket 2 of 5"), "Resolve")
    form = await ann.wait_for_form("Ticket 3 of 5")
    assert "⏳ Resolving · Spare wheel for a chair · SPR-90P-XT5" in form
    return form


async def test_the_outcome_is_shown_above_the_next_ticket(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await resolve_second(ann), "Resolve now")
    form = await ann.wait_for_form("✅ Resolve · Spare wheel for a chair · SPR-90P-XT5")
    assert form.title == "Ticket 3 of 5"
    assert "The ticket is Resolved." in form
    assert "[Undo]" not in form
    assert sandbox.liveagent.account.ticket("sp4rep4r").status == "R"
    assert direct_messages(ann) == []


async def test_undo_is_offered_above_the_next_ticket(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await resolve_second(ann), "Undo")
    form = await ann.wait_for_form("↩️ Resolve · Spare wheel")
    assert form.title == "Ticket 3 of 5"
    assert sandbox.liveagent.account.ticket("sp4rep4r").status == "W"
    await ann.clicks(form, "Back")
    await ann.wait_for_form("[Resolve]")
    assert direct_messages(ann) == []


async def test_a_held_operation_is_not_offered_again(ann: Person) -> None:
    await ann.clicks(await resolve_second(ann), "Back")
    form = await ann.wait_for_form("Ticket 2 of 5")
    assert "[Undo]" in form
    assert "[Resolve]" not in form
    assert "[Note]" in form


async def test_problems_are_shown_in_the_review_and_a_direct_message(
    ann: Person, sandbox: Sandbox
) -> None:
    form = await resolve_second(ann)
    sandbox.liveagent.account.customer_writes("sp4rep4r", "It broke again!")
    await ann.clicks(form, "Resolve now")
    form = await ann.wait_for_form("⚠️ Ticket not resolved")
    notice = await ann.wait_for("⚠️ Ticket not resolved", channel=ann.direct)
    await ann.clicks(form, "Resolve anyway")
    await ann.wait_for_form("The ticket is Resolved.")
    await ann.wait_until(lambda: "✅" in ann.now(notice))
    assert len(direct_messages(ann)) == 1


async def test_an_edit_is_shown_in_the_review(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await start_review(ann), "Reply")
    reply = await ann.wait_for_form("People already copied")
    await ann.submits(await ann.fills(reply, {"Message": "It left tody."}))
    await ann.clicks(await ann.wait_for_form("[Undo]"), "Undo")
    await ann.clicks(await ann.wait_for_form("↩️ Reply"), "Edit")
    reply = await ann.wait_for_form("People already copied")
    await ann.submits(await ann.fills(reply, {"Message": "It left today."}))
    form = await ann.wait_for_form("⏳ Replying")
    assert form.title == "Ticket 2 of 5"
    await ann.clicks(form, "Send now")
    await ann.wait_for_form("✅ Reply")
    assert direct_messages(ann) == []
    assert len(sandbox.liveagent.account.mailbox) == 1


async def test_a_closed_review_reports_only_trouble(ann: Person, sandbox: Sandbox) -> None:
    await ann.closes(await resolve_second(ann))
    await sandbox.clock.move(A_WHILE)
    await ann.wait_until(lambda: sandbox.liveagent.account.ticket("sp4rep4r").status == "R")
    await ann.clicks(await start_review(ann, "new Support"), "Resolve")
    form = await ann.wait_for_form("[Undo]")
    ticket = next(
        each
        for each in sandbox.liveagent.account.tickets.values()
        if f"· {each.code}" in form.text.split("[Undo]")[0]
    )
    await ann.closes(form)
    sandbox.liveagent.account.customer_writes(ticket.id, "Anybody there?")
    await sandbox.clock.move(A_WHILE)
    await ann.wait_for("⚠️ Ticket not resolved", channel=ann.direct)
    assert len(direct_messages(ann)) == 1


async def test_a_double_click_skips_one(ann: Person) -> None:
    form = await start_review(ann)
    await asyncio.gather(ann.clicks(form, "Skip"), ann.clicks(form, "Skip"))
    await ann.wait_until(lambda: getattr(ann.form(), "title", "") == "Ticket 2 of 5")
    await ann.clicks(await ann.wait_for_form("SPR-90P-XT5"), "Skip")
    await ann.wait_for_form("TRF-4X4-KK9")


async def test_going_through_a_digest(ann: Person, adam: Person) -> None:
    await ann.types("#support", "/ticket digest")
    await ann.clicks(await ann.wait_for("[Add digest]"), "Add digest")
    await ann.submits(await ann.wait_for_form("Time zone"))
    await ann.clicks(await ann.wait_for("[Preview]"), "Send now")
    digest = await adam.wait_for(lambda seen: "[Go through these]" in seen and not seen.is_private)
    await adam.clicks(digest, "Go through these")
    form = await adam.wait_for_form("[Skip]")
    assert form.title.startswith("Ticket 1 of")
    assert adam.now(digest).text == digest.text


async def test_a_ticket_that_is_gone_is_skipped(ann: Person, sandbox: Sandbox) -> None:
    form = await start_review(ann)
    sandbox.liveagent.account.ticket("sp4rep4r").department = "dep1s5a4"
    sandbox.liveagent.account.ticket("sp4rep4r").assignee = None
    await ann.clicks(form, "Skip")
    form = await ann.wait_for_form("in a department you don't belong to")
    await ann.clicks(form, "Skip")
    await ann.wait_for_form("TRF-4X4-KK9")


def of_person(sandbox: Sandbox, person: Person) -> list[Form]:
    """All forms that lie before a person, the one on top last."""
    return [person.form_of(view) for view in sandbox.slack.workspace.views.stack(person.id)]


async def start_at_home(person: Person) -> tuple[Form, Form]:
    """A list that is a form, and the review upon it."""
    await person.opens_home()
    await person.clicks(await person.wait_for_home("Waiting"), "Waiting longest")
    listed = await person.wait_for_form("[Go through these]")
    await person.clicks(listed, "Go through these")
    return listed, await person.wait_for_form("[Skip]")


async def test_a_review_from_home_has_its_own_form(ann: Person, sandbox: Sandbox) -> None:
    listed, form = await start_at_home(ann)
    await ann.clicks(form, "Resolve")
    form = await ann.wait_for_form("Ticket 2 of")
    await ann.clicks(form, "Reply")
    reply = await ann.wait_for_form("To: ")
    await ann.submits(await ann.fills(reply, {"Message": "It is on its way."}))
    await ann.wait_for_form("Ticket 3 of")
    below, on_top = of_person(sandbox, ann)
    assert (below.id, on_top.id) == (listed.id, form.id)
    assert "[Go through these]" in below


async def test_a_conversation_that_is_the_third_form_turns_in_place(
    ann: Person, sandbox: Sandbox
) -> None:
    long = sandbox.liveagent.account.ticket("longmail")
    for ticket in sandbox.liveagent.account.tickets.values():
        ticket.status = ticket.status if ticket is long else "R"
    _, form = await start_at_home(ann)
    await ann.clicks(form, "Show conversation")
    talk = await ann.wait_for_form("[Show full message]")
    await ann.clicks(talk, "Show full message")
    whole = await ann.wait_for_form("[Show conversation]")
    assert whole.id == talk.id
    await ann.clicks(whole, "Show conversation")
    assert (await ann.wait_for_form("[Show full message]")).id == talk.id
    assert not direct_messages(ann)


async def test_liveagent_is_down_at_the_next_ticket(ann: Person, sandbox: Sandbox) -> None:
    form = await start_review(ann)
    sandbox.liveagent.faults.set("down")
    await ann.clicks(form, "Skip")
    form = await ann.wait_for_form(NO_ANSWER)
    assert form.title == "Ticket 2 of 5"
    sandbox.liveagent.faults.clear()
    await ann.clicks(form, "Try again")
    form = await ann.wait_for_form("[Note]")
    await ann.clicks(form, "Note")
    note = await ann.wait_for_form("SPR-90P-XT5 · Postponed")
    await ann.fills(note, {"Note": "Asked the accountant"})
    sandbox.liveagent.faults.set("down")
    await ann.submits(note)
    form = await ann.wait_for_form(NO_ANSWER)
    assert form.title == "Ticket 2 of 5"
    sandbox.liveagent.faults.clear()
    await ann.clicks(form, "Try again")
    form = await ann.wait_for_form("[Next]")
    assert "Spare wheel for a chair · SPR-90P-XT5" in form
    assert not any("Try again in a moment" in seen for seen in ann.messages())


async def test_slack_refuses_the_next_ticket(ann: Person, sandbox: Sandbox) -> None:
    form = await start_review(ann)
    await ann.clicks(form, "Note")
    note = await ann.wait_for_form("GHS-TAG-404 · Open")
    await ann.fills(note, {"Note": "Asked the accountant"})
    sandbox.slack.fail("views.update", "internal_error")
    await ann.submits(note)
    form = await ann.wait_for_form("Note added.")
    sandbox.slack.fail("views.update", "internal_error")
    await ann.clicks(form, "Next")
    await ann.clicks(await ann.wait_for_form("Slack didn't respond."), "Try again")
    await ann.wait_for_form("Ticket 2 of 5")
    assert not any("Try again in a moment" in seen for seen in ann.messages())


async def test_a_late_answer_does_not_replace_a_newer_ticket(ann: Person, sandbox: Sandbox) -> None:
    form = await start_review(ann)
    sandbox.liveagent.faults.set("hang", "GET /api/conversations/sp4rep4r", times=1)
    await ann.clicks(form, "Skip")
    await until(lambda: not sandbox.liveagent.faults.armed)
    await ann.clicks(form, "Skip")
    await ann.clicks(await ann.wait_for_form("Ticket 2 of 5"), "Skip")
    await ann.wait_for_form("Ticket 3 of 5")
    sandbox.liveagent.faults.clear()
    await open_card(ann)
    form = await ann.wait_for_form("[Skip]")
    assert form.title == "Ticket 3 of 5"


async def test_a_review_ignores_operations_of_a_newer_version(ann: Person, bot: Bot) -> None:
    form = await start_review(ann)
    newer = Entry("key", "fly", 1, {}, "sp4rep4r", ann.id)
    row = await WholeOutbox(bot.database, lease_seconds=60).put(newer, hold_seconds=0)
    review_id = json.loads(form.view["private_metadata"])["round"]
    await Reviews(bot.database).record(review_id, ann.id, "sp4rep4r", row.id, goes_on=False)
    await ann.clicks(form, "Skip")
    await ann.wait_for_form("Ticket 2 of 5")


async def test_a_review_says_that_it_is_limited_to_fifty(ann: Person, sandbox: Sandbox) -> None:
    account = sandbox.liveagent.account
    for number in range(50):
        more = deepcopy(account.ticket("sp4rep4r"))
        more.id, more.code = f"m0re{number:04}", f"MOR-{number:03}-AAA"
        account.tickets[more.id] = more
    form = await start_review(ann)
    assert form.title == "Ticket 1 of 50"
    assert "These are the first 50 of 55 tickets." in form


async def test_in_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket list")
    await hanako.clicks(await hanako.wait_for("[順に処理する]"), "順に処理する")
    form = await hanako.wait_for_form("[スキップ]")
    assert form.title.startswith("チケット 1 /")
