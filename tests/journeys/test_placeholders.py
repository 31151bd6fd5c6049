"""A reply with placeholders is never sent without asking."""

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Form, Person
from tests.journeys.acting import CODE, message_count, open_form
from tests.journeys.creating import FILLED, made, new_form
from tests.journeys.reviewing import start_review
from tests.journeys.transports import over_both

ASKED = "Not sent yet. Did you mean to leave "
LEFT = "Dear {{customer}}, order XXX is here."


async def is_asked(person: Person, form: Form, *words: str) -> Form:
    again = await person.submits(form)
    assert again
    for each in (ASKED, *words):
        assert each in again
    return again


@over_both
async def test_a_reply_asks_in_its_form_and_keeps_what_was_typed(
    ann: Person, sandbox: Sandbox
) -> None:
    form = await ann.fills(await open_form(ann, "Reply"), {"Message": LEFT, "E-mail": []})
    before = len(sandbox.liveagent.account.journal)
    again = await is_asked(ann, form, "“{{customer}}” and “XXX”", "To: John Owner")
    assert LEFT in str(again.values)
    assert (
        again.text.index("Message\n") < again.text.index(ASKED) < again.text.index("After sending")
    )
    assert len(sandbox.liveagent.account.journal) == before
    await ann.submits(await ann.fills(again, {"Message": "Dear John, it is here."}))
    await ann.clicks(await ann.wait_for("Dear John, it is here."), "Send now")
    await ann.wait_for("Saved as a reply. No e-mail was sent.")


async def test_send_anyway_sends_placeholders_unchanged(ann: Person, sandbox: Sandbox) -> None:
    form = await ann.fills(await open_form(ann, "Reply"), {"Message": LEFT})
    again = await is_asked(ann, form)
    assert again.submit == "Send anyway"
    await ann.submits(again)
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_for("Sent to john@owner.com.")
    assert message_count(sandbox, LEFT) == 1


async def test_each_new_placeholder_asks_once(ann: Person) -> None:
    form = await ann.fills(await open_form(ann, "Reply"), {"Message": LEFT})
    again = await is_asked(ann, form, "XXX")
    other = await is_asked(ann, await ann.fills(again, {"Message": "XXX, [NAME]"}), "[NAME]")
    assert str(other.view).count(ASKED) == 1
    await ann.submits(await ann.fills(other, {"Message": "XXX"}))
    await ann.wait_for("Sending to John Owner")


async def test_a_command_with_a_placeholder_asks(ann: Person) -> None:
    await ann.types("#support", f"/ticket reply {CODE} Dear [FIRST NAME], thank you.")
    await is_asked(ann, await ann.wait_for_form("To: John Owner"), "“[FIRST NAME]”")


async def test_a_message_sent_as_a_reply_asks_too(ann: Person) -> None:
    typed = await ann.types("#support", f"{CODE}: Dear {{$name}}, thank you.")
    assert typed
    await ann.uses_shortcut(typed, "Send as reply")
    await is_asked(ann, await ann.wait_for_form("To: John Owner"), "“{$name}”")


async def test_a_reply_of_a_review_asks_too(ann: Person) -> None:
    await ann.clicks(await start_review(ann), "Reply")
    form = await ann.fills(await ann.wait_for_form("To:"), {"Message": LEFT})
    await ann.submits(await is_asked(ann, form))
    await ann.wait_for_form("2 of ")


@pytest.mark.parametrize("field", ["Message", "Subject"])
async def test_the_first_mail_of_a_new_ticket_asks_too(
    ann: Person, sandbox: Sandbox, field: str
) -> None:
    form = await ann.fills(await new_form(ann), {**FILLED, field: "For [NAME]"})
    await ann.chooses(form, "Purpose", "Write to a customer")
    again = await is_asked(ann, await ann.wait_for_form("get this by e-mail"), "“[NAME]”")
    assert again.submit == "Create anyway"
    await ann.submits(again)
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    await ann.wait_for("Created and sent to new@customer.example.")
    assert len(made(sandbox)) == 1


async def test_a_note_and_a_customers_own_request_go_as_they_are(ann: Person) -> None:
    form = await ann.fills(await open_form(ann, "Note"), {"Note": LEFT})
    assert await ann.submits(form) is None
    await ann.wait_for("Note added.")
    form = await ann.fills(await new_form(ann), {**FILLED, "Message": LEFT})
    assert await ann.submits(form) is None
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    await ann.wait_for("The ticket is New.")


async def test_in_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket reply JPN-7K2-QX9 〇〇様 お待たせしました。")
    form = await hanako.wait_for_form("宛先")
    again = await hanako.submits(form)
    assert again
    assert "「〇〇」" in again
