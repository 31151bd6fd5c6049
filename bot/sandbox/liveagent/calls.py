"""The calls about tickets, with the quirks of the real API.

Each is a function from the request to the answer's `response`.
"""

from collections.abc import Callable, Sequence

from bot.sandbox.liveagent import answers, search, words
from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import Body
from bot.sandbox.liveagent.asking import Asked, Letter
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.files import PATH, attached, upload_file
from bot.sandbox.liveagent.records import SYSTEM_USER, Agent, Customer, Tag, Ticket

Perform = Callable[[Account, Asked], object]
Parts = Sequence[tuple[str, str]]
"""Further messages of a group, by kind and text."""

SETTABLE = ("A", "R", "C")
STATUSES = "APTXBICRNWL"
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
    return {"groups": [answers.group(account, group) for group in account.ticket(asked.ref).groups]}


def read_ticket_tags(account: Account, asked: Asked) -> Body:
    return {"tags": answers.ticket_tags(account, account.ticket(asked.ref))}


def post_message(account: Account, asked: Asked) -> Body:
    """Posts a message; without an agent as author, it silently becomes a note."""
    ticket, author = _ticket_and_author(account, asked)
    if account.switches.posts_by_id_only and asked.ref != ticket.id:
        raise Refused(detail="Messages are posted by conversationid")
    letter = asked.letter()
    if asked["type"] == "N" or author is None:
        files = attached(account, asked, "L")
        _note(account, ticket, author, _stored(account, letter), files)
    else:
        _reply(account, ticket, letter, author, attached(account, asked))
        ticket.status = "A"
    return DONE


def create_ticket(account: Account, asked: Asked) -> Body:
    """Creates a ticket; the answer does not contain its codes."""
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
    ticket = new_ticket(account, owner, department, subject, status)
    copies = [copy.strip() for copy in asked["cc"].split(",") if copy.strip()]
    files = attached(account, asked)
    create(account, ticket, letter, author, copies=copies, files=files)
    codes = {"code": None, "publicurlcode": None}
    return DONE_AS_TEXT | {"conversationid": ticket.id} | codes


def new_ticket(
    account: Account, owner: Customer, department: str, subject: str, status: str
) -> Ticket:
    """Returns a ticket that is not in the account yet. Raises `Refused`."""
    if len(status) != 1 or status not in STATUSES:
        raise Refused(detail=f"Status {status} is not valid")
    now = account.clock()
    return Ticket(
        id=account.ids.make("conversation"),
        code=account.ids.code(),
        public_code=account.ids.public_code(),
        subject=subject,
        owner=owner,
        department=account.department(department).id,
        status=status,
        created=now,
        changed=now,
    )


def create(
    account: Account,
    ticket: Ticket,
    letter: Letter,
    author: Agent | None,
    *,
    copies: Sequence[str] = (),
    files: Parts = (),
) -> None:
    """Adds `ticket` with its first message: the owner's, or an agent's, which is e-mailed."""
    account.tickets[ticket.id] = ticket
    ticket.copies.extend(copies)
    if author is None:
        account.add(ticket, "M", ticket.owner.id, ("M", _stored(account, letter)), *files)
    else:
        _reply(account, ticket, letter, author, files)


def change_status(account: Account, asked: Asked) -> Body:
    ticket, author = _ticket_and_author(account, asked)
    status = asked.needed("status")
    if status not in SETTABLE:
        raise Refused(detail=f"Status {status} can not be set")
    if author is None and account.switches.status_needs_agent:
        return DONE
    _note_in(account, ticket, author, asked)
    if status == "R" and ticket.status != "R":
        account.add(ticket, "R", _id_of(author), ("S", "Ticket resolved"))
        if account.switches.resolving_emails and ticket.emailed:
            account.email(ticket, "<p>Your request is resolved. How did we do?</p>")
    ticket.status, ticket.changed = status, account.clock()
    return DONE


def transfer_ticket(account: Account, asked: Asked) -> Body:
    """Transfers to a department, or to an agent of the target department, or both."""
    ticket, author = _ticket_and_author(account, asked)
    wanted, identifier = asked["department"], asked["agentidentifier"]
    department = account.department(wanted or ticket.department)
    agent = account.agent(identifier) if identifier else None
    if not wanted and not identifier:
        raise Refused(detail="department or agentidentifier is required")
    if identifier and (agent is None or department.id not in agent.departments):
        raise Refused(detail=f"Agent {identifier} is not in department {department.id}")
    ticket.department = department.id
    ticket.assignee = agent.id if agent else None
    whom = f"{department.name}, {agent.name}" if agent else department.name
    text = words.html_of(f"Transferred to {whom}")
    account.add(ticket, "T", _id_of(author), ("R", text))
    _note_in(account, ticket, author, asked)
    return DONE_AS_TEXT


def delete_ticket(account: Account, asked: Asked) -> Body:
    ticket, author = _ticket_and_author(account, asked)
    ticket.status, ticket.changed = "X", account.clock()
    _note_in(account, ticket, author, asked)
    return DONE_AS_TEXT


def add_tag(account: Account, asked: Asked) -> Body:
    """Adds a tag; an unknown name creates one."""
    ticket, name = account.ticket(asked.ref), asked.needed("name").strip()
    tag = account.tag_named(name)
    if tag is None:
        tag = Tag(account.ids.make("tag", 4), name)
        account.tags[tag.id] = tag
    if tag.id not in ticket.tags:
        ticket.tags.append(tag.id)
        account.add(ticket, "G", SYSTEM_USER, ("G", words.html_of(f"Tag {tag.name} added")))
    return DONE


def remove_tag(account: Account, asked: Asked) -> Body:
    """Removes a tag, or all tags without a name; the account records such a call."""
    ticket, name = account.ticket(asked.ref), asked["name"]
    if not name:
        account.bare_tag_deletion_seen = True
    tag = account.tag_named(name)
    every = not name or account.switches.tag_deletion_ignores_name
    gone = [one for one in ticket.tags if every or (tag and tag.id == one)]
    ticket.tags[:] = [one for one in ticket.tags if one not in gone]
    if gone:
        account.add(ticket, "G", SYSTEM_USER, ("G", "Tags removed"))
    return DONE


def _ticket_and_author(account: Account, asked: Asked) -> tuple[Ticket, Agent | None]:
    return account.ticket(asked.ref), account.agent(asked["useridentifier"])


def _id_of(author: Agent | None) -> str:
    return author.id if author else SYSTEM_USER


def _reply(
    account: Account, ticket: Ticket, letter: Letter, author: Agent, files: Parts = ()
) -> None:
    text = _stored(account, letter)
    if account.switches.appends_signature:
        text += words.signature(author.name)
    account.add(ticket, "M" if ticket.emailed else "C", author.id, ("M", text), *files)
    if letter.emailed and ticket.emailed:
        account.email(ticket, text)


def _note(
    account: Account, ticket: Ticket, author: Agent | None, text: str, files: Parts = ()
) -> None:
    account.add(ticket, "I", _id_of(author), ("N", text), *files)


def _note_in(account: Account, ticket: Ticket, author: Agent | None, asked: Asked) -> None:
    """Adds the note that may accompany another change."""
    if asked["note"]:
        _note(account, ticket, author, words.html_of(asked["note"]))


def _stored(account: Account, letter: Letter) -> str:
    as_html = letter.html and not account.switches.converts_html
    text = letter.text if as_html else words.html_of(letter.text)
    return words.tidied(text) if account.switches.tidies_html else text


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
    ("POST", PATH, upload_file),
)
