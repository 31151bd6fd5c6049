"""A ticket's conversation in a form."""

from datetime import timedelta

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import CODE, open_form


async def test_the_newest_comes_first_and_notes_are_marked(ann: Person) -> None:
    form = await open_form(ann, "Show conversation")
    assert form.title == CODE
    first = form.text.index("I ordered a desk lamp")
    assert form.text.index("Adam Admin") < first
    assert form.text.index("Ann Agent") < first
    assert "Internal note" in form
    assert "receipt-4711.pdf" in form
    assert "Page" not in form


async def test_five_hundred_messages_are_paged(ann: Person) -> None:
    form = await open_form(ann, "Show conversation", code="MNY-500-MSG")
    assert "Message 500 of 500" in form
    assert "[Newer]" not in form
    await ann.clicks(form, "Older")
    form = await ann.wait_for_form("Page 2 of")
    assert "Message 490 of 500" in form
    await ann.clicks(form, "Newer")
    assert "Message 500 of 500" in await ann.wait_for_form("Page 1 of")


async def test_a_long_mail_is_shortened_and_all_of_it_one_click_away(adam: Person) -> None:
    form = await open_form(adam, "Show conversation", code="LNG-M41-L60")
    assert "It begins with a low hum" in form
    assert "An older letter follows." not in form
    await adam.clicks(form, "Show full message", near="Shortened.")
    whole = await adam.wait_for_form("Page 1 of")
    assert whole.id != form.id
    while "[Next]" in whole:
        number = int(whole.text.partition("Page ")[2].split()[0])
        await adam.clicks(whole, "Next")
        whole = await adam.wait_for_form(f"Page {number + 1} of")
    assert "An older letter follows." in whole
    await adam.closes(whole)
    assert adam.form() == form


async def test_the_oldest_can_come_first(ann: Person) -> None:
    form = await open_form(ann, "Show conversation", code="MNY-500-MSG")
    await ann.clicks(form, "Oldest first")
    form = await ann.wait_for_form("Message 1 of 500")
    assert "Message 500 of 500" not in form
    await ann.clicks(form, "Newer")
    form = await ann.wait_for_form("Page 2 of")
    assert "Message 11 of 500" in form
    await ann.clicks(form, "Newest first")
    await ann.wait_for_form("Message 500 of 500")


async def test_a_hostile_conversation_does_no_harm(ann: Person) -> None:
    form = await open_form(ann, "Show conversation", code="HST-1L3-X66")
    assert "alert(" not in form


async def test_the_form_opens_at_once_however_slow_liveagent_is(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for("Where is my order?")
    sandbox.liveagent.faults.set("hang")
    await ann.clicks(card, "Show conversation")
    await ann.wait_for_form("Loading from LiveAgent …")
    sandbox.liveagent.faults.clear()
    await ann.wait_for_form("I ordered a desk lamp")


async def test_a_failure_is_shown_in_the_form(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for("Where is my order?")
    await sandbox.clock.move(timedelta(minutes=1))  # sooner, the card's own reading would do
    sandbox.liveagent.faults.set("down")
    await ann.clicks(card, "Show conversation")
    await ann.wait_for_form("LiveAgent isn't responding.")


async def test_in_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket JPN-7K2-QX9")
    card = await hanako.wait_for("JPN-7K2-QX9")
    await hanako.clicks(card, "会話を表示")
    form = await hanako.wait_for_form("LiveAgent で開く")
    assert form.close == "閉じる"
