"""The ticket's state when an operation is executed, and how to find the operation's own text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.markup import plain, visible, visible_html
from bot.domain.people import Agent
from bot.domain.ticket import SYSTEM_USER, Message, MessageKind, Ticket
from bot.operations.outcome import (
    Aspect,
    ConversationChanged,
    NeverSeen,
    NewMessages,
    TicketChanged,
)
from bot.operations.snapshot import Baseline, Snapshot, newest_of, written_by

MAX_MARKUP_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class CurrentState:
    """The current ticket, and the ticket `before` the first call.

    `remote_ids` are the messages that other operations became. `tags` are read only for operations
    that change them; `known_tags` are the account's. `is_uncertain`: a call may already have been
    made. `had_to_wait`: LiveAgent delayed the operation, so time has passed since its author acted.
    """

    ticket: Ticket
    messages: Sequence[Message]
    before: Baseline
    remote_ids: frozenset[str] = field(default=frozenset())
    tags: Sequence[str] = ()
    known_tags: Sequence[str] = ()
    is_uncertain: bool = False
    had_to_wait: bool = False
    wakes_at: datetime | None = None
    """When the postponed ticket wakes, if it was read and LiveAgent says."""
    attachments: Sequence[str] = ()
    """The ids of the operation's uploaded files."""

    def find(self, text: str, author: Agent, kinds: Sequence[MessageKind]) -> str:
        """Returns the id of the author's new message with this visible text, else "".

        `text` is a result of `markup.visible` or `visible_html`.
        """
        for message in self._unexplained():
            is_whole = message.kind == MessageKind.NOTE  # LiveAgent appends nothing to a note
            if _is_by(author, kinds, message) and begins_with(message, text, is_whole=is_whole):
                return message.id
        return ""

    def candidates(self, text: str, author: Agent, kinds: Sequence[MessageKind]) -> Sequence[str]:
        """Returns the ids of the new messages that the operation may have become.

        LiveAgent may have changed its text, or name another author or kind of message than usual.
        """
        return [
            message.id
            for message in self._unexplained()
            if _is_by(author, kinds, message) or begins_with(message, text)
        ]

    def _unexplained(self) -> Iterator[Message]:
        """Yields the messages since the first call that no operation is known to have written."""
        known = self.remote_ids.union(self.before.message_ids)
        return (message for message in self.messages if message.id not in known)

    def new_messages(
        self, newest: str | None, reader: Agent, *, count: int | None = None
    ) -> NewMessages | ConversationChanged | None:
        """Returns the conflict if others wrote after the `newest` message seen, or it is gone."""
        if newest is None:
            return None
        news = messages_after(newest, self.messages, reader)
        if news is None or self._is_inserted_before(newest, count):
            return ConversationChanged()
        return NewMessages() if news else None

    def unseen(self, newest: str | None, reader: Agent) -> tuple[Message | None, int]:
        """Returns the last of others' messages after the `newest` one seen, and their number.

        All count if none was seen, or if that one is gone.
        """
        news = messages_after(newest or "", self.messages, reader)
        if news is None:
            news = messages_after("", self.messages, reader) or ()
        written = [message for message in news if message.kind != MessageKind.QUOTE] or news
        if not written:
            return None, 0
        return written[-1], len(written)

    def has_news(self, newest: str | None, reader: Agent) -> bool:
        """Whether another person wrote after the `newest` message seen, or since the first call."""
        new = [*self._unexplained()] if newest is None else self.messages
        after = messages_after(newest or "", new, reader) or ()
        return any(message.author_id not in {"", SYSTEM_USER} for message in after)

    def changed_since(
        self, seen: Snapshot | None, reader: Agent, *aspects: Aspect
    ) -> NewMessages | ConversationChanged | TicketChanged | None:
        """Returns the conflict if others wrote since the snapshot, or changed some aspects."""
        differs = self.ticket_changed(seen, reader, *aspects)
        news = self.new_messages(self.newest_in(seen), reader, count=seen.count) if seen else None
        if news and differs:
            return news.model_copy(update=self._as_now(differs.changed))
        return news or differs

    def newest_in(self, seen: Snapshot) -> str | None:
        """Returns the newest message at that time; None if the snapshot does not contain it."""
        if seen.newest is not None or seen.changed is None:
            return seen.newest
        return newest_of(written_by(seen.changed, self.messages))

    def _is_inserted_before(self, newest: str, count: int | None) -> bool:
        """Whether more messages precede the `newest` one seen than were seen."""
        ids = [message.id for message in self.messages]
        return count is not None and newest in ids and ids.index(newest) + 1 > count

    def ticket_changed(
        self, seen: Snapshot | None, reader: Agent, *aspects: Aspect
    ) -> TicketChanged | None:
        """Returns the conflict if somebody else has changed one of these aspects."""
        if seen is None or _acted_since(seen.newest, self.messages, reader):
            return None
        was, now = seen.model_dump(), Snapshot.now(self.ticket, None).model_dump()
        changed = tuple(each for each in aspects if was[each] != now[each])
        return TicketChanged(**self._as_now(changed)) if changed else None

    def never_seen(self, *aspects: Aspect) -> NeverSeen | None:
        """Returns the conflict with these aspects if LiveAgent delayed the operation."""
        return NeverSeen(**self._as_now(aspects)) if self.had_to_wait else None

    def _as_now(self, changed: Sequence[Aspect]) -> dict[str, Any]:
        """Returns a conflict's fields for these aspects; `assignee` is still an id."""
        return {
            "changed": tuple(changed),
            "status": self.ticket.status,
            "department": self.ticket.department.name,
            "assignee": self.ticket.assignee_id,
        }

    def lacks_note(self, note: str, author: Agent) -> bool:
        """Whether somebody else made the change, so that the note was not added.

        If a call's result is unknown, the change and the note are taken for its own.
        """
        return not self.is_uncertain and bool(self.missing_note(note, author))

    def missing_note(self, note: str, author: Agent) -> str:
        """Returns the note that accompanies a change, or "" if the ticket already has it."""
        return "" if note and self.find(visible(note), author, [MessageKind.NOTE]) else note


