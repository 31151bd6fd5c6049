"""Results are shown where somebody clicked, immediately, and nowhere else."""

from datetime import timedelta

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from tests.journeys.acting import CODE, TICKET, message_count, open_card
from tests.journeys.transports import over_both


def uses(sandbox: Sandbox) -> int:
    return len(sandbox.slack.calls("response_url"))


async def replied(ann: Person) -> SeenMessage:
    """The card in whose place a reply is held."""
    card = await open_card(ann)
    await ann.clicks(card, "Reply")
    form = await ann.wait_for_form("To: John Owner")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.wait_until(lambda: "[Undo]" in ann.now(card))
    return card


@over_both
async def test_a_reply_is_held_and_sent_on_its_card(ann: Person, sandbox: Sandbox) -> None:
    card = await replied(ann)
    assert "⏳" in ann.now(card)
    assert "Sending to John Owner" in ann.now(card)
    assert "[Reply]" not in ann.now(card)
    before = uses(sandbox)
    await ann.clicks(ann.now(card), "Send now")
    await ann.wait_until(lambda: "✅" in ann.now(card) and "[Note]" in ann.now(card))
    assert "The ticket is Answered." in ann.now(card)
    assert uses(sandbox) - before in {1, 2}  # where it takes long, also that it is being sent
    assert ann.messages(ann.direct) == []
    assert message_count(sandbox, "It left today.") == 1


async def test_undo_is_offered_on_the_card(ann: Person, sandbox: Sandbox) -> None:
    card = await replied(ann)
    await ann.clicks(ann.now(card), "Show ticket")
    await ann.wait_until(lambda: "[Note]" in ann.now(card))
    assert "[Reply]" not in ann.now(card)  # it is on its way
    await ann.clicks(ann.now(card), "Undo")
    await ann.wait_until(lambda: "↩️" in ann.now(card))
    assert "Undone. Nothing was sent." in ann.now(card)
    await ann.clicks(ann.now(card), "Show ticket")
    await ann.wait_until(lambda: "[Reply]" in ann.now(card))
    assert ann.messages(ann.direct) == []
    assert message_count(sandbox, "It left today.") == 0


async def test_problems_are_also_shown_in_place(ann: Person, sandbox: Sandbox) -> None:
    card = await replied(ann)
    sandbox.liveagent.account.customer_writes(TICKET, "Forget it, I have it!")
    await ann.clicks(ann.now(card), "Send now")
    await ann.wait_until(lambda: "⚠️ Reply not sent" in ann.now(card))
    await ann.wait_for("⚠️ Reply not sent", channel=ann.direct)
    await ann.clicks(ann.now(card), "Send anyway")
    await ann.wait_until(lambda: "✅" in ann.now(card))
    notice = ann.messages(ann.direct)[-1]
    await ann.wait_until(lambda: "✅" in ann.now(notice))


async def test_a_commands_result_replaces_its_message(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", f"/ticket resolve {CODE}")
    held = await ann.wait_for("[Resolve now]", channel="#support")
    assert held.is_private
    assert "The result follows below." in held
    await ann.clicks(held, "Resolve now")
    await ann.wait_until(lambda: "The ticket is Resolved." in ann.now(held))
    assert ann.messages(ann.direct) == []
    assert sandbox.liveagent.account.ticket(TICKET).status == "R"


async def test_an_expired_response_url_brings_a_new_message(ann: Person, sandbox: Sandbox) -> None:
    card = await replied(ann)
    await sandbox.clock.move(timedelta(minutes=31))
    done = await ann.wait_for("The ticket is Answered.", channel="#support")
    assert done.is_private
    assert done.ts != card.ts
    assert ann.messages(ann.direct) == []


async def test_in_japanese(hanako: Person, sandbox: Sandbox) -> None:
    await hanako.types("#サポート", "/ticket JPN-7K2-QX9")
    card = await hanako.wait_for("[完了にする]")
    await hanako.clicks(card, "完了にする")
    await hanako.wait_until(lambda: "[取り消す]" in hanako.now(card))
    assert "⏳ 完了にします" in hanako.now(card)
    assert "まで取り消せます。" in hanako.now(card)
    await hanako.clicks(hanako.now(card), "今すぐ完了にする")
    await hanako.wait_until(lambda: "✅ 完了にする" in hanako.now(card))
    assert "[再オープン]" in hanako.now(card)
    assert sandbox.liveagent.account.ticket("jp0000a1").status == "R"
    assert hanako.messages(hanako.direct) == []
