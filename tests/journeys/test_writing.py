"""Replies, notes and statuses: typed, held and sent; and what their author sees."""

from datetime import timedelta

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.slack import Person
from tests.journeys.acting import CARD, TICKET, message_count, open_card, open_form
from tests.journeys.transports import over_both


async def test_a_reply_is_held_sent_and_shown(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    for words in (
        "To: John Owner <john@owner.com>",
        "People already copied on the ticket get it too.",
        "I ordered a desk lamp",
    ):
        assert words in form
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    assert ann.form() is None
    held = await ann.wait_for("Sending to John Owner <john@owner.com> at ")
    assert "It left today." in held
    assert message_count(sandbox, "It left today.") == 0
    await ann.clicks(held, "Send now")
    sent = await ann.wait_for("Sent to john@owner.com. The ticket is Answered.")
    assert sent.ts == held.ts
    assert message_count(sandbox, "It left today.") == 1
    (mail,) = sandbox.liveagent.account.mailbox
    assert mail.to == "john@owner.com"
    await ann.wait_for(lambda seen: "Answered" in seen and CARD in seen)  # the card follows


async def test_an_undone_reply_is_not_sent_and_can_be_edited(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    await ann.submits(await ann.fills(form, {"Message": "Oh no."}))
    await ann.clicks(await ann.wait_for("Undo"), "Undo")
    undone = await ann.wait_for("Undone. Nothing was sent.")
    await ann.clicks(undone, "Edit")
    again = await ann.wait_for_form("To: John Owner")
    assert "Oh no." in str(again.view)
    await ann.submits(await ann.fills(again, {"Message": "Better."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_for("Sent to john@owner.com.")
    assert (message_count(sandbox, "Oh no."), message_count(sandbox, "Better.")) == (0, 1)


async def test_a_note_is_internal_and_says_so(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Note")
    assert "Internal, nobody is e-mailed" in form
    assert form.title == "Note · AX4-B4T-FD8"
    await ann.submits(await ann.fills(form, {"Note": "Call them < tomorrow"}))
    await ann.wait_for("Note added. No e-mail was sent.")
    assert sandbox.liveagent.account.mailbox == []


async def test_an_unticked_e_mail_box_mails_nobody(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    await ann.submits(
        await ann.fills(
            form, {"Message": "For the file.", "After sending": "Resolve", "E-mail": []}
        )
    )
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_for("Saved as a reply. No e-mail was sent. The ticket is Resolved.")
    assert sandbox.liveagent.account.mailbox == []


async def test_resolve_and_reopen(ann: Person, sandbox: Sandbox) -> None:
    card = await open_card(ann)
    await ann.clicks(card, "Resolve")
    await ann.clicks(await ann.wait_for("Resolving · "), "Resolve now")
    await ann.wait_for("The ticket is Resolved.")
    resolved = await ann.wait_for(lambda seen: "[Reopen]" in seen and CARD in seen)
    assert "[Resolve]" not in resolved
    await ann.types("#support", "/ticket reopen AX4-B4T-FD8")
    await ann.clicks(await ann.wait_for("Reopening · "), "Reopen now")
    await ann.wait_for("The ticket is Open.")
    assert sandbox.liveagent.account.ticket(TICKET).status == "C"


async def test_mark_as_answered_is_in_the_menu(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await open_card(ann), "Mark as answered")
    await ann.clicks(await ann.wait_for("Marking as answered · "), "Mark now")
    await ann.wait_for("The ticket is Answered.")
    assert sandbox.liveagent.account.ticket(TICKET).status == "A"


async def test_the_command_fills_the_form(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket note AX4-B4T-FD8 see <b> & https://x.example/a?b=1&c=2")
    form = await ann.wait_for_form(CARD)
    await ann.submits(form)
    await ann.wait_for("Note added.")
    assert message_count(sandbox, "https://x.example/a?b=1&amp;c=2") == 1


async def test_words_of_a_command_are_not_lost_with_a_wrong_ticket(ann: Person) -> None:
    await ann.types("#support", "/ticket reply AAA-111-ZZZ a long and careful answer")
    form = await ann.wait_for_form("No ticket AAA-111-ZZZ in LiveAgent.")
    assert "a long and careful answer" in str(form.view)


@over_both
async def test_an_empty_reply_is_refused_in_the_form(ann: Person) -> None:
    form = await open_form(ann, "Reply")
    again = await ann.submits(form)
    assert again
    assert again.errors


async def test_a_reply_asks_about_a_new_message(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    sandbox.liveagent.account.customer_writes(TICKET, "Forget it, it has come!")
    await ann.submits(await ann.fills(form, {"Message": "We are looking for it."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    asks = await ann.wait_for("There is a new message in the ticket.")
    assert "Forget it, it has come!" in asks
    assert "We are looking for it." in asks
    assert sandbox.liveagent.account.mailbox == []
    await ann.clicks(asks, "Discard")
    await ann.wait_for("Discarded. Nothing was sent.")
    assert message_count(sandbox, "We are looking for it.") == 0


async def test_send_anyway(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    sandbox.liveagent.account.customer_writes(TICKET, "Any news?")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.clicks(await ann.wait_for("Send anyway"), "Send anyway")
    await ann.wait_for("Sent to john@owner.com.")
    assert message_count(sandbox, "It left today.") == 1


async def test_with_liveagent_down_it_waits_and_arrives(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Note")
    sandbox.liveagent.faults.set("down")
    await ann.submits(await ann.fills(form, {"Note": "Patience."}))
    await ann.wait_for("LiveAgent isn't responding. We'll try again as soon as it's back.")
    sandbox.liveagent.faults.clear()
    await ann.wait_for("Note added. No e-mail was sent.")
    assert message_count(sandbox, "Patience.") == 1


async def test_a_lost_answer_is_looked_for(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Note")
    sandbox.liveagent.faults.set("drop_after", "writes", times=1)
    await ann.submits(await ann.fills(form, {"Note": "Once."}))
    await ann.wait_for("Checking the ticket to see whether it went through")
    await ann.wait_for("Note added. No e-mail was sent.")
    assert message_count(sandbox, "Once.") == 1


async def test_a_refusal_says_why_and_can_be_tried_again(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Note")
    sandbox.liveagent.faults.add(Fault(kind="error", calls="writes", message="No notes today"))
    await ann.submits(await ann.fills(form, {"Note": "Stubborn."}))
    refused = await ann.wait_for("LiveAgent couldn't do this: No notes today")
    assert "Stubborn." in refused
    sandbox.liveagent.faults.clear()
    await ann.clicks(refused, "Try again")
    await ann.wait_for("Note added. No e-mail was sent.")
    assert message_count(sandbox, "Stubborn.") == 1


async def test_the_form_opens_though_liveagent_hangs(ann: Person, sandbox: Sandbox) -> None:
    card = await open_card(ann)
    sandbox.liveagent.faults.set("hang")
    await ann.clicks(card, "Reply")
    form = await ann.wait_for_form("To: loading …")
    await ann.submits(await ann.fills(form, {"Message": "Typed in the dark."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    sandbox.liveagent.faults.clear()
    asks = await ann.wait_for("Nothing has been sent yet. Your reply goes to john@owner.com")
    await ann.clicks(asks, "Send anyway")
    await ann.wait_for("Sent to john@owner.com.")
    assert message_count(sandbox, "Typed in the dark.") == 1


async def test_a_form_names_who_else_has_it_open(ann: Person, adam: Person) -> None:
    await open_form(ann, "Reply")
    form = await open_form(adam, "Reply")
    assert "opened a reply form a minute ago" in form
    assert "U0ANN" in str(form.view)


async def test_the_history_says_who_did_what(ann: Person, adam: Person) -> None:
    await ann.submits(await ann.fills(await open_form(ann, "Note"), {"Note": "Remember."}))
    await ann.wait_for("Note added.")
    await ann.types("#support", "/ticket resolve AX4-B4T-FD8")
    await ann.clicks(await ann.wait_for("Resolve now"), "Resolve now")
    await ann.wait_for("The ticket is Resolved.")
    await adam.types("#support", "/ticket history AX4-B4T-FD8")
    history = await adam.wait_for("Ann Agent: done (status:")
    assert history.text.index("Resolve") < history.text.index("Note")
    assert history.is_private


async def test_only_the_author_can_decide(ann: Person, adam: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    await ann.submits(await ann.fills(form, {"Message": "Mine."}))
    held = await ann.wait_for("Send now")
    stolen = {"text": "stolen", "blocks": [held.blocks[-1]]}
    posted = [sandbox.slack.workspace.post("C0SUPPORT", stolen) for _ in range(2)]
    await adam.clicks(adam.message("C0SUPPORT", posted[0].ts), "Undo")
    await adam.clicks(adam.message("C0SUPPORT", posted[1].ts), "Send now")
    too_late = "Too late: this was already sent or handled."
    await adam.wait_until(lambda: sum(too_late in seen for seen in adam.messages()) == 2)
    assert "Undo" in ann.now(held)


async def test_in_japanese(hanako: Person, sandbox: Sandbox) -> None:
    await hanako.types("#サポート", "/ticket JPN-7K2-QX9")
    card = await hanako.wait_for("[返信]")
    await hanako.clicks(card, "返信")
    form = await hanako.wait_for_form("宛先: 田中")
    await hanako.submits(await hanako.fills(form, {"メッセージ": "本日発送しました。"}))
    await hanako.clicks(await hanako.wait_for("今すぐ送信"), "今すぐ送信")
    await hanako.wait_for("に送信しました")
    assert len(sandbox.liveagent.account.mailbox) == 1


async def test_edit_keeps_every_choice(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    await ann.submits(
        await ann.fills(
            form, {"Message": "For the file.", "After sending": "Resolve", "E-mail": []}
        )
    )
    await ann.clicks(await ann.wait_for("Undo"), "Undo")
    await ann.clicks(await ann.wait_for("Undone."), "Edit")
    await ann.submits(await ann.wait_for_form("To: John Owner"))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_for("Saved as a reply. No e-mail was sent. The ticket is Resolved.")
    assert sandbox.liveagent.account.mailbox == []


async def test_two_forms_of_one_edit_send_once(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    sandbox.liveagent.account.customer_writes(TICKET, "Wait!")
    await ann.submits(await ann.fills(form, {"Message": "Hm."}))
    card = await ann.wait_for("Send now")
    await ann.clicks(card, "Send now")
    notice = await ann.wait_for("⚠️ Reply not sent", channel=ann.direct)
    await ann.wait_until(lambda: "⚠️ Reply not sent" in ann.now(card))
    await ann.clicks(ann.now(card), "Edit")
    form = await ann.wait_for_form("To: John Owner")
    assert await ann.submits(await ann.fills(form, {"Message": "Better."})) is None
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_until(lambda: "Sent to john@owner.com." in ann.now(card))
    await ann.clicks(ann.now(notice), "Edit")
    form = await ann.wait_for_form("To: John Owner")
    again = await ann.submits(await ann.fills(form, {"Message": "Better, twice."}))
    assert again
    assert "Too late: this was already sent" in str(again.errors)
    assert message_count(sandbox, "Better") == 1
    assert len(sandbox.liveagent.account.mailbox) == 1


async def test_an_edited_and_undone_reply_can_be_edited_again(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.submits(await ann.fills(await open_form(ann, "Reply"), {"Message": "Hm."}))
    await ann.clicks(await ann.wait_for("Undo"), "Undo")
    first = await ann.wait_for("Undone.")
    for before, words in (("Hm.", "Better."), ("Better.", "Better still.")):
        await ann.clicks(ann.now(first), "Edit")
        form = await ann.wait_for_form("To: John Owner")
        assert before in str(form.view)
        assert await ann.submits(await ann.fills(form, {"Message": words})) is None
        held = await ann.wait_for("[Undo]")
        assert words in held
        await ann.clicks(held, "Undo")
        await ann.wait_until(lambda: not ann.sees("[Undo]"))
    await ann.clicks(ann.now(first), "Edit")
    form = await ann.wait_for_form("To: John Owner")
    assert await ann.submits(await ann.fills(form, {"Message": "Best."})) is None
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_for("Sent to john@owner.com.")
    assert [mail.html for mail in sandbox.liveagent.account.mailbox if "Best." in mail.html]
    assert len(sandbox.liveagent.account.mailbox) == 1


async def test_an_edit_after_send_anyway_is_too_late(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    sandbox.liveagent.account.customer_writes(TICKET, "Wait!")
    await ann.submits(await ann.fills(form, {"Message": "Old words."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    asks = await ann.wait_for("There is a new message in the ticket.")
    await ann.clicks(asks, "Edit")
    edited = await ann.wait_for_form("To: John Owner")
    await ann.clicks(asks, "Send anyway")
    await ann.wait_for("Sent to john@owner.com.")
    again = await ann.submits(await ann.fills(edited, {"Message": "New words."}))
    assert again
    assert "Too late: this was already sent" in str(again.errors)
    assert message_count(sandbox, "New words.") == 0


async def test_a_command_reports_who_writes_while_it_is_held(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket resolve AX4-B4T-FD8 all done")
    held = await ann.wait_for("Resolve now")
    await ann.wait_until(
        lambda: any(call.verb == "GET" for call in sandbox.liveagent.account.journal)
    )
    await ann.wait_until(lambda: len(sandbox.liveagent.account.journal) >= 5)
    sandbox.liveagent.account.customer_writes(TICKET, "not solved at all")
    await sandbox.clock.move(timedelta(minutes=10))
    await ann.wait_for("There is a new message in the ticket.")
    asked = await ann.wait_for("not solved at all", channel=ann.direct)
    assert "[Resolve anyway]" in asked
    assert "[Undo]" in ann.now(held)  # a command's answer stays as it was
    await ann.clicks(held, "Undo")
    await ann.wait_for("Too late: this was already sent or handled.")
    assert "[Undo]" not in ann.now(held)
    assert "[Resolve anyway]" in ann.now(held)


async def test_a_second_resolves_note_is_not_lost(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket resolve AX4-B4T-FD8 note A")
    await ann.wait_for("Resolve now")
    await ann.types("#support", "/ticket resolve AX4-B4T-FD8 note B")
    await ann.wait_until(lambda: sum("Resolve now" in seen for seen in ann.messages()) == 2)
    await sandbox.clock.move(timedelta(minutes=10))
    await ann.wait_for("You can't do this while the ticket is Resolved.")
    assert ann.sees("note B")
    assert message_count(sandbox, "note A") == 1


async def test_a_discarded_reply_that_may_have_been_sent_says_so(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.faults.add(Fault(kind="error", calls="POST */messages", times=1))
    await ann.submits(await ann.fills(await open_form(ann, "Reply"), {"Message": "Hm."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.clicks(await ann.wait_for("[Try again]"), "Discard")
    await ann.wait_for("Some or all of it may already have been done: check the ticket.")


async def test_a_long_call_is_shown_and_can_not_be_undone(ann: Person, sandbox: Sandbox) -> None:
    await ann.submits(await ann.fills(await open_form(ann, "Reply"), {"Message": "Slowly."}))
    sandbox.liveagent.faults.add(Fault(kind="delay", calls="POST */messages", seconds=8))
    held = await ann.wait_for("Send now")
    await ann.clicks(held, "Send now")
    await ann.wait_for("Sending to LiveAgent")
    await ann.wait_until(lambda: "[Undo]" not in ann.now(held))
    await ann.wait_for("Sent to john@owner.com.")