def _is_by(author: Agent, kinds: Sequence[MessageKind], message: Message) -> bool:
    """Counts the system's messages too: LiveAgent attributes messages of unknown agents to it."""
    is_by = author.is_named(message.author_id) or message.author_id == SYSTEM_USER
    return is_by and message.kind in kinds


def begins_with(message: Message, text: str, *, is_whole: bool = False) -> bool:
    """Compares the beginning, because LiveAgent may append a signature and tidy the HTML.

    A text that shows nothing is in no message.
    """
    if not text:
        return False
    body = message.body[: MAX_MARKUP_LENGTH + 8 * len(text)]  # parses no more than is compared
    forms = (visible_html(body), visible(plain(body)), visible(body))
    return any(form == text if is_whole else form.startswith(text) for form in forms)


def messages_after(
    last_seen: str, messages: Sequence[Message], reader: Agent
) -> Sequence[Message] | None:
    """Returns what others wrote after the `last_seen` message; None if that one is gone."""
    ids = [message.id for message in messages]
    if last_seen and last_seen not in ids:
        return None
    after = messages[ids.index(last_seen) + 1 :] if last_seen else messages
    return [
        message
        for message in after
        if message.may_be_text and not reader.is_named(message.author_id)
    ]


def _acted_since(newest: str | None, messages: Sequence[Message], reader: Agent) -> bool:
    """Whether the reader has acted in the ticket, and so knows why it has changed."""
    ids = [message.id for message in messages]
    after = messages[ids.index(newest) + 1 :] if newest in ids else ()
    return any(reader.is_named(message.author_id) for message in after)
