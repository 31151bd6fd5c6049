"""Creating a ticket through the form, and what was created."""

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Ticket
from bot.sandbox.slack import Form, Person

FILLED = {
    "Customer's e-mail": "new@customer.example",
    "Customer's name": "New Customer",
    "Department": "Support",
    "Subject": "A lamp",
    "Message": "Do you have it in green?",
}


def made(sandbox: Sandbox) -> list[Ticket]:
    tickets = sandbox.liveagent.account.tickets.values()
    return [each for each in tickets if each.owner.email == "new@customer.example"]


async def new_form(person: Person) -> Form:
    await person.types("#support", "/ticket new")
    return await person.wait_for_form("Purpose")
