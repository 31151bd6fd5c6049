"""Compares a ticket's last known state with its current one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.changes import Change, KnownTicket, OwnWrite, What
from bot.domain.people import Agents
from bot.domain.ticket import SYSTEM_USER, Channel, Message, MessageKind, Status, Ticket
from bot.operations import DEFINITIONS, Kind

MAX_MESSAGE_IDS = 200
SETTLED_SECONDS = 3.0  # afterwards nothing more can happen in the same second
SAME_SECONDS = 3.0  # between a change and the operation that explains it
RESOLVED = frozenset({Status.RESOLVED, Status.CLOSED})

_IMPLIED = {  # the status that follows by itself
    What.CUSTOMER_WROTE: Status.OPEN,
    What.AGENT_REPLIED: Status.ANSWERED,
}


@dataclass(frozen=True, slots=True)
class Observation:
    """A ticket as read from LiveAgent; `asked` is when it was requested, by LiveAgent's clock.

    `messages` is None if only its row in a list was read; the assignee does not count then.
    """

    ticket: Ticket
    messages: Sequence[Message] | None = None
    asked: float | None = None


def is_news(known: KnownTicket | None, row: Ticket) -> bool:
    """Whether the row of a list shows that the ticket must be read.

    A ticket that was read within the second of its change may have changed again in that second.
    """
    if known is None or _differs(known, row):
        return True
    return (
        known.read_at is not None
        and known.changed is not None
        and known.read_at < known.changed + SETTLED_SECONDS
    )


def compare(
    known: KnownTicket | None,
    seen: Observation,
    floor: float,
    agents: Agents,
    own: Iterable[OwnWrite] = (),
    elsewhere: Collection[str] = (),
) -> tuple[KnownTicket, Sequence[Change]]:
    """Returns the new known state, and the changes in order.

    Messages before `floor` do not count for a ticket that was unknown. Messages known `elsewhere`
    do not count either: they came with another ticket that was merged into this one.
    """
    comparison = _Comparison(known, seen, floor, agents, tuple(own), elsewhere)
    return comparison.known_now(), comparison.changes()


def catch_up(
    known: KnownTicket | None, row: Ticket, floor: float
) -> tuple[KnownTicket, Sequence[Change]]:
    """Compares with a list row alone; its changes are only counted in a summary."""
    now, changes = compare(known, Observation(row), floor, Agents(()))
    after = seconds(row.changed, floor) + 1
    return replace(now, since=after), [replace(each, is_late=True) for each in changes]


def compare_row(
    known: KnownTicket | None, row: Ticket, floor: float, asked: float
) -> tuple[KnownTicket, Sequence[Change]]:
    """Compares with a list row alone; reports only that the ticket changed."""
    seen = Observation(row)
    touched = _Comparison(known, seen, floor, Agents(())).touched()
    return replace(catch_up(known, row, floor)[0], read_at=asked), [touched]


def baseline(row: Ticket, floor: float) -> KnownTicket:
    """Returns the known state of a ticket when the watch begins."""
    return compare(None, Observation(row, asked=floor), floor, Agents(()))[0]


def _differs(known: KnownTicket, row: Ticket) -> bool:
    return (known.changed, known.status, known.department_id) != (
        row.changed.timestamp() if row.changed else None,
        row.status,
        row.department.id,
    )


@dataclass(frozen=True, slots=True)
class _Comparison:
    known: KnownTicket | None
    seen: Observation
    floor: float
    agents: Agents
    own: Sequence[OwnWrite] = ()
    elsewhere: Collection[str] = ()

    @property
    def ticket(self) -> Ticket:
        return self.seen.ticket

    @property
    def since(self) -> float:
        since = self.known.since if self.known else None
        return self.floor if since is None else since

    @property
    def is_new(self) -> bool:
        created = self.ticket.created
        return self.known is None and created is not None and created.timestamp() >= self.floor

    @property
    def assignee(self) -> str | None:
        if self.seen.messages is not None or self.ticket.assignee_id:
            return self.ticket.assignee_id
        return self.known.assignee_id if self.known else None

    def known_now(self) -> KnownTicket:
        read, ticket = self.seen.messages, self.ticket
        ids = self.known.message_ids if self.known else ()
        since = self.known.since if self.known else None
        if read is not None:
            ids, since = tuple(each.id for each in read[-MAX_MESSAGE_IDS:]), 0.0
        return KnownTicket(
            id=ticket.id,
            code=ticket.code,
            status=ticket.status,
            department_id=ticket.department.id,
            changed=ticket.changed.timestamp() if ticket.changed else None,
            since=since,
            assignee_id=self.assignee,
            message_ids=ids,
            read_at=self.seen.asked,
        )

    def changes(self) -> Sequence[Change]:
        fresh = self._fresh()
        found = self._appearance() + self._written(fresh)
        found = sorted(found, key=lambda each: each.at)  # stable: the appearance comes first
        found += self._status(found, fresh) + self._place(fresh)
        if not found and (self.known is None or _differs(self.known, self.ticket)):
            found = [self.touched()]
        return [self._with_author(each) for each in found]

    def touched(self) -> Change:
        return self._change(What.TOUCHED)

    def _fresh(self) -> Sequence[Message]:
        """Returns the new messages: those with unknown ids, or by time where ids are missing.

        Of long conversations only the newest ids are known, so messages before them are old.
        """
        messages, since = self.seen.messages or (), self.since
        ids = {*self.known.message_ids} if self.known else set()
        places = [place for place, each in enumerate(messages) if each.id in ids]
        if ids and not places:
            since = max(since, self.known.changed or 0) if self.known else since
        return [
            each
            for each in messages[places[0] if places else 0 :]
            if each.id not in ids
            and each.id not in self.elsewhere
            and (each.created.timestamp() >= since if each.created else bool(places))
        ]

    def _appearance(self) -> list[Change]:
        return [self._change(What.APPEARED, self.ticket.created)] if self.is_new else []

    def _written(self, fresh: Sequence[Message]) -> list[Change]:
        """Returns what people wrote; the first message of a new ticket is the ticket itself."""
        texts, changes = [each for each in fresh if each.may_be_text], list[Change]()
        for message in texts[1:] if self.is_new else texts:
            what = self._kind_of_change(message)
            if what and not (message.is_file and _accompanies_text(message, texts)):
                at = self._time_of(message)
                changes.append(self._change(what, at, who=message.author_id, message_id=message.id))
        changes += [
            self._change(What.RESOLVED, self._time_of(each), who=each.author_id)
            for each in fresh
            if each.channel == Channel.RESOLVED and each.kind == MessageKind.SYSTEM
        ]
        return changes

    def _kind_of_change(self, message: Message) -> What | None:
        if message.author_id in {"", SYSTEM_USER} or message.channel == Channel.RESOLVED:
            return None
        if message.kind == MessageKind.UNDELIVERED:  # a mail server's report
            return None
        if message.is_note:
            return What.NOTED
        if self.agents.named(message.author_id):
            return What.AGENT_REPLIED
        return What.CUSTOMER_WROTE

    def _status(self, changes: Sequence[Change], fresh: Sequence[Message]) -> list[Change]:
        """Returns the change of status unless one of the `changes` explains it."""
        status, before = self.ticket.status, self.known.status if self.known else ""
        if status == Status.DELETED:
            is_known = before == status or (self.known is None and not self.is_new and not fresh)
            return [] if is_known else [self._change(What.DELETED, before=before)]
        happened = [each.what for each in changes]
        last = happened[-1] if happened else None
        explained = {*RESOLVED} if What.RESOLVED in happened else set[str]()
        if last is not What.RESOLVED:  # by time, which a clock that is set back mixes up
            explained |= {before, *(_IMPLIED[each] for each in happened if each in _IMPLIED)}
        if status in explained or (not before and last is not What.RESOLVED):
            return []
        what = What.RESOLVED if status in RESOLVED else What.STATUS_CHANGED
        if what is What.RESOLVED and before in RESOLVED:
            return []
        was = Status.RESOLVED if last is What.RESOLVED else before
        return [self._change(what, before=was, after=status)]

    def _place(self, fresh: Sequence[Message]) -> list[Change]:
        """Returns changes of assignee and department."""
        moved = next((each for each in reversed(fresh) if each.channel == Channel.TRANSFER), None)
        who = moved.author_id if moved and moved.author_id != SYSTEM_USER else ""
        at = self._time_of(moved) if moved else self.ticket.changed
        changes, department = list[Change](), self.ticket.department.id
        if self.known and self.known.department_id != department:
            before = self.known.department_id
            changes.append(
                self._change(What.TRANSFERRED, at, who=who, before=before, after=department)
            )
        assignee, was = self.assignee, self.known.assignee_id if self.known else None
        if was is None and (self.is_new or (moved and not changes)):  # then the move is the agent's
            was = ""
        if None not in (assignee, was) and assignee != was:
            changes.append(
                self._change(What.ASSIGNED, at, who=who, before=was or "", after=assignee or "")
            )
        return changes

    def _change(
        self,
        what: What,
        at: datetime | None = None,
        *,
        who: str = "",
        before: str = "",
        after: str = "",
        message_id: str = "",
    ) -> Change:
        ticket = self.ticket
        return Change(
            what,
            at or ticket.changed or datetime.fromtimestamp(self.since, UTC),
            ticket_id=ticket.id,
            code=ticket.code,
            status=ticket.status,
            department_id=ticket.department.id,
            assignee_id=self.assignee,
            who=who,
            before=before,
            after=after,
            message_id=message_id,
        )

    def _with_author(self, change: Change) -> Change:
        """Adds the Slack user if this bot made the change, and the agent if LiveAgent names one."""
        own = next((each for each in self.own if self._explains(each, change)), None)
        return replace(change, by=own.slack_user) if own else change

    def _explains(self, own: OwnWrite, change: Change) -> bool:
        if own.remote_id and own.remote_id in {change.message_id, change.ticket_id}:
            return change.message_id != "" or change.what is What.APPEARED
        causes = DEFINITIONS[Kind(own.kind)].causes if own.kind in DEFINITIONS else ()
        if change.what not in causes or own.at is None:
            return False
        if abs(own.at - change.at.timestamp()) <= SAME_SECONDS:
            return True
        since = self.known.changed if self.known and self.known.changed else self.since
        is_its_status = not own.status or own.status == (change.after or change.status)
        return change.what is not What.NOTED and own.at > since and is_its_status

    def _time_of(self, message: Message) -> datetime | None:
        return message.created or self.ticket.changed


def _accompanies_text(file: Message, texts: Sequence[Message]) -> bool:
    """Whether the file came with a message of the same author, which is reported instead."""
    return any(
        not each.is_file
        and each.author_id == file.author_id
        and each.created == file.created
        and each.is_note == file.is_note
        for each in texts
    )


def seconds(moment: datetime | None, default: float) -> float:
    """Returns the moment in seconds since 1970."""
    return moment.timestamp() if moment else default
