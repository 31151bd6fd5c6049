"""A person's own card is updated, through its last click or in the bot's conversation."""

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from bot.storage.ticket_messages import MAX_USES
from tests.journeys.acting import CODE, TICKET, open_card
from tests.journeys.following import changes_elsewhere, follows


async def clicked_card(person: Person) -> SeenMessage:
    card = await open_card(person)
    await person.clicks(card, "Refresh")
    await person.wait_until(lambda: person.now(card).is_edited)
    return card


async def in_status(bot: Bot, sandbox: Sandbox, letter: str) -> None:
    sandbox.liveagent.account.ticket(TICKET).status = letter
    await changes_elsewhere(bot, TICKET)


async def test_a_private_card_follows_with_some_of_what_its_click_brought(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    card = await clicked_card(ann)
    for letter, word in (("C", "Open"), ("A", "Answered")):
        await in_status(bot, sandbox, letter)
        assert word in ann.now(card)
    assert MAX_USES == 2
    await in_status(bot, sandbox, "R")
    assert "Answered" in ann.now(card)  # the other uses are ann's
    await ann.clicks(ann.now(card), "Note")
    form = await ann.wait_for_form("As of")
    await ann.submits(await ann.fills(form, {"Note": "mine"}))
    await ann.wait_until(lambda: "Note added" in ann.now(card))
    assert "Resolved" in ann.now(card)
    await changes_elsewhere(bot, TICKET)
    assert "Note added" in ann.now(card)  # she is to read it
    await in_status(bot, sandbox, "C")  # the click brought new ones
    assert "Open" in ann.now(card)
    assert "Note added" not in ann.now(card)  # nor that the ticket is Resolved


async def test_ones_card_shows_a_colleagues_operation(ann: Person, adam: Person, bot: Bot) -> None:
    card = await clicked_card(ann)
    await adam.clicks(await open_card(adam), "Assign to me")
    await adam.wait_for("assigned to Adam Admin")
    await follows(bot)
    assert "Assigned to: Adam Admin" in ann.now(card)
    assert "Adam Admin." not in ann.now(card)  # what he was told is his


async def test_an_active_operation_stays_on_the_card(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    card = await clicked_card(ann)
    await ann.clicks(ann.now(card), "Resolve")
    await ann.wait_until(lambda: "Undo" in ann.now(card))
    await in_status(bot, sandbox, "C")
    assert "Undo" in ann.now(card)
    await ann.clicks(ann.now(card), "Undo")
    await ann.wait_until(lambda: "Undone." in ann.now(card))
    await in_status(bot, sandbox, "A")
    assert "Undone." in ann.now(card)  # she is to read it


async def test_an_unsent_reply_stays_on_the_card_until_decided(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    card = await clicked_card(ann)
    await ann.clicks(ann.now(card), "Reply")
    form = await ann.wait_for_form("To: John Owner")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.wait_until(lambda: "Send now" in ann.now(card))
    sandbox.liveagent.account.customer_writes(TICKET, "Forget it, I have it!")
    await ann.clicks(ann.now(card), "Send now")
    await ann.wait_until(lambda: "Reply not sent" in ann.now(card))
    await changes_elsewhere(bot, TICKET)  # it is the very change that stopped the reply
    assert "Reply not sent" in ann.now(card)


async def test_a_card_in_the_bots_conversation_follows_without_a_click(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    await ann.types(ann.direct, CODE)
    card = await ann.wait_for(lambda seen: CODE in seen.summary and len(seen.blocks) > 3)
    for letter, word in (("C", "Open"), ("A", "Answered"), ("R", "Resolved")):
        await in_status(bot, sandbox, letter)
        assert word in ann.now(card)


async def test_a_card_is_not_updated_after_losing_access(
    ann: Person, bot: Bot, sandbox: Sandbox
) -> None:
    card = await clicked_card(ann)
    ticket = sandbox.liveagent.account.ticket(TICKET)
    ticket.department, ticket.subject = "dep1s5a4", "None of hers"
    await changes_elsewhere(bot, TICKET)
    assert "Where is my order?" in ann.now(card)
