"""What nobody may do or see, and what survives a failure at a critical moment."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import Bot
from bot.desk.commits import COMMIT_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.slack import Form, Person, forms
from bot.storage.tables import outbox
from handlers.dispatch.run import ACKNOWLEDGED_SECONDS
from tests.clock import PatientClock
from tests.held import held_on_sqlite
from tests.journeys.acting import CODE, TICKET, message_count, open_form

PUBLIC = "bI5fR3oN40708G65"


async def write_note(person: Person, text: str) -> Form:
    form = await open_form(person, "Note", "Where is my order?")
    return await person.fills(form, {"Note": text})


async def test_unsent_words_are_shown_to_their_author_alone(
    ann: Person, adam: Person, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    form = await open_form(ann, "Reply", "To: John Owner")
    await ann.submits(await ann.fills(form, {"Message": "Ann's own words."}))
    await ann.clicks(await ann.wait_for("Undo"), "Undo")
    undone = await ann.wait_for("Undone.")
    posted = sandbox.slack.workspace.post(
        "C0SUPPORT", {"text": "stolen", "blocks": [undone.blocks[-1]]}
    )
    await adam.clicks(adam.message("C0SUPPORT", posted.ts), "Edit")
    await adam.wait_for("Too late: this was already sent or handled.")
    assert adam.form() is None
    assert [line for line in caplog.messages if "error=TooLate" in line]


async def test_a_resubmission_with_other_text_after_sending_is_refused(
    ann: Person, sandbox: Sandbox
) -> None:
    """As Slack lets people do when an acknowledgement came late."""
    form = await write_note(ann, "first words")
    view = sandbox.slack.workspace.views.find(form.id)
    await ann.submits(form)
    await ann.wait_for("Note added.")
    view.state["note_text"]["note_text"]["value"] = "other words"
    await forms.submit(sandbox.slack.workspace, ann.user, view)
    assert "Too late: this was already sent" in str(view.errors)
    assert (message_count(sandbox, "first words"), message_count(sandbox, "other words")) == (1, 0)


async def test_a_form_pressed_again_with_the_same_words_is_one_note(
    ann: Person, sandbox: Sandbox
) -> None:
    form = await write_note(ann, "only once")
    view = sandbox.slack.workspace.views.find(form.id)
    await ann.submits(form)
    await ann.wait_for("Note added.")
    await forms.submit(sandbox.slack.workspace, ann.user, view)
    assert view.errors == {}
    assert message_count(sandbox, "only once") == 1


async def test_while_the_database_is_locked_the_form_stays(
    ann: Person, sandbox: Sandbox, clock: PatientClock, tmp_path: Path
) -> None:
    form = await write_note(ann, "kept")
    path = tmp_path / "tickets.sqlite3"
    with sqlite3.connect(path, isolation_level=None, check_same_thread=False) as other:
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")  # once the bot lets it
        again = await clock.too_late_for(ann.submits(form), COMMIT_SECONDS)
        other.execute("ROLLBACK")
    assert again
    assert "We couldn't save this in time" in str(again.errors)
    assert again.trouble == ""
    await ann.wait_until(lambda: ann.form() is not None)
    assert await ann.submits(again) is None
    await ann.wait_for("Note added.")
    assert message_count(sandbox, "kept") == 1


async def test_the_form_says_so_if_the_commit_is_uncertain(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    form = await write_note(ann, "perhaps kept")
    async with held_on_sqlite() as held:
        submitting = asyncio.create_task(ann.submits(form))
        await held.until_one_waits()
        again = await clock.too_late_for(submitting, ACKNOWLEDGED_SECONDS - 0.05)
    assert again
    assert "may or may not have been saved" in str(again.errors)
    assert await ann.submits(again) is None
    await ann.wait_for("Note added.")
    assert message_count(sandbox, "perhaps kept") == 1


async def test_a_form_says_at_once_what_the_status_does_not_allow(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.account.ticket(TICKET).status = "X"
    for command in ("reply", "tag", "transfer"):
        await ann.types("#support", f"/ticket {command} {CODE}")
        form = await ann.wait_for_form("You can't do this while the ticket is Deleted.")
        await ann.closes(form)


@pytest.mark.parametrize("command", ["resolve", "tag", "note"])
async def test_a_public_code_is_stored_nowhere(
    ann: Person, sandbox: Sandbox, bot: Bot, command: str
) -> None:
    more = " +vip" if command == "tag" else ""
    await ann.types("#support", f"/ticket {command} {PUBLIC}{more}")
    if command == "note":
        form = await ann.wait_for_form("Where is my order?")
        await ann.submits(await ann.fills(form, {"Note": "Hm."}))
    if command == "resolve":
        await ann.wait_for("Resolve now")
        await sandbox.clock.move(timedelta(minutes=10))
    ended = await ann.wait_for(lambda seen: "✅" in seen and "AX4-B4T-FD8" in seen)
    async with bot.database.begin() as connection:
        rows = (await connection.execute(select(outbox))).all()
    assert rows
    assert PUBLIC not in str(rows)
    assert PUBLIC not in str(sandbox.slack.workspace.channel(ended.channel).messages)


async def test_a_public_code_in_new_words_is_not_shown(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply", "To: John Owner")
    link = f"{sandbox.liveagent.url}/{PUBLIC}"
    sandbox.liveagent.account.customer_writes(TICKET, f"See {link} please")
    await ann.submits(await ann.fills(form, {"Message": "Hm."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    asks = await ann.wait_for("There is a new message in the ticket.")
    assert "please" in asks
    assert PUBLIC not in str(asks.blocks)


async def test_a_customer_can_not_read_a_mention(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply", "To: John Owner")
    mention = {"type": "user", "user_id": "U0ADAM"}
    section = {"type": "rich_text_section", "elements": [mention]}
    rich = {"type": "rich_text", "elements": [section]}
    again = await ann.submits(await ann.fills(form, {"Message": rich}))
    assert again
    assert "Customers can't see Slack mentions" in str(again.errors)
    assert sandbox.liveagent.account.mailbox == []
