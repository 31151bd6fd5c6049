"""What people do again and again."""

from bot.sandbox.slack import Form, Person, SeenMessage

TICKET = "s4y7t5s7"
CODE = "AX4-B4T-FD8"


async def open_card(person: Person, code: str = CODE, channel: str = "#support") -> SeenMessage:
    await person.types(channel, f"/ticket {code}")
    return await person.wait_for(
        lambda seen: code in seen.summary and seen.is_private and len(seen.blocks) > 3
    )


async def open_form(person: Person, label: str, words: str, *, code: str = CODE) -> Form:
    """By a button or an entry of the menu of a card."""
    await person.clicks(await open_card(person, code), label)
    return await person.wait_for_form(words)
