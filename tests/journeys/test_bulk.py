"""A bulk action on tickets of a list or a digest, with one notice."""

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import select

from bot.app import Bot
from bot.desk.commits import COMMIT_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.liveagent.records import Ticket
from bot.sandbox.slack import Form, Person, SeenMessage
from bot.storage import tables
from handlers.listeners.bulk import READING_SECONDS
from tests.clock import PatientClock
from tests.journeys.acting import direct_messages, open_card
from tests.journeys.digesting import add
from tests.waiting import GUARD_SECONDS

SPARE, TRANSFERRED = "sp4rep4r", "tr4nsf3r"
OLDEST = "rf10a2c4"
TICKETS = "ticket.0"  # the first ten; what is no input has no label
NOW = {"Resolve": "Resolve now", "Tags": "Change now", "Transfer": "Transfer now"}
CODES = ("SPR-90P-XT5", "TRF-4X4-KK9")


async def choose(person: Person, what: str = "Resolve", **fields: str | list[str]) -> Form:
    """Ticks two tickets of her list."""
    await person.types("#support", "/ticket list postponed open Support")
    await person.clicks(await person.wait_for("[Choose several]"), "Choose several")
    form = await person.wait_for_form(CODES[0])
    await person.fills(form, {TICKETS: [SPARE, TRANSFERRED]})
    return await decide(person, form, what, **fields)


async def decide(person: Person, form: Form, what: str, **fields: str | list[str]) -> Form:
    """Chooses what to do, and fills in what the form then asks."""
    await person.chooses(form, "What to do", what)
    needed = {"Add tags": ["Tags"], "Transfer": ["Department"]}.get(what, [])
    await person.wait_until(lambda: asked(person) == needed)
    return await person.fills(form, fields)


def asked(person: Person) -> list[str]:
    form = person.form()
    return [each for each in ("Tags", "Department") if form and each in form.values]


def ticked(form: Form) -> list[object]:
    held = form.values[TICKETS]
    assert isinstance(held, list)
    return held


async def confirm(person: Person, form: Form, label: str) -> None:
    """It names what will be done to what."""
    named = await person.submits(form)
    assert named is not None
    assert named.title == label
    assert all(code in named for code in CODES)
    assert await person.submits(named) is None


def both(sandbox: Sandbox) -> list[Ticket]:
    return [sandbox.liveagent.account.ticket(each) for each in (SPARE, TRANSFERRED)]


async def sent(person: Person, title: str) -> SeenMessage:
    """The notice of it, once it is on its way."""
    what, _, count = title.partition(": ")
    notice = await person.wait_for(lambda seen: f"[{NOW[what]}]" in seen and count in seen)
    await person.clicks(notice, NOW[what])
    return notice


async def test_tickets_are_resolved_in_bulk(ann: Person, sandbox: Sandbox) -> None:
    await confirm(ann, await choose(ann), "Resolve")
    notice = await sent(ann, "Resolve: 2 tickets")
    await ann.wait_until(lambda: ann.now(notice).text.count("The ticket is Resolved.") == 2)
    assert all(code in ann.now(notice) for code in CODES)
    assert [ticket.status for ticket in both(sandbox)] == ["R", "R"]
    assert "✅ Resolve: 2 tickets" in ann.now(notice)
    assert "[Undo]" not in ann.now(notice)
    assert ann.messages(ann.direct) == []
    await ann.clicks(ann.now(notice), "Show list")
    await ann.wait_until(lambda: "[Choose several]" in ann.now(notice))
    assert [seen for seen in ann.messages("#support") if not seen.is_private] == []


async def test_tickets_are_tagged_in_bulk(ann: Person, sandbox: Sandbox) -> None:
    await confirm(ann, await choose(ann, "Add tags", Tags=["VIP"]), "Add tags")
    notice = await sent(ann, "Tags: 2 tickets")
    account = sandbox.liveagent.account
    await ann.wait_until(
        lambda: all("VIP" in [account.tags[i].name for i in each.tags] for each in both(sandbox))
    )
    await ann.wait_until(lambda: "[Undo]" not in ann.now(notice))


