"""The state of the account: its records, the e-mails it sent and the calls it received."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Literal
from urllib.parse import quote

from bot.sandbox.liveagent import samples, words, world
from bot.sandbox.liveagent.errors import Refused, UnknownTicket
from bot.sandbox.liveagent.records import (
    SYSTEM_USER,
    Agent,
    Call,
    Customer,
    Department,
    Email,
    File,
    Group,
    Message,
    PredefinedAnswer,
    Tag,
    Ticket,
)
from bot.sandbox.liveagent.switches import Switches

Clock = Callable[[], datetime]
Deed = Literal["replies", "notes", "resolves", "takes"]


class Account:
    """`clock` gives aware moments; `zone` is the one in which the account writes its times."""

    def __init__(self, clock: Clock, zone: tzinfo = UTC) -> None:
        self.clock = clock
        self.zone = zone
        self.switches = Switches()
        self.departments: tuple[Department, ...] = world.DEPARTMENTS
        self.agents: tuple[Agent, ...] = world.AGENTS
        self.answers: tuple[PredefinedAnswer, ...] = world.ANSWERS
        self.mailbox: list[Email] = []
        self.journal: list[Call] = []
        self.reset()

    def reset(self) -> None:
        """Restores the initial records, and empties the journal and the mailbox."""
        for name, value in Switches():
            setattr(self.switches, name, value)
        opening = world.opening(self.clock())
        self.ids = opening.ids
        self.tags = {tag.id: tag for tag in world.TAGS}
        self.customers = opening.customers
        self.files: dict[str, File] = {}
        self.uploaded: list[File] = []
        self.attached: set[str] = set()
        self.tickets = {one.id: one for one in opening.tickets}
        self._give_files()
        self.ratings = list(world.ratings(self.tickets, self.clock()))
        self.mailbox.clear()
        self.journal.clear()
        self.bare_tag_deletion_seen = False
        self.calls_over_limit = 0
        self.recent_calls: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self.activity: dict[tuple[str, str], tuple[str, datetime]] = {}
        """What an agent, by id, does in a ticket, by id, and since when."""

    def _give_files(self) -> None:
        """Replaces the names of initial files with files that have content."""
        for ticket in self.tickets.values():
            for index, group in enumerate(ticket.groups):
                messages = [self._with_file(each) for each in group.messages or ()]
                if messages != list(group.messages or ()):
                    ticket.groups[index] = replace(group, messages=tuple(messages))

    def _with_file(self, message: Message) -> Message:
        if message.kind not in {"F", "L"}:
            return message
        file = File(self.ids.make("file"), message.text, *samples.of(message.text))
        self.files[file.id] = file
        return replace(message, text=self.file_text(file))

    def file_text(self, file: File) -> str:
        """Returns the text of a file's message: rows on newer servers, else the name alone."""
        if not self.switches.files_as_rows:
            return file.name
        size, url = str(len(file.content)), f"/files/{file.id}/{quote(file.name, safe='')}"
        facts = {"id": file.id, "name": file.name, "download_url": url, "size": size}
        return json.dumps([[name, value] for name, value in facts.items()])

    def ticket(self, ref: str) -> Ticket:
        """Finds a ticket by id, code or public URL code. Raises `UnknownTicket`."""
        for ticket in self.tickets.values():
            if ref in (ticket.id, ticket.code, ticket.public_code):
                return self.ticket(ticket.merged_into) if ticket.merged_into else ticket
        raise UnknownTicket(ref, http=404 if self.switches.unknown_ticket_is_404 else 500)

    def agent(self, identifier: str) -> Agent | None:
        """Finds an agent by e-mail address or user id."""
        wanted = identifier.strip().lower()
        return next((one for one in self.agents if wanted in (one.id, one.email)), None)

    def department(self, department_id: str) -> Department:
        for department in self.departments:
            if department.id == department_id and not department.deleted:
                return department
        raise Refused(detail=f"Department {department_id} does not exist")

    def tag_named(self, name: str) -> Tag | None:
        wanted = name.strip().casefold()
        return next((tag for tag in self.tags.values() if tag.name.casefold() == wanted), None)

    def customer(self, email: str, name: str = "") -> Customer:
        """Returns the contact, created if there is none."""
        address = email.strip().lower()
        known = self.customers.get(address)
        if known is None or (name and not known.name):
            contact = known.id if known else self.ids.make("contact")
            self.customers[address] = Customer(contact, name, address)
        return self.customers[address]

    def add(self, ticket: Ticket, kind: str, by: str, *parts: tuple[str, str]) -> None:
        """Adds one group of messages, each given by its kind and text."""
        now = self.clock()
        messages = tuple(
            Message(self.ids.make("message"), by, part, now, text) for part, text in parts
        )
        ticket.groups.append(Group(self.ids.make("group"), by, kind, now, messages))
        ticket.changed = now

    def email(self, ticket: Ticket, html: str) -> None:
        """Sends an e-mail to the owner and everybody in copy."""
        self.mailbox.append(
            Email(
                ticket_id=ticket.id,
                to=ticket.owner.email,
                copies=tuple(ticket.copies),
                subject=ticket.subject,
                html=html,
                sent=self.clock(),
            )
        )

    def wake_postponed(self) -> None:
        """Wakes postponed tickets that are due: as New if they were New, else as Open."""
        now = self.clock()
        for ticket in self.tickets.values():
            is_due = ticket.postponed_until is not None and ticket.postponed_until <= now
            if ticket.status == "W" and is_due and not self.switches.oversleeps:
                ticket.status, ticket.changed = ticket.wakes_as, ticket.postponed_until or now

    def agent_is_in(self, ref: str, agent_id: str, doing: str = "J") -> None:
        """Records what an agent does in a ticket: `V` views it, `J` replies, `""` left."""
        place = (agent_id, self.ticket(ref).id)
        self.activity.pop(place, None)
        if doing:
            self.activity[place] = (doing, self.clock())

    def customer_writes(
        self, ref: str, text: str, *, html: bool = False, files: Sequence[str] = ()
    ) -> None:
        """Adds a message of the owner; an answered or resolved ticket is reopened.

        `files` are the texts of the messages that hold its files.
        """
        ticket = self.ticket(ref)
        stored = text if html else words.html_of(text)
        parts = [("M", stored), *(("F", each) for each in files)]
        self.add(ticket, "M" if ticket.emailed else "C", ticket.owner.id, *parts)
        if ticket.status not in {"N", "T"}:
            ticket.status = "C"

    def mail_comes_back(self, ref: str) -> None:
        """Adds a mail server's report that the owner's address accepts no mail."""
        ticket = self.ticket(ref)
        report = f"Message could not be delivered to {ticket.owner.email}: 550 5.1.1 User unknown"
        self.add(ticket, "4", SYSTEM_USER, ("4", report))

    def merge(self, ref: str, into: str) -> None:
        """Moves a ticket's messages into another ticket; all its names then lead to that one."""
        source, target = self.ticket(ref), self.ticket(into)
        target.groups = sorted([*target.groups, *source.groups], key=lambda one: one.created)
        source.groups, source.status, source.merged_into = [], "X", target.id
        source.changed = target.changed = self.clock()

    def agent_acts(self, ref: str, identifier: str, does: Deed, text: str = "") -> None:
        """Performs an agent's action in LiveAgent itself. Raises `Refused` for an unknown one."""
        ticket, agent = self.ticket(ref), self.agent(identifier)
        if agent is None:
            raise Refused(detail=f"Agent {identifier} does not exist")
        stored = words.html_of(text)
        match does:
            case "replies":
                self.add(ticket, "M" if ticket.emailed else "C", agent.id, ("M", stored))
                ticket.status = "A"
            case "notes":
                self.add(ticket, "I", agent.id, ("N", stored))
            case "resolves":
                self.add(ticket, "R", agent.id, ("S", "Ticket resolved"))
                ticket.status = "R"
            case "takes":
                self.add(ticket, "T", agent.id, ("R", f"Transferred to {agent.name}"))
                ticket.assignee = agent.id
