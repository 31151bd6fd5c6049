"""What an operation finds when it is to be applied, and how it finds its own words again."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict
from selectolax.lexbor import LexborHTMLParser

from bot.domain.people import Agent
from bot.domain.ticket import Message, MessageKind, Ticket

_UNSEEN = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_WORDS = {MessageKind.MESSAGE, MessageKind.NOTE, MessageKind.FILE, MessageKind.NOTE_FILE}


class Baseline(BaseModel):
    """The ticket as it was before the first call; LiveAgent's time is the very string it sent."""

    model_config = ConfigDict(frozen=True)

    message_ids: tuple[str, ...]
    changed: str
    status: str

    @classmethod
    def of(cls, ticket: Ticket, messages: Sequence[Message]) -> "Baseline":
        ids = tuple(message.id for message in messages)
        return cls(message_ids=ids, changed=ticket.changed_text, status=ticket.status)


@dataclass(frozen=True, slots=True)
class Situation:
    """The ticket as it is now, `before` the first call, and what other operations have become."""

    ticket: Ticket
    messages: Sequence[Message]
    before: Baseline
    settled: frozenset[str] = field(default=frozenset())

    def find(self, text: str, author: Agent, kinds: Sequence[MessageKind]) -> str:
        """The id of the message that holds this visible text, by this agent, since then; else "".

        `text` is as `visible` or `visible_html` gives it. LiveAgent may append a signature and
        tidy the HTML, so it must merely begin the message.
        """
        for message in self.messages:
            is_new = message.id not in self.before.message_ids and message.id not in self.settled
            is_theirs = author.is_named(message.author_id) and message.kind in kinds
            forms = (visible_html(message.body), visible(message.body))
            if is_new and is_theirs and any(form.startswith(text) for form in forms):
                return message.id
        return ""


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
        if message.kind in _WORDS and not reader.is_named(message.author_id)
    ]


def visible(text: str) -> str:
    """Plain text, without any white space."""
    return _UNSEEN.sub("", html.unescape(text))


def visible_html(text: str) -> str:
    """What a reader sees of HTML, without any white space."""
    body = LexborHTMLParser(text).body
    return _UNSEEN.sub("", body.text(deep=True)) if body else ""
