"""What an operation finds when it is to be applied, and how it finds its own words again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.domain.markup import visible, visible_html
from bot.domain.people import Agent
from bot.domain.ticket import SYSTEM_USER, Message, MessageKind, Ticket, TicketView

MAX_ADDRESS_LENGTH = 254
MAX_MARKUP_LENGTH = 20_000

Objection = Mapping[str, Any]
"""Why an author is asked again: `why`, and what they have not seen yet."""

Remark = Mapping[str, str]
"""Why a lesser part was left undone: "refused" with LiveAgent's `reason`, "news", "changed"."""

DONE_IN_FULL: Remark = {}


class Snapshot(BaseModel):
    """A ticket as its reader saw it.

    `newest` is the newest message, "" for none, None where it is unknown; `count` says how many
    there were, since one that comes later may bear an earlier time.
    """

    model_config = ConfigDict(frozen=True)

    status: str
    department: str
    assignee: str
    newest: str | None = None
    count: int | None = None
    owner: str = ""

    @classmethod
    def of(cls, view: TicketView) -> "Snapshot":
        return cls.now(view.ticket, view.messages)

    @classmethod
    def now(cls, ticket: Ticket, messages: Sequence[Message] | None) -> "Snapshot":
        newest = None
        if messages is not None:
            newest = messages[-1].id if messages else ""
        return cls(
            status=ticket.status,
            department=ticket.department.id,
            assignee=ticket.assignee_id,
            newest=newest,
            count=None if messages is None else len(messages),
            owner=address(ticket),
        )


class Baseline(BaseModel):
    """The ticket as it was before the first call; LiveAgent's time is the very string it sent."""

    model_config = ConfigDict(frozen=True)

    message_ids: tuple[str, ...]
    changed: str
    status: str
    tags: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, ticket: Ticket, messages: Sequence[Message], tags: Sequence[str] = ()
    ) -> "Baseline":
        ids = tuple(message.id for message in messages)
        return cls(
            message_ids=ids, changed=ticket.changed_text, status=ticket.status, tags=tuple(tags)
        )


