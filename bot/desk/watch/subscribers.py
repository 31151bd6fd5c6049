"""Subscribers to changes: each handles them in order, across bots and restarts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

import structlog
from sqlalchemy import ColumnElement

from bot.domain.backoff import backoff
from bot.domain.changes import Change
from bot.domain.errors import BotError
from bot.storage.changes import Batch, Changes

log = structlog.get_logger()

FIRST_WAIT, MAX_WAIT = 2.0, 60.0  # seconds
GIVEN_UP_AFTER = 20  # failures by a bug, about a quarter of an hour
MAX_OUTAGE_FAILURES = 5  # that count: then the wait is the longest


class Interest(Enum):
    """What the watch must find out for its subscribers."""

    NOTHING = auto()
    ROWS = auto()
    """Which tickets have changed: lists suffice."""
    EVENTS = auto()
    """What happened to them: two calls per ticket."""


class Subscriber(Protocol):
    """A subscriber to changes. LiveAgent is polled while any subscriber `is_wanted`.

    It handles, in order, what happens while it is wanted. It may get the same changes again after a
    failure or a crash, so it must recognize them by their ids. At most one bot at a time lets it
    handle them.
    """

    @property
    def name(self) -> str:
        """Identifies the subscriber in the database; never to be changed."""

    @property
    def is_wanted(self) -> ColumnElement[bool]:
        """The SQL condition under which it needs changes."""

    @property
    def needs_events(self) -> bool:
        """Whether it needs to know what happened, or only that a ticket has changed."""

    async def handle(self, changes: Sequence[Change]) -> None:
        """Handles up to two hundred changes. After an error it gets them again later.

        It must finish within the lease of a minute: store the work to do, and do it elsewhere.
        """


@dataclass(frozen=True, slots=True)
class Subscribers:
    """The subscribers of this bot, and the new changes for each."""

    changes: Changes
    subscribers: Sequence[Subscriber]
    _joined: dict[str, bool] = field(default_factory=dict)

    async def interest(self) -> Interest:
        """Returns what the watch must find out now."""
        present = await self._present()
        if any(each.needs_events for each in present):
            return Interest.EVENTS
        return Interest.ROWS if present else Interest.NOTHING

    async def tick(self) -> None:
        """Passes new changes to every subscriber."""
        for subscriber in await self._present():
            while batch := await self.changes.claim(subscriber.name):
                if not await self._handle(subscriber, batch):
                    break

    async def _present(self) -> Sequence[Subscriber]:
        """Evaluates all conditions in one query, and lets subscribers join or leave."""
        wanted = await self.changes.wanted({each.name: each.is_wanted for each in self.subscribers})
        for name, is_wanted in wanted.items():
            if self._joined.get(name) is not is_wanted:
                change = self.changes.join if is_wanted else self.changes.leave
                await change(name)
                self._joined[name] = is_wanted
        return [each for each in self.subscribers if wanted[each.name]]

    async def _handle(self, subscriber: Subscriber, batch: Batch) -> bool:
        """Returns whether it is done with the changes.

        After a bug they are eventually skipped; after an outage never.
        """
        failures = batch.failures + 1
        try:
            await subscriber.handle(batch.changes)
        except BotError as error:
            log.warning("changes postponed", listener=subscriber.name, why=str(error))
            failures = min(failures, MAX_OUTAGE_FAILURES)
        except Exception:  # a bug silences no other
            log.exception("subscriber failed", listener=subscriber.name)
            if failures > GIVEN_UP_AFTER:
                return await self.changes.handled(batch)
        else:
            return await self.changes.handled(batch)
        wait = backoff(batch.failures, FIRST_WAIT, MAX_WAIT)
        await self.changes.reschedule(batch, wait, failures)
        return False
