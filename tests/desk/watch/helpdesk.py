"""A help desk in which things happen, second by second, also between two calls."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.desk.watch.listing import Listing
from bot.desk.watch.poller import Poller, PollResult
from bot.domain.changes import Change, KnownTicket, OwnWrite, What
from bot.domain.errors import NotApplied, Refused, TicketNotFound
from bot.domain.people import Agent, Department
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, Ticket
from bot.domain.ticket_system import Search
from bot.storage.watch import Progress
from tests.clock import ManualClock

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEPARTMENTS = (Department("d1", "Support"), Department("d2", "Sales"))
AGENTS = (Agent("a1", "ann@x.com", "Ann"), Agent("a2", "ben@x.com", "Ben"))


@dataclass
class Case:
    """A ticket; what it is in full."""

    id: str
    created: datetime
    changed: datetime
    status: str = "N"
    department: str = "d1"
    assignee: str = ""
    messages: list[Message] = field(default_factory=list)
    merged_into: str = ""


@dataclass
class HelpDesk:
    """Its clock counts whole seconds and is `ahead` of the bot's."""

    seconds: float = 0.0
    ahead: float = 0.0
    cases: dict[str, Case] = field(default_factory=dict)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """What happens before each of the next calls."""
    page: int = 1000
    oldest_first: bool = False
    needs_department: bool = False
    is_down: bool = False
    lost: set[str] = field(default_factory=set)
    """Tickets that are listed, though LiveAgent finds none when asked for them."""
    tells_time: bool = True
    calls: list[str] = field(default_factory=list)
    _made: int = 0

    def now(self) -> datetime:
        return (START + timedelta(seconds=self.seconds + self.ahead)).replace(microsecond=0)

    def create(self) -> Case:
        self._made += 1
        made = Case(f"t{self._made}", self.now(), self.now())
        self.cases[made.id] = made
        self._add(made, "M", "M", "john")
        return made

    def customer(self, case: Case) -> None:
        self._add(case, "M", "M", "john")
        case.status = "C"

    def reply(self, case: Case, agent: str = "a1") -> None:
        self._add(case, "M", "M", agent)
        case.status = "A"

    def note(self, case: Case, agent: str = "a1") -> None:
        self._add(case, "N", "I", agent)

    def resolve(self, case: Case, agent: str = "a1") -> None:
        if case.status != "R":
            self._add(case, "S", "R", agent)
            case.status = "R"

    def transfer(self, case: Case, department: str = "d2", agent: str = "") -> None:
        self._add(case, "R", "T", "a1")
        case.department, case.assignee = department, agent

    def merge(self, case: Case, into: Case) -> None:
        case.status, case.merged_into = "X", into.id
        case.changed = into.changed = self.now()
        into.messages = sorted(
            [*into.messages, *case.messages], key=lambda each: each.created or START
        )
        case.messages = []

    def delete(self, case: Case) -> None:
        case.status, case.changed = "X", self.now()

    def _add(self, case: Case, kind: str, channel: str, author: str) -> None:
        self._made += 1
        message = Message(f"m{self._made}", kind, channel, author, self.now(), "words")
        case.messages.append(message)
        case.changed = self.now()

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if self.is_down:
            raise NotApplied(name, "down")

    async def server_time(self) -> datetime | None:
        self._call("time")
        return self.now() if self.tells_time else None

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        self._call("list")
        if self.needs_department and not wanted.department_id:
            raise Refused("list", 400)
        since = wanted.changed_since
        found = [
            each
            for each in self.cases.values()
            if (since is None or each.changed >= since.replace(microsecond=0))
            and wanted.department_id in {"", each.department}
            and (not wanted.statuses or each.status in wanted.statuses)
        ]
        found.sort(key=lambda each: (each.changed, each.id), reverse=not self.oldest_first)
        return [self.row(each) for each in found[offset : offset + min(limit, self.page)]]

    async def find(self, ref: TicketRef) -> Ticket:
        self._call("find")
        case = self._case(ref)
        return self.row(case)._replace(assignee_id=case.assignee)

    async def messages(self, ref: TicketRef) -> Sequence[Message]:
        self._call("messages")
        return list(self._case(ref).messages)

    def _case(self, ref: TicketRef) -> Case:
        if ref.value not in self.cases or ref.value in self.lost:
            raise TicketNotFound
        case = self.cases[ref.value]
        return self.cases[case.merged_into] if case.merged_into else case

    def row(self, case: Case) -> Ticket:
        place = next(each for each in DEPARTMENTS if each.id == case.department)
        return Ticket(case.id, case.id, case.status, "", place, "", "", case.created, case.changed)

    async def agents(self) -> Sequence[Agent]:
        return AGENTS

    async def departments(self) -> Sequence[Department]:
        return DEPARTMENTS


@dataclass
class Memory:
    """What a bot would have in its database."""

    tickets: dict[str, KnownTicket] = field(default_factory=dict)
    reported: list[Change] = field(default_factory=list)
    busy: frozenset[str] = frozenset()
    own: list[OwnWrite] = field(default_factory=list)

    async def known(self, ticket_ids: Sequence[str]) -> Mapping[str, KnownTicket]:
        return {each: self.tickets[each] for each in ticket_ids if each in self.tickets}

    async def under_way(self) -> frozenset[str]:
        return self.busy

    async def own_writes(self, ticket_ids: Collection[str]) -> Sequence[OwnWrite]:
        return [each for each in self.own if {each.ticket_id, each.remote_id} & {*ticket_ids}]


@dataclass
class Watched:
    """A bot that watches a help desk."""

    desk: HelpDesk = field(default_factory=HelpDesk)
    memory: Memory = field(default_factory=Memory)
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    progress: Progress | None = None
    poller: Poller = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.poller = Poller(
            Listing(self.desk, self.desk.departments),
            self.desk,
            self.desk.server_time,
            self.desk.agents,
            self.memory,
            self.clock,
        )

    async def wait(self, seconds: float) -> None:
        self.desk.seconds += seconds
        await self.clock.advance(seconds)

    async def poll(self, silent: float = 15.0) -> PollResult:
        if self.progress is None:
            found = await self.poller.begin()
        else:
            found = await self.poller.poll(self.progress, silent)
        self.progress = found.progress
        self.memory.tickets |= {each.id: each for each in found.known}
        self.memory.reported += found.changes
        return found

    def reported(self, case: Case | None = None) -> list[What]:
        every = self.memory.reported
        return [each.what for each in every if case is None or each.ticket_id == case.id]

    @property
    def last(self) -> Change:
        return self.memory.reported[-1]
