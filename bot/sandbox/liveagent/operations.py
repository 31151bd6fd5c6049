"""What the API changes, with the habits of the real one."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.liveagent import words
from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.ids import LOWER
from bot.sandbox.liveagent.records import SYSTEM_USER, Agent, Customer, Tag, Ticket

SETTABLE = ("A", "R", "C")
STATUSES = "APTXBICRNWL"


@dataclass(frozen=True)
class Letter:
    """Words to store, and whether they may leave by e-mail."""

    text: str
    html: bool
    emailed: bool


def post_message(
    account: Account, ticket: Ticket, letter: Letter, author: Agent | None, *, note: bool
) -> None:
    """Without an agent whose words they are, they silently become a note."""
    if note or author is None:
        _note(account, ticket, author, _stored(account, letter))
        return
    _reply(account, ticket, letter, author)
    ticket.status = "A"


def create(
    account: Account,
    ticket: Ticket,
    letter: Letter,
    author: Agent | None,
    *,
    copies: Sequence[str] = (),
) -> None:
    """Opens `ticket` with an agent's words (e-mailed to the owner) or the owner's own."""
    account.tickets[ticket.id] = ticket
    ticket.copies.extend(copies)
    if author is None:
        account.add(ticket, "M", ticket.owner.id, ("M", _stored(account, letter)))
    else:
        _reply(account, ticket, letter, author)


def new_ticket(
    account: Account, owner: Customer, department: str, subject: str, status: str
) -> Ticket:
    """A ticket nobody can find yet."""
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


def change_status(
    account: Account, ticket: Ticket, status: str, author: Agent | None, note: str
) -> None:
    if status not in SETTABLE:
        raise Refused(detail=f"Status {status or '(none)'} can not be set")
    if author is None and account.switches.status_needs_agent:
        return
    if note:
        _note(account, ticket, author, words.html_of(note))
    if status == "R" and ticket.status != "R":
        _resolve(account, ticket, author)
    ticket.status = status
    ticket.changed = account.clock()


def transfer(
    account: Account,
    ticket: Ticket,
    to: tuple[str, str],
    author: Agent | None,
    note: str,
) -> None:
    """`to` is a department, or an agent of the present one, or both; the agent must be in it."""
    wanted, identifier = to
    department = account.department(wanted or ticket.department)
    agent = account.agent(identifier) if identifier else None
    if not wanted and not identifier:
        raise Refused(detail="department or agentidentifier is required")
    if identifier and (agent is None or department.id not in agent.departments):
        raise Refused(detail=f"Agent {identifier} is not in department {department.id}")
    ticket.department = department.id
    ticket.assignee = agent.id if agent else None
    whom = f"{department.name}, {agent.name}" if agent else department.name
    by = author.id if author else SYSTEM_USER
    account.add(ticket, "T", by, ("R", words.html_of(f"Transferred to {whom}")))
    if note:
        _note(account, ticket, author, words.html_of(note))


def delete(account: Account, ticket: Ticket, author: Agent | None, note: str) -> None:
    ticket.status = "X"
    ticket.changed = account.clock()
    if note:
        _note(account, ticket, author, words.html_of(note))


def add_tag(account: Account, ticket: Ticket, tag_id: str, name: str) -> None:
    """A name nobody has used yet makes a new tag."""
    tag = account.tags.get(tag_id) if tag_id else account.tag_named(name)
    if tag is None and (tag_id or not name.strip()):
        raise Refused(detail=f"Tag {tag_id or '(none)'} does not exist")
    if tag is None:
        tag = Tag(account.ids.make("tag", 4, LOWER), name.strip())
        account.tags[tag.id] = tag
    if tag.id not in ticket.tags:
        ticket.tags.append(tag.id)
        account.add(ticket, "G", SYSTEM_USER, ("G", words.html_of(f"Tag {tag.name} added")))


def remove_tags(account: Account, ticket: Ticket, name: str) -> None:
    """Without a name, all of them go: no client may ever ask for that."""
    if not name:
        account.bare_tag_deletion_seen = True
    tag = account.tag_named(name)
    every = not name or account.switches.tag_deletion_ignores_name
    gone = [one for one in ticket.tags if every or (tag and tag.id == one)]
    ticket.tags[:] = [one for one in ticket.tags if one not in gone]
    if gone:
        account.add(ticket, "G", SYSTEM_USER, ("G", "Tags removed"))


def _reply(account: Account, ticket: Ticket, letter: Letter, author: Agent) -> None:
    text = _stored(account, letter)
    if account.switches.appends_signature:
        text += words.signature(author.name)
    account.add(ticket, "M" if ticket.emailed else "C", author.id, ("M", text))
    if letter.emailed and ticket.emailed:
        account.email(ticket, text)


def _note(account: Account, ticket: Ticket, author: Agent | None, text: str) -> None:
    account.add(ticket, "I", author.id if author else SYSTEM_USER, ("N", text))


def _resolve(account: Account, ticket: Ticket, author: Agent | None) -> None:
    account.add(ticket, "R", author.id if author else SYSTEM_USER, ("S", "Ticket resolved"))
    if account.switches.resolving_emails and ticket.emailed:
        account.email(ticket, "<p>Your request is resolved. How did we do?</p>")


def _stored(account: Account, letter: Letter) -> str:
    as_html = letter.html and not account.switches.converts_html
    text = letter.text if as_html else words.html_of(letter.text)
    return words.tidied(text) if account.switches.tidies_html else text