async def test_tickets_are_transferred_in_bulk(ann: Person, sandbox: Sandbox) -> None:
    await confirm(ann, await choose(ann, "Transfer", Department="Sales"), "Transfer")
    await sent(ann, "Transfer: 2 tickets")
    await ann.wait_until(lambda: {each.department for each in both(sandbox)} == {"dep1s5a4"})


async def test_undo_reverts_the_whole_bulk_action(ann: Person, sandbox: Sandbox) -> None:
    before = [ticket.status for ticket in both(sandbox)]
    await confirm(ann, await choose(ann), "Resolve")
    notice = await ann.wait_for("[Undo]")
    await ann.clicks(notice, "Undo")
    await ann.wait_until(lambda: ann.now(notice).text.count("Undone.") == 2)
    assert [ticket.status for ticket in both(sandbox)] == before
    assert "[Undo]" not in ann.now(notice)


async def test_a_missing_value_is_reported_at_its_field(ann: Person) -> None:
    form = await ann.submits(await choose(ann, "Add tags"))
    assert form is not None
    assert list(form.errors) == ["Tags"]
    form = await ann.submits(await decide(ann, form, "Transfer"))
    assert form is not None
    assert list(form.errors) == ["Department"]
    form = await decide(ann, form, "Resolve")
    form = await ann.submits(await ann.fills(form, {TICKETS: []}))
    assert form is not None
    assert form.errors == {"What to do": "Select at least one ticket."}


async def test_a_bulk_form_shows_its_operations_fields_and_keeps_choices(
    ann: Person,
) -> None:
    form = await choose(ann)
    assert "old" in form  # each ticket says how long it has waited
    assert "(optional)" not in str(form.blocks)
    await decide(ann, form, "Add tags", Tags=["VIP"])
    await decide(ann, form, "Transfer", Department="Sales")
    form = await decide(ann, form, "Add tags")
    assert form.values["Tags"] == ["VIP"]
    form = await decide(ann, form, "Transfer")
    assert form.values["Department"] == "Sales"
    assert len(ticked(form)) == 2


async def test_all_are_selected_with_one_click(ann: Person) -> None:
    await ann.types("#support", "/ticket list postponed open Support")
    await ann.clicks(await ann.wait_for("[Choose several]"), "Choose several")
    form = await ann.wait_for_form("Select all (5)")
    await ann.fills(form, {TICKETS: [SPARE]})
    await ann.clicks(form, "Select all (5)")
    form = await ann.wait_for_form("Clear selection")
    assert len(ticked(form)) == 5
    await ann.clicks(form, "Clear selection")
    form = await ann.wait_for_form("Select all (5)")
    assert ticked(form) == []
    await ann.clicks(form, "Select all (5)")
    named = await ann.submits(await ann.wait_for_form("Clear selection"))
    assert named is not None
    assert "Resolve: 5 tickets" in named


async def test_next_before_the_form_has_changed_asks_for_the_field(
    ann: Person, sandbox: Sandbox
) -> None:
    chosen = await choose(ann)
    sandbox.slack.fail("views.update", "internal_error", times=10)
    await ann.chooses(chosen, "What to do", "Transfer")
    form = await ann.submits(chosen)
    assert form is not None
    assert not form.errors
    assert asked(ann) == ["Department"]
    assert len(ticked(form)) == 2


async def test_a_bulk_action_asks_about_a_new_message(ann: Person, sandbox: Sandbox) -> None:
    form = await choose(ann)
    sandbox.liveagent.account.customer_writes(SPARE, "It broke again!")
    await confirm(ann, form, "Resolve")
    notice = await sent(ann, "Resolve: 2 tickets")
    await ann.wait_until(lambda: "The ticket is Resolved." in ann.now(notice))
    await ann.wait_until(lambda: "There is a new message in the ticket." in ann.now(notice))
    alert = await ann.wait_for("⚠️ Ticket not resolved · 1 of 2 tickets", channel=ann.direct)
    assert [ticket.status for ticket in both(sandbox)] == ["C", "R"]
    await ann.clicks(ann.now(notice), "Resolve anyway", near=CODES[0])
    await ann.wait_until(lambda: ann.now(notice).text.count("The ticket is Resolved.") == 2)
    await ann.wait_until(lambda: "✅ Resolve: 2 tickets" in ann.now(alert))
    assert len(ann.messages(ann.direct)) == 1


