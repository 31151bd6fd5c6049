"""Actions with a review."""

from bot.sandbox.slack import Form, Person


async def start_review(person: Person, words: str = "postponed open Support") -> Form:
    await person.types("#support", f"/ticket list {words}")
    await person.clicks(await person.wait_for("[Go through these]"), "Go through these")
    return await person.wait_for_form("[Skip]")
