"""Failures come as a new message, of which Slack notifies, and are reminded of once."""

from datetime import timedelta

from sqlalchemy import select

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from bot.storage.tables import outbox
from tests.journeys.acting import CARD, CODE, TICKET, message_count, open_form
from tests.waiting import until_found

TROUBLE = "⚠️ Reply not sent"


def trouble(person: Person) -> list[SeenMessage]:
    """Direct messages that a person is notified of by these words."""
    return [each for each in person.messages(person.direct) if each.summary.startswith(TROUBLE)]


async def wait_for_notice(ann: Person) -> SeenMessage:
    return await ann.wait_for(lambda seen: seen.summary.startswith(TROUBLE), channel=ann.direct)


async def reply_overtaken_by_customer(ann: Person, sandbox: Sandbox) -> SeenMessage:
    """The customer writes before a reply has left."""
    form = await open_form(ann, "Reply")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.wait_for("[Undo]")
    sandbox.liveagent.account.customer_writes(TICKET, "Forget it, I have it!")
    await ann.clicks(await ann.wait_for("[Send now]"), "Send now")
    return await wait_for_notice(ann)


async def test_trouble_is_a_new_message_that_says_whose_ticket(
    ann: Person, sandbox: Sandbox
) -> None:
    asked = await reply_overtaken_by_customer(ann, sandbox)
    assert not asked.is_edited
    for words in ("John Owner", CARD, CODE):
        assert words in asked.summary
    assert "'type': 'link'" in str(asked.blocks[0])
    assert "Forget it, I have it!" in asked
    assert [each for each in ann.messages(ann.direct) if "[Send anyway]" in each] == [asked]
    await ann.clicks(asked, "Send anyway")
    await ann.wait_until(lambda: "✅" in ann.now(asked).summary)
    assert message_count(sandbox, "It left today.") == 1


async def test_an_undecided_author_is_reminded_once(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    first = await reply_overtaken_by_customer(ann, sandbox)

    async def is_noted() -> bool:
        """The half hour begins when the bot notes that its author was told."""
        async with bot.database.begin() as connection:
            found = await connection.execute(select(outbox.c.remind_at))
            return bool(found.scalar_one())

    await until_found(is_noted)
    await sandbox.clock.move(timedelta(minutes=31))
    await ann.wait_until(lambda: [each.ts for each in trouble(ann)][-1:] != [first.ts])
    (_, again) = [each for each in ann.messages(ann.direct) if each.ts >= first.ts]
    assert "Forget it, I have it!" in again
    await ann.wait_until(lambda: "[Send anyway]" not in ann.now(first))
    await sandbox.clock.move(timedelta(minutes=31))
    await ann.clicks(again, "Discard")
    await ann.wait_until(lambda: "Discarded." in ann.now(again))
    assert [each.ts for each in ann.messages(ann.direct)][-1] == again.ts


async def test_a_waiting_reply_says_that_it_will_ask_first(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("down")
    await ann.types("#support", f"/ticket reply {CODE}")
    form = await ann.wait_for_form("isn't responding")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.clicks(await ann.wait_for("[Send now]"), "Send now")
    await ann.wait_for("We'll ask you first once it's back.")
    sandbox.liveagent.faults.clear()
    asked = await wait_for_notice(ann)
    assert "john@owner.com" in asked
    assert message_count(sandbox, "It left today.") == 0
