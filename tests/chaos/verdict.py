"""Judges the simulated day by the final state of Slack and LiveAgent, without the bot's code."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from bot.sandbox import Sandbox
from bot.sandbox.liveagent.records import Ticket
from bot.sandbox.slack.channels import Message
from bot.storage.database import Database
from bot.storage.tables import changes, outbox, ticket_messages
from tests.chaos.office import Office
from tests.chaos.personal import LISTENING, MAX_USES, News, uses
from tests.chaos.process import CALLS

WORDS = {"N": "New", "C": "Open", "A": "Answered", "R": "Resolved", "W": "Postponed"}
GONE = ("Deleted", "no longer exists", "was merged into")
HIDDEN = "shared with another company"
OWN = {"private", "conversation"}
PRIVATE_SECONDS = 29 * 60.0
CUSTOMER, REPLIED = "The customer replied.", "replied."
POST_SECONDS, REDRAW_SECONDS = 1.0, 3.0
LISTS = 0.1  # of the calls


@dataclass
class Verdict:
    sandbox: Sandbox = field(repr=False)
    office: Office = field(repr=False)
    changes: Sequence[Any] = field(repr=False)
    shown: Sequence[Any] = field(repr=False)
    posts: int = 0
    redraws: int = 0
    lines: int = 0
    late: int = 0
    pings: int = 0
    own_cards: int = 0
    done: Mapping[str, int] = field(default_factory=dict)
    """How many operations of each kind."""
    calls: int = 0
    busiest_minute: int = 0
    troubles: list[str] = field(default_factory=list)

    @classmethod
    async def of(
        cls, sandbox: Sandbox, database: Database, office: Office, every: str, some: str
    ) -> "Verdict":
        async with database.begin() as connection:
            told = (await connection.execute(select(changes).order_by(changes.c.id))).all()
            shown = (await connection.execute(select(ticket_messages))).all()
            asks = select(outbox.c.ticket_id, outbox.c.slack_user).where(outbox.c.is_open)
            asked = {(row.ticket_id, row.slack_user) for row in await connection.execute(asks)}
            kinds = select(outbox.c.kind).where(outbox.c.state == "done")
            done = Counter((await connection.execute(kinds)).scalars())
        verdict = cls(sandbox, office, told, shown, done=done)
        verdict.late = sum(bool(each.facts.get("is_late")) for each in told)
        verdict.troubles += [
            *verdict._what_is_shown(every),
            *verdict._what_was_found(),
            *verdict._what_was_told(every),
            *verdict._own_words(),
            *verdict._paces(),
            *verdict._quota(),
            *verdict._shared(some),
            *verdict._own_cards(asked),
            *uses(sandbox),
        ]
        for person in LISTENING:
            news = News(sandbox, person, told)
            verdict.troubles += news.judge()
            verdict.pings += sum(map(len, news.pings.values()))
        return verdict

    def _messages(self, channel: str) -> list[Message]:
        return [
            each for each in self.sandbox.slack.workspace.channel(channel).messages if each.is_bots
        ]

    def _what_is_shown(self, channel: str) -> Iterator[str]:
        """Each message that shows a ticket says what LiveAgent says."""
        standing = {each.ts: each for each in self._messages(channel)}
        tickets = self.sandbox.liveagent.account.tickets
        for row in self.shown:
            message = standing.get(row.ts)
            is_its = row.channel == channel and row.shown_as in {"shared", "live"}
            if is_its and message and not row.is_resting:
                yield from self._differs(message, tickets[row.ticket_id])

    def _own_cards(self, asked: AbstractSet[tuple[str, str]]) -> Iterator[str]:
        """A person's own card follows, but for what only its URL could change."""
        slack = self.sandbox.slack.workspace
        for row in self.shown:
            is_dead = row.shown_as == "private" and (
                row.uses >= MAX_USES or slack.clock() - row.touched > PRIVATE_SECONDS
            )
            has_asked = (row.ticket_id, row.slack_user) in asked  # it is for its reader to decide
            if row.shown_as not in OWN or row.is_resting or is_dead or has_asked:
                continue
            self.own_cards += 1
            card = slack.message(row.channel, row.ts)
            yield from self._differs(card, self.sandbox.liveagent.account.tickets[row.ticket_id])

    def _differs(self, message: Message, ticket: Ticket) -> Iterator[str]:
        text = f"{message.text} {message.blocks}"
        if ticket.status == "X":
            if not any(each in text for each in GONE):
                yield f"{ticket.code} is deleted, not: {message.text}"
            return
        agent = self.sandbox.liveagent.account.agent(ticket.assignee or "")
        wanted = [
            WORDS[ticket.status],
            agent.name if agent else "Unassigned",
            self.sandbox.liveagent.account.department(ticket.department).name,
        ]
        if missing := [each for each in wanted if each not in text]:
            yield f"{ticket.code}: {missing} in {text}"[:600]

    def _what_was_found(self) -> Iterator[str]:
        """The watch found each message that was written once, or as a part of a summary."""
        found = Counter(each.facts.get("message_id") for each in self.changes)
        late = {each.ticket_id for each in self.changes if each.facts.get("is_late")}
        for ticket, message, what in self.office.written:
            least = 0 if ticket in late else 1
            if not least <= found[message] <= 1:
                yield f"{ticket}: {what} {message} was found {found[message]} times"

    def _what_was_told(self, channel: str) -> Iterator[str]:
        """Each change is posted once in the channel that shows every ticket."""
        said, heads = list[str](), Counter[str]()
        lines = Counter[tuple[str, str]]()
        for message in self._messages(channel):
            if not message.metadata:
                continue
            payload = message.metadata["event_payload"]
            said.append(str(sorted(payload.items())))
            if message.thread_ts:
                shown = str(message.blocks)  # the text is cut
                customers = shown.count(CUSTOMER)
                lines[payload["ticket"], "customer_wrote"] += customers
                lines[payload["ticket"], "agent_replied"] += shown.count(REPLIED) - customers
                self.lines += 1
            elif payload["ticket"]:
                heads[payload["ticket"]] += 1
        yield from (f"posted twice: {each}" for each, count in Counter(said).items() if count > 1)
        yield from (f"{each} has {count} messages" for each, count in heads.items() if count > 1)
        yield from (f"{each} came back" for each in self.office.removed & {*heads})
        found = Counter(
            (each.ticket_id, each.what)
            for each in self.changes
            if not each.facts.get("is_late") and each.what in {"customer_wrote", "agent_replied"}
        )
        tickets = self.sandbox.liveagent.account.tickets
        for (ticket, what), count in found.items():
            is_unseen = tickets[ticket].status == "X" and not heads[ticket]  # it came and went
            if not (is_unseen or ticket in self.office.removed or lines[ticket, what] == count):
                yield f"{ticket}: {what} {count} times, told {lines[ticket, what]} times"

    def _own_words(self) -> Iterator[str]:
        for ticket, text in self.office.own:
            messages = self.sandbox.liveagent.account.ticket(ticket).messages
            if sum(text in each.text for each in messages) > 1:
                yield f"{ticket}: {text} stands there twice"

    def _paces(self) -> Iterator[str]:
        """No channel gets more than a message a second, and no message changes all the time."""
        posts, redraws = dict[str, list[float]](), dict[str, list[float]]()
        for call in self.sandbox.slack.workspace.journal:
            channel = str(call.arguments.get("channel"))
            is_told = call.arguments.get("metadata") or channel.startswith("C")
            if call.method == "chat.postMessage" and is_told:  # not notices of trouble
                posts.setdefault(channel, []).append(call.at)
                self.posts += 1
            elif call.method == "chat.update":
                redraws.setdefault(f"{channel} {call.arguments['ts']}", []).append(call.at)
                self.redraws += 1
        for what, least in ((posts, POST_SECONDS), (redraws, REDRAW_SECONDS)):
            for place, times in what.items():
                for before, after in pairwise(times):
                    if after - before < least:
                        yield f"{place}: {after - before:.1f} s between two at {after}"

    def _quota(self) -> Iterator[str]:
        journal = self.sandbox.liveagent.account.journal
        self.calls = len(journal)
        minutes = Counter(int(each.at.timestamp() // 60) for each in journal)
        self.busiest_minute = max(minutes.values())
        lists = Counter(
            int(each.at.timestamp() // 60)
            for each in journal
            if each.verb == "GET" and each.path.endswith("/conversations")
        )
        if self.busiest_minute > CALLS:
            yield f"{self.busiest_minute} calls in a minute"
        if max(lists.values()) > CALLS * LISTS:
            yield f"{max(lists.values())} lists in a minute"

    def _shared(self, channel: str) -> Iterator[str]:
        """Nothing that shows a ticket stands where another company reads it."""
        codes = {each.code for each in self.sandbox.liveagent.account.tickets.values()}
        for message in self._messages(channel):
            text = f"{message.text} {message.blocks}"
            is_line = message.thread_ts and HIDDEN not in text
            if is_line or any(code in text for code in codes):
                yield f"another company reads: {message.text}"
