"""Judges what only one person sees in the simulated day: news and own cards."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.domain.calendar import Hours
from bot.domain.my_tickets import Mode, MyTicketsChoice
from bot.sandbox import Sandbox
from bot.sandbox.slack.channels import Message
from tests.clock import START

QUARTER = 900.0  # seconds, between two pings about one ticket
END = START + timedelta(minutes=20)
ASLEEP_SECONDS = 260.0  # a bot's clock may be 200 s behind, and what it has begun takes a minute
HOURS = Hours(begin=START.time().replace(hour=9), end=END.time())
LISTENING: Sequence[MyTicketsChoice] = (
    MyTicketsChoice("U0ADAM", "admin001", Mode.ALWAYS),
    MyTicketsChoice("U0ANN", "agent001", Mode.ALWAYS),
    MyTicketsChoice("U0SAM", "agent003", Mode.HOURS, HOURS),
)
ACTS = {"agent_replied", "noted", "resolved", "status_changed", "transferred"}
OVER, MAX_USES = {"resolved", "deleted"}, 2


@dataclass
class Unread:
    """What a person has not dealt with of a ticket; `at` is when the last of it was found."""

    answers: int = 0
    is_assigned: bool = False
    at: float = 0.0
    is_unsure: bool = False
    """A part of it was summed up."""


@dataclass
class News:
    """The messages to one person."""

    sandbox: Sandbox
    person: MyTicketsChoice
    changes: Sequence[Any]
    pings: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def judge(self) -> Iterator[str]:
        who, user = self.person.slack_user, self.person.slack_user
        direct = self.sandbox.slack.workspace.direct(user)
        for call in self.sandbox.slack.workspace.journal:
            if call.method == "chat.postMessage" and call.answer.get("channel") == direct.id:
                self.pings[_ticket(call.arguments)].append(call.at)
        for ticket, times in self.pings.items():
            for before, after in pairwise(times):
                if ticket and after - before < QUARTER:
                    yield f"{who} was pinged of {ticket} after {after - before:.0f} s"
        if self.person.mode is Mode.HOURS:
            last = max((time for times in self.pings.values() for time in times), default=0.0)
            if last > END.timestamp() + ASLEEP_SECONDS:
                yield f"{who} was told at {datetime.fromtimestamp(last, START.tzinfo)}"
            return
        yield from self._what_stands(direct.messages)

    def _what_stands(self, messages: Sequence[Message]) -> Iterator[str]:
        """Each ticket has one message, which contains all unread changes, or a summary does."""
        standing: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            if message.metadata and message.metadata["event_type"] == "my_ticket":
                standing[_ticket({"metadata": message.metadata})].append(message)
        for ticket, found in standing.items():
            if ticket and len(found) > 1:
                yield f"{self.person.slack_user} has {len(found)} messages of {ticket}"
        last_summary = max(self.pings[""], default=0.0)
        for ticket, unread in self._unread().items():
            told = standing.get(ticket)
            if not told and unread.at > last_summary:
                yield f"{self.person.slack_user} does not know of {ticket}: {unread}"
            elif told and not unread.is_unsure:
                yield from self._differs(told[0], ticket, unread)

    def _differs(self, message: Message, ticket: str, unread: Unread) -> Iterator[str]:
        said = f"{message.text} {message.blocks}"
        count = unread.answers
        answers = f"replied {count} times" if count > 1 else "customer has replied"
        if (count and answers not in said) or (unread.is_assigned and "assigned" not in said):
            yield f"{self.person.slack_user}: {ticket} is {unread}, not: {message.text}"

    def _unread(self) -> Mapping[str, Unread]:
        """Returns it by ticket, as the changes that were found make it."""
        found: dict[str, Unread] = defaultdict(Unread)
        for change in self.changes:
            self._count(change, found[change.ticket_id])
        has = {
            each.id
            for each in self.sandbox.liveagent.account.tickets.values()
            if each.assignee == self.person.agent_id and each.status != "X"
        }
        return {
            ticket: each
            for ticket, each in found.items()
            if ticket in has and (each.answers or each.is_assigned)
        }

    def _count(self, change: Any, unread: Unread) -> None:
        facts, agent = change.facts, self.person.agent_id
        by = facts.get("by")
        is_own = by == self.person.slack_user if by else facts.get("who") == agent
        is_lost = change.what == "assigned" and facts.get("after") != agent
        if (is_own and change.what in ACTS) or change.what in OVER or is_lost:
            unread.answers, unread.is_assigned = 0, False
        elif facts.get("is_late"):
            unread.is_unsure = True
        elif change.what == "assigned" and not is_own:
            unread.is_assigned, unread.at = True, change.stored
        elif change.what == "customer_wrote" and facts.get("assignee_id") == agent:
            unread.answers, unread.at = unread.answers + 1, change.stored


def _ticket(arguments: Mapping[str, Any]) -> str:
    """Returns the ticket of a post, "" for a summary and for anything else."""
    payload = (arguments.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("news", "")).partition(":")[0]


def uses(sandbox: Sandbox) -> Iterator[str]:
    """The cards that only one person sees leave the uses of their URLs to that person."""
    taken: dict[str, int] = defaultdict(int)
    for call in sandbox.slack.workspace.journal:
        if call.method == "response_url":
            taken[str(call.arguments["path"])] += 1
    yield from (f"{count} uses of {path}" for path, count in taken.items() if count > MAX_USES)
