"""Somebody goes through tickets, one by one."""

import asyncio

from bot.sandbox import Sandbox
from bot.sandbox.slack import Form, Person


async def start(person: Person, words: str = "postponed open Support") -> Form:
    await person.types("#support", f"/ticket list {words}")
    await person.clicks(await person.wait_for("[Go through these]"), "Go through these")
    return await person.wait_for_form("[Skip]")


async def test_going_through_a_list(ann: Person, sandbox: Sandbox) -> None:
    form = await start(ann)
    assert form.title == "Ticket 1 of 5"
    assert "GHS-TAG-404" in form
    await ann.clicks(form, "Skip")
    form = await ann.wait_for_form("SPR-90P-XT5")
    assert "Spare wheel" in form
    await ann.clicks(form, "Resolve")
    form = await ann.wait_for_form("TRF-4X4-KK9")
    await ann.clicks(form, "Note")
    note = await ann.wait_for_form("nobody is e-mailed")
    await ann.submits(await ann.fills(note, {"Note": "Asked the accountant"}))
    form = await ann.wait_for_form("Note · TRF-4X4-KK9")
    assert form.title == "Ticket 3 of 5"  # a note alone does not settle a ticket
    await ann.clicks(form, "Reply")
    reply = await ann.wait_for_form("To: Pierre")
    await ann.submits(await ann.fills(reply, {"Message": "It is on its way."}))
    form = await ann.wait_for_form("[Skip]")
    assert form.title == "Ticket 4 of 5"
    await ann.clicks(form, "Skip")
    await ann.clicks(await ann.wait_for_form("LNG-M41-L60"), "Skip")
    end = await ann.wait_for_form("Gone through")
    for done in ("Resolve · SPR-90P-XT5", "Note · TRF-4X4-KK9", "Reply · TRF-4X4-KK9"):
        assert done in end
    assert "3 skipped" in end
    for notice in ann.messages("D0ANN"):
        if "[Send now]" in notice:
            await ann.clicks(notice, "Send now")
    await ann.wait_until(lambda: sandbox.liveagent.account.ticket("sp4rep4r").status == "R")
    await ann.clicks(end, "Refresh")
    await ann.wait_for_form("The ticket is Resolved.")
    assert [seen for seen in ann.messages("#support") if not seen.is_private] == []


async def test_a_double_click_skips_one(ann: Person) -> None:
    form = await start(ann)
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
    form = await start(ann)
    sandbox.liveagent.account.ticket("sp4rep4r").department = "dep1s5a4"
    sandbox.liveagent.account.ticket("sp4rep4r").assignee = None
    await ann.clicks(form, "Skip")
    form = await ann.wait_for_form("in a department that you don't belong to")
    await ann.clicks(form, "Skip")
    await ann.wait_for_form("TRF-4X4-KK9")


async def test_in_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket list")
    await hanako.clicks(await hanako.wait_for("[順に処理する]"), "順に処理する")
    form = await hanako.wait_for_form("[スキップ]")
    assert form.title.startswith("チケット 1 /")
