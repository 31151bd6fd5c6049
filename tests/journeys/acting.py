"""Actions that journeys share."""

from dataclasses import replace

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Call
from bot.sandbox.slack import Form, Person, SeenMessage
from bot.sandbox.slack.person import Wanted

TICKET = "s4y7t5s7"
CODE = "AX4-B4T-FD8"
CARD = "Where is my order?"
CUSTOMERS_WORDS = ("Where is my order?", "desk lamp", "john@owner.com", "receipt")
_OPEN = {"Reply": "To: John Owner", "Note": "As of", "Show conversation": "Open in LiveAgent"}
"""What a form shows once it knows the ticket."""


async def open_card(person: Person, code: str = CODE, channel: str = "#support") -> SeenMessage:
    def is_card(seen: SeenMessage) -> bool:
        return code in seen.summary and seen.is_private and len(seen.blocks) > 3

    return await type_and_see(person, f"/ticket {code}", is_card, channel)


async def type_and_see(
    person: Person, typed: str, wanted: Wanted, channel: str = "#support"
) -> SeenMessage:
    """Types a text; returns the new message that is `wanted`."""
    before = {seen.ts for seen in person.messages()}

    def is_it(seen: SeenMessage) -> bool:
        is_wanted = wanted in seen if isinstance(wanted, str) else wanted(seen)
        return is_wanted and seen.ts not in before and seen.user != person.id

    await person.types(channel, typed)
    return await person.wait_for(is_it)


async def until_it_has(person: Person, seen: SeenMessage, words: str) -> None:
    """Waits until the same message has the words."""
    await person.wait_until(lambda: words in person.now(seen))


def direct_messages(person: Person) -> list[SeenMessage]:
    """Returns the bot's direct messages without its welcome."""
    return [seen for seen in person.messages(person.direct) if "I bring your" not in seen]


async def open_form(person: Person, label: str, words: str = "", *, code: str = CODE) -> Form:
    """Clicks a card's button or menu entry; returns the form once it contains the words."""
    await person.clicks(await open_card(person, code), label)
    return await person.wait_for_form(words or _OPEN.get(label, ""))


def message_count(sandbox: Sandbox, words: str) -> int:
    """Returns how often the ticket contains the words."""
    return sum(words in each.text for each in sandbox.liveagent.account.ticket(TICKET).messages)


def form_of(person: Person) -> Form:
    """Returns the open form."""
    form = person.form()
    assert form
    return form


def calls(sandbox: Sandbox, verb: str, path: str = "") -> list[Call]:
    """Returns the calls that LiveAgent received."""
    journal = sandbox.liveagent.account.journal
    return [call for call in journal if call.verb == verb and path in call.path]


def leave_every_department(sandbox: Sandbox, email: str) -> None:
    account = sandbox.liveagent.account
    account.agents = tuple(
        replace(agent, departments=()) if agent.email == email else agent
        for agent in account.agents
    )


async def share(person: Person, channel: str, *, subject: bool = False) -> SeenMessage:
    await person.clicks(await open_card(person, channel=channel), "Share in channel")
    form = await person.wait_for_form("Everyone in the channel will see this")
    for words in CUSTOMERS_WORDS:
        assert words not in form
    filled = {"Comment": "Who can take this?"}
    if not subject:  # it is ticked: nobody but the own company reads the channel
        await person.chooses(form, "Subject", [])
    await person.submits(await person.fills(form, filled))
    return await person.wait_for("shared this ticket")


async def open_home(person: Person, words: str) -> Form:
    await person.opens_home()
    return await person.wait_for_home(words)