async def test_a_second_refusal_is_reported_too(ann: Person, sandbox: Sandbox) -> None:
    form = await choose(ann)
    faults = sandbox.liveagent.faults
    faults.add(Fault(kind="error", calls="writes", times=2, message="Not today"))
    await confirm(ann, form, "Resolve")
    notice = await sent(ann, "Resolve: 2 tickets")
    await ann.wait_until(
        lambda: ann.now(notice).text.count("LiveAgent couldn't do this: Not today") == 2
    )
    faults.add(Fault(kind="error", calls="writes", times=1, message="Nor tomorrow"))
    await ann.clicks(ann.now(notice), "Try again", near=CODES[0])
    await ann.wait_until(lambda: "LiveAgent couldn't do this: Nor tomorrow" in ann.now(notice))
    await ann.clicks(ann.now(notice), "Try again", near=CODES[0])
    await ann.wait_until(lambda: "The ticket is Resolved." in ann.now(notice))


async def test_a_change_that_somebody_else_made_is_reported_as_done(
    ann: Person, sandbox: Sandbox
) -> None:
    await confirm(ann, await choose(ann), "Resolve")
    notice = await ann.wait_for("[Undo]")
    for ticket in both(sandbox):
        ticket.status = "R"
    writes = [call for call in sandbox.liveagent.account.journal if call.verb != "GET"]
    await ann.clicks(notice, "Resolve now")
    await ann.wait_until(lambda: ann.now(notice).text.count("The ticket is Resolved.") == 2)
    assert [call for call in sandbox.liveagent.account.journal if call.verb != "GET"] == writes


async def test_undo_has_a_place_where_slack_refuses_the_list(ann: Person, sandbox: Sandbox) -> None:
    sandbox.slack.fail("response_url", "internal_error")
    await confirm(ann, await choose(ann), "Resolve")
    await ann.clicks(await ann.wait_for("[Undo]"), "Undo")
    await ann.wait_for(lambda seen: seen.text.count("Undone.") == 2)
    assert [ticket.status for ticket in both(sandbox)] == ["W", "C"]


