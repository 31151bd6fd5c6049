"""The calls of the API, each a function from what was asked to what stands under `response`."""

from collections.abc import Callable

from bot.sandbox.liveagent import answers, operations, search
from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import Body
from bot.sandbox.liveagent.asking import Asked
from bot.sandbox.liveagent.errors import Refused

Perform = Callable[[Account, Asked], Body]

DONE: Body = {"status": "OK", "statuscode": 0}
DONE_AS_TEXT: Body = {"status": "OK", "statuscode": "0"}


def list_tickets(account: Account, asked: Asked) -> Body:
    rows = [answers.row(account, ticket) for ticket in search.found(account, asked.parameters)]
    if rows or account.switches.no_tickets == "list":
        return {"conversations": rows}
    return {"conversations": None} if account.switches.no_tickets == "null" else {}


def read_ticket(account: Account, asked: Asked) -> Body:
    return answers.details(account, account.ticket(asked.ref))


def read_messages(account: Account, asked: Asked) -> Body:
    groups = account.ticket(asked.ref).groups
    if asked["datefrom"]:
        earliest = search.moment(account, asked["datefrom"])
        groups = [group for group in groups if group.created >= earliest]
    if asked["dateto"]:
        latest = search.moment(account, asked["dateto"])
        groups = [group for group in groups if group.created.replace(microsecond=0) <= latest]
    return {"groups": [answers.group(account, group) for group in groups]}


def read_ticket_tags(account: Account, asked: Asked) -> Body:
    return {"tags": answers.ticket_tags(account, account.ticket(asked.ref))}


def post_message(account: Account, asked: Asked) -> Body:
    ticket = account.ticket(asked.ref)
    if account.switches.posts_by_id_only and asked.ref != ticket.id:
        raise Refused(detail="Messages are posted by conversationid")
    author = account.agent(asked["useridentifier"])
    note = asked["type"] == "N"
    operations.post_message(account, ticket, asked.letter(), author, note=note)
    return DONE


def create_ticket(account: Account, asked: Asked) -> Body:
    """The answer does not know the codes yet."""
    writer, recipient = asked.needed("useridentifier"), asked.needed("recipient")
    author = account.agent(writer)
    address = (recipient if author else writer).strip().lower()
    if "@" not in address or (
        account.switches.known_customers_only and not author and address not in account.customers
    ):
        raise Refused(detail=f"User {address} does not exist")
    letter, department = asked.letter(), asked.needed("department")
    subject, status = asked.needed("subject"), asked["status"] or "N"
    named = address == recipient.strip().lower()
    owner = account.customer(address, asked["recipient_name"] if named else "")
    ticket = operations.new_ticket(account, owner, department, subject, status)
    copies = [copy.strip() for copy in asked["cc"].split(",") if copy.strip()]
    operations.create(account, ticket, letter, author, copies=copies)
    codes = {"code": None, "publicurlcode": None}
    return DONE_AS_TEXT | {"conversationid": ticket.id} | codes


def change_status(account: Account, asked: Asked) -> Body:
    ticket, author = account.ticket(asked.ref), account.agent(asked["useridentifier"])
    operations.change_status(account, ticket, asked.needed("status"), author, asked["note"])
    return DONE


def transfer_ticket(account: Account, asked: Asked) -> Body:
    ticket, author = account.ticket(asked.ref), account.agent(asked["useridentifier"])
    to = (asked["department"], asked["agentidentifier"])
    operations.transfer(account, ticket, to, author, asked["note"])
    return DONE_AS_TEXT


def delete_ticket(account: Account, asked: Asked) -> Body:
    ticket, author = account.ticket(asked.ref), account.agent(asked["useridentifier"])
    operations.delete(account, ticket, author, asked["note"])
    return DONE_AS_TEXT


def add_tag(account: Account, asked: Asked) -> Body:
    operations.add_tag(account, account.ticket(asked.ref), asked["id"], asked["name"])
    return DONE


def remove_tag(account: Account, asked: Asked) -> Body:
    operations.remove_tags(account, account.ticket(asked.ref), asked["name"])
    return DONE


TICKET_CALLS: tuple[tuple[str, str, Perform], ...] = (
    ("GET", "/conversations", list_tickets),
    ("POST", "/conversations", create_ticket),
    ("GET", "/conversations/{ref}", read_ticket),
    ("DELETE", "/conversations/{ref}", delete_ticket),
    ("GET", "/conversations/{ref}/messages", read_messages),
    ("POST", "/conversations/{ref}/messages", post_message),
    ("PUT", "/conversations/{ref}/status", change_status),
    ("PUT", "/conversations/{ref}/attendants", transfer_ticket),
    ("GET", "/conversations/{ref}/tags", read_ticket_tags),
    ("POST", "/conversations/{ref}/tags", add_tag),
    ("DELETE", "/conversations/{ref}/tags", remove_tag),
)