@dataclass(frozen=True, slots=True)
class CurrentState:
    """The ticket as it is now, `before` the first call, and what other operations have become.

    `tags` are names, read for what changes them alone; `known_tags` are the account's. Where it
    `is_doubtful`, a call may have been made already; `had_to_wait` for LiveAgent, some time has
    gone by since its author acted.
    """

    ticket: Ticket
    messages: Sequence[Message]
    before: Baseline
    settled: frozenset[str] = field(default=frozenset())
    tags: Sequence[str] = ()
    known_tags: Sequence[str] = ()
    is_doubtful: bool = False
    had_to_wait: bool = False

    def find(self, text: str, author: Agent, kinds: Sequence[MessageKind]) -> str:
        """The id of the message that holds this visible text, by this agent, since then; else "".

        `text` is as `markup.visible` or `visible_html` gives it.
        """
        for message in self._new(author, kinds):
            is_whole = message.kind == MessageKind.NOTE  # nothing is appended to a note
            if begins_with(message, text, is_whole=is_whole):
                return message.id
        return ""

    def said_otherwise(self, author: Agent, kinds: Sequence[MessageKind]) -> Sequence[str]:
        """The ids of what the agent has said since then and no operation has become.

        It may be what was to be said, in words that LiveAgent has changed.
        """
        return [message.id for message in self._new(author, kinds)]

    def _new(self, author: Agent, kinds: Sequence[MessageKind]) -> Iterator[Message]:
        """What the author has said since then that no operation has become."""
        known = self.settled.union(self.before.message_ids)
        for message in self.messages:
            is_new = message.id not in known
            if is_new and message.kind in kinds and _is_by(author, message):
                yield message

    def words_since(
        self, newest: str | None, reader: Agent, *, count: int | None = None
    ) -> Objection | None:
        """What others wrote after the message that was the newest, or that it is gone."""
        if newest is None:
            return None
        news = words_since(newest, self.messages, reader)
        if news is None or self._is_inserted_before(newest, count):
            return {"why": "changed"}
        if not news:
            return None
        said = [message for message in news if message.kind != MessageKind.QUOTE] or news
        last = said[-1]
        shown = {"author": last.author_id, "kind": last.kind, "body": last.body}
        return {"why": "news", "count": len(said), "newest": shown}

    def changed_since(
        self, seen: Snapshot | None, reader: Agent, *aspects: str
    ) -> Objection | None:
        """What others wrote since it was seen, else what they changed of these aspects."""
        news = self.words_since(seen.newest, reader, count=seen.count) if seen else None
        return news or self.differs_from(seen, reader, *aspects)

    def _is_inserted_before(self, newest: str, count: int | None) -> bool:
        """Whether there are more messages up to the newest that was seen than were seen."""
        ids = [message.id for message in self.messages]
        return count is not None and newest in ids and ids.index(newest) + 1 > count

    def differs_from(self, seen: Snapshot | None, reader: Agent, *aspects: str) -> Objection | None:
        """What somebody else changed of these aspects of the ticket since it was seen."""
        if seen is None or _acted_since(seen.newest, self.messages, reader):
            return None
        was, now = seen.model_dump(), Snapshot.now(self.ticket, None).model_dump()
        changed = [each for each in aspects if was[each] != now[each]]
        return {"why": "differs", **self._aspects(*changed)} if changed else None

    def unseen_since_it_waited(self, reader: Agent, *aspects: str) -> Objection | None:
        """The newest words and these aspects, to somebody who never saw the ticket."""
        if not self.had_to_wait:
            return None
        newest = self.words_since("", reader) or {}
        return {**newest, "why": "waited", "count": 0, **self._aspects(*aspects)}

    def unsaid(self, note: str, author: Agent) -> str:
        """The note that goes with something else; "" where it stands there already."""
        return "" if note and self.find(visible(note), author, [MessageKind.NOTE]) else note

    def _aspects(self, *changed: str) -> dict[str, Any]:
        return {
            "changed": list(changed),
            "status": self.ticket.status,
            "department": self.ticket.department.name,
            "assignee": self.ticket.assignee_id,
        }


def address(ticket: Ticket) -> str:
    """Of the customer, no longer than addresses are, in one spelling: to be compared."""
    return ticket.owner_email[:MAX_ADDRESS_LENGTH].casefold()


def _is_by(author: Agent, message: Message) -> bool:
    """Words of an agent whom LiveAgent does not know become the system's."""
    return author.is_named(message.author_id) or message.author_id == SYSTEM_USER


def begins_with(message: Message, text: str, *, is_whole: bool = False) -> bool:
    """LiveAgent may append a signature and tidy the HTML, so it must merely begin the message."""
    body = message.body[
        : MAX_MARKUP_LENGTH + 8 * len(text)
    ]  # parsing takes long, and is for nothing
    forms = (visible_html(body), visible(body))
    return any(form == text if is_whole else form.startswith(text) for form in forms)


def words_since(
    last_seen: str, messages: Sequence[Message], reader: Agent
) -> Sequence[Message] | None:
    """What others wrote after the message that was the newest; None where that one is gone."""
    ids = [message.id for message in messages]
    if last_seen and last_seen not in ids:
        return None
    after = messages[ids.index(last_seen) + 1 :] if last_seen else messages
    return [
        message
        for message in after
        if message.may_be_words and not reader.is_named(message.author_id)
    ]


def _acted_since(newest: str | None, messages: Sequence[Message], reader: Agent) -> bool:
    """Whether the reader did something in the ticket: then they know why it has changed."""
    ids = [message.id for message in messages]
    after = messages[ids.index(newest) + 1 :] if newest in ids else ()
    return any(reader.is_named(message.author_id) for message in after)