async def test_a_bulk_action_from_a_lists_form_is_shown_there(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.opens_home()
    await ann.clicks(await ann.wait_for_home("Waiting"), "Waiting longest")
    await ann.clicks(await ann.wait_for_form("[Choose several]"), "Choose several")
    form = await ann.wait_for_form("[Select all")
    ticket = sandbox.liveagent.account.ticket(SPARE)
    shown = await ann.fills(form, {TICKETS: [OLDEST]})
    named = await ann.submits(shown)
    assert named
    await ann.submits(named)
    held = await ann.wait_for_form("⏳ Resolving: one ticket")
    await ann.clicks(held, "Resolve now")
    done = await ann.wait_for_form("✅ Resolve: one ticket")
    assert sandbox.liveagent.account.ticket(OLDEST).status == "R"
    assert ticket.status == "W"
    await ann.clicks(done, "Show list")
    await ann.wait_for_form("[Choose several]")
    assert direct_messages(ann) == []


async def test_a_bulk_action_already_in_progress_is_refused(ann: Person) -> None:
    await confirm(ann, await choose(ann), "Resolve")
    await ann.wait_for("[Undo]")
    named = await ann.submits(await choose(ann))
    assert named is not None
    refused = await ann.submits(named)
    assert refused is not None
    assert "This is already in progress" in refused
    assert all(code in refused for code in CODES)
    await ann.closes(with_all=True)
    assert ann.messages(ann.direct) == []


async def test_liveagent_is_down_for_a_while(ann: Person, sandbox: Sandbox) -> None:
    named = await ann.submits(await choose(ann))
    sandbox.liveagent.faults.set("down")
    assert await ann.submits(named) is None
    notice = await sent(ann, "Resolve: 2 tickets")
    await ann.wait_until(lambda: ann.now(notice).text.count("LiveAgent isn't responding.") == 2)
    sandbox.liveagent.faults.clear()
    await ann.wait_until(lambda: ann.now(notice).text.count("The ticket is Resolved.") == 2)
    assert ann.messages(ann.direct) == []


async def test_liveagent_is_down_when_it_is_opened(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket list postponed open Support")
    listed = await ann.wait_for("[Choose several]")
    sandbox.liveagent.faults.set("down")
    await ann.clicks(listed, "Choose several")
    form = await ann.wait_for_form("LiveAgent isn't responding.")
    sandbox.liveagent.faults.clear()
    await ann.clicks(form, "Try again")
    assert CODES[0] in await ann.wait_for_form("Select all (5)")
    await ann.closes(with_all=True)
    sandbox.liveagent.faults.set("down")
    await ann.clicks(listed, "Go through these")
    form = await ann.wait_for_form("LiveAgent isn't responding.")
    sandbox.liveagent.faults.clear()
    await ann.clicks(form, "Try again")
    await ann.wait_for_form("[Skip]")


async def test_only_selected_tickets_are_read(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket list postponed open Support")
    listed = await ann.wait_for("[Choose several]")
    before = len(sandbox.liveagent.account.journal)
    await ann.clicks(listed, "Choose several")
    form = await ann.wait_for_form(CODES[0])
    asked = [call.name for call in sandbox.liveagent.account.journal[before:]]
    assert asked == ["list_tickets"]
    named = await ann.submits(await ann.fills(form, {TICKETS: [SPARE, TRANSFERRED]}))
    assert named is not None
    assert CODES[0] in named
    assert len(sandbox.liveagent.account.journal) == before + 1 + 4


async def test_unreadable_tickets_are_left_out(ann: Person, sandbox: Sandbox) -> None:
    form = await choose(ann)
    sandbox.liveagent.faults.set("error", f"GET /api/conversations/{SPARE}/messages")
    named = await ann.submits(form)
    assert named is not None
    assert "Resolve: one ticket" in named
    assert f"{CODES[0]} was left out: " in named
    assert await ann.submits(named) is None
    await sent(ann, "Resolve: one ticket")
    await ann.wait_until(lambda: [each.status for each in both(sandbox)] == ["W", "R"])


async def test_missing_or_foreign_tickets_are_left_out(ann: Person, sandbox: Sandbox) -> None:
    form = await choose(ann)
    account = sandbox.liveagent.account
    spare, other = both(sandbox)
    spare.department, spare.assignee, spare.subject = "dep1s5a4", None, "Not for her"
    del account.tickets[other.id]
    form = await ann.submits(form) or form
    assert f"{CODES[0]} was left out: This ticket is in a department" in form
    assert f"{CODES[1]} was left out: LiveAgent doesn't have this ticket" in form
    assert "Check the code" not in form
    assert "Not for her" not in form
    assert form.submit == "Try again"
    account.tickets[other.id] = other
    named = await ann.submits(form)
    assert named is not None
    assert "Resolve: one ticket" in named


async def test_liveagent_is_slow_or_down_when_they_are_read(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    form = await choose(ann)
    sandbox.liveagent.faults.set("hang", f"GET /api/conversations/{SPARE}", times=1)
    waiting = await clock.too_late_for(ann.submits(form), READING_SECONDS)
    assert waiting is not None
    assert "Loading from LiveAgent …" in waiting
    sandbox.liveagent.faults.clear()
    await ann.wait_for_form("Resolve: 2 tickets")
    await ann.closes()
    form = await choose(ann)
    sandbox.liveagent.faults.set("down")
    failed = await ann.submits(form) and await ann.wait_for_form("was left out: LiveAgent isn't")
    sandbox.liveagent.faults.clear()
    assert await ann.submits(failed) is not None
    await ann.wait_for_form("Resolve: 2 tickets")


async def test_a_bulk_action_reported_as_not_saved_is_never_stored(
    ann: Person, sandbox: Sandbox, clock: PatientClock, bot: Bot, tmp_path: Path
) -> None:
    named = await ann.submits(await choose(ann))
    lock = sqlite3.connect(
        tmp_path / "tickets.sqlite3",
        timeout=GUARD_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    await asyncio.to_thread(lock.execute, "BEGIN IMMEDIATE")  # once the bot, which goes on, lets go
    failed = await clock.too_late_for(ann.submits(named), COMMIT_SECONDS)
    assert failed is not None
    assert "We couldn't save this in time." in failed
    lock.execute("ROLLBACK")
    lock.close()
    await open_card(ann)
    async with bot.database.begin() as connection:
        assert (await connection.execute(select(tables.outbox.c.id))).all() == []
    assert await ann.submits(failed) is None
    await sent(ann, "Resolve: 2 tickets")
    await ann.wait_until(lambda: [each.status for each in both(sandbox)] == ["R", "R"])


async def test_neither_subjects_nor_addresses_are_kept(ann: Person, bot: Bot) -> None:
    await ann.submits(await choose(ann))
    async with bot.database.begin() as connection:
        kept = str((await connection.execute(select(tables.rounds))).all())
    assert SPARE in kept
    assert "Spare wheel" not in kept
    assert "@" not in kept


async def test_an_unknown_bulk_operation_is_refused(ann: Person, sandbox: Sandbox) -> None:
    form = await choose(ann)
    view = sandbox.slack.workspace.views.find(form.id)
    view.state["what"]["what"]["selected_option"]["value"] = "reopen"
    form = await ann.submits(form) or form
    assert any("older version" in error for error in form.errors.values())
    view.state["what"]["what"]["selected_option"]["value"] = "resolve"
    named = await ann.submits(form)
    assert named is not None
    metadata = view.content["private_metadata"]
    view.content["private_metadata"] = metadata.replace('"resolve"', '"reopen"')
    failed = await ann.submits(named)
    assert failed is not None
    assert "older version" in failed


async def test_a_bulk_action_on_a_digest(ann: Person) -> None:
    await ann.clicks(await add(ann), "Send now")
    digest = await ann.wait_for(lambda seen: "[Choose several]" in seen and not seen.is_private)
    await ann.clicks(digest, "Choose several")
    form = await ann.wait_for_form("Select all")
    assert "AX4-B4T-FD8" in form


async def test_in_japanese(hanako: Person, sandbox: Sandbox) -> None:
    await hanako.types("#サポート", "/ticket list")
    await hanako.clicks(await hanako.wait_for("[まとめて処理]"), "まとめて処理")
    form = await hanako.wait_for_form("すべて選択")
    named = await hanako.submits(await hanako.fills(form, {TICKETS: ["jp0000a1"]}))
    assert named is not None
    assert "JPN-7K2-QX9" in named
    await hanako.submits(named)
    notice = await hanako.wait_for(lambda seen: seen.summary.startswith("⏳ 完了にします: 1 件"))
    await hanako.clicks(notice, "今すぐ完了にする")
    await hanako.wait_until(lambda: sandbox.liveagent.account.ticket("jp0000a1").status == "R")


async def test_public_codes_in_subjects_are_neither_shown_nor_kept(
    ann: Person, sandbox: Sandbox, tmp_path: Path
) -> None:
    ticket = sandbox.liveagent.account.ticket("s4y7t5s7")
    ticket.subject = f"Re: see {sandbox.liveagent.url}/bI5fR3oN40708G65 please"
    await ann.types("#support", "/ticket list new Support")
    shown = await ann.wait_for("Choose several")
    await ann.clicks(shown, "Choose several")
    form = await ann.wait_for_form("Select all")
    assert "Re: see" in str(form.view)
    assert "bI5fR3oN40708G65" not in str(form.view)
    with sqlite3.connect(tmp_path / "tickets.sqlite3") as database:
        assert "bI5fR3oN40708G65" not in str(database.execute("SELECT * FROM rounds").fetchall())
