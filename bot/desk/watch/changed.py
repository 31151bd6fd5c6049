"""Reads the tickets that a poll found changed."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.desk.watch.comparison import Observation, seconds
from bot.domain.changes import KnownTicket, OwnWrite
from bot.domain.errors import (
    KeyRefused,
    LiveAgentError,
    NotApplied,
    OutcomeUnknown,
    TicketNotFound,
    TicketUnavailable,
)
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, Status, Ticket

log = structlog.get_logger()

PATIENCE_SECONDS = 180.0  # until an unreadable ticket is reported from its row
AT_ONCE = 4


class TicketReads(Protocol):
    """The part of a `TicketSystem` that reads a ticket."""

    async def find(self, ref: TicketRef) -> Ticket: ...

    async def messages(self, ref: TicketRef) -> Sequence[Message]: ...


class Knowledge(Protocol):
    """The part of the storage that a poll reads."""

    async def known(self, ticket_ids: Sequence[str]) -> Mapping[str, KnownTicket]: ...

    async def under_way(self) -> frozenset[str]: ...

    async def own_writes(self, ticket_ids: Collection[str]) -> Sequence[OwnWrite]: ...


@dataclass(slots=True)
class ChangedTickets:
    """Reads the tickets of one poll, given as rows of a list.

    `now` returns LiveAgent's time, as far as known; the poll began at `started`. `deferred` tickets
    are left for the next poll, and the cursor does not pass them.
    """

    system: TicketReads
    store: Knowledge
    now: Callable[[], float]
    started: float
    deferred: list[Ticket] = field(default_factory=list)
    is_cut_short: bool = False
    """Whether LiveAgent answered only a part of the poll."""
    calls: int = 0

    async def read(self, rows: Sequence[Ticket]) -> Sequence[tuple[Ticket, Observation]]:
        """Returns the rows that could be read, with what was read."""
        if not rows:
            return []
        ready = await self._without_own(rows)
        self.calls = 2 * len(ready)
        seen = await self._read_all(ready)
        ready = await self._without_own([row for row, _ in seen])
        return [(row, observation) for row, observation in seen if row in ready]

    async def _without_own(self, rows: Sequence[Ticket]) -> Sequence[Ticket]:
        """Defers tickets that this bot may be changing: its own writes are known later."""
        busy, ready = await self.store.under_way(), list[Ticket]()
        for row in rows:
            is_new = self.started - seconds(row.changed, self.started) < PATIENCE_SECONDS
            (self.deferred if row.id in busy and is_new else ready).append(row)
        return ready

    async def _read_all(self, rows: Sequence[Ticket]) -> Sequence[tuple[Ticket, Observation]]:
        """Reads the tickets, a few at once; after a failure the others are deferred."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def read(row: Ticket) -> Observation | None:
            async with turns:
                return None if self.is_cut_short else await self._read(row)

        read_rows = await asyncio.gather(*(read(row) for row in rows))
        seen = list[tuple[Ticket, Observation]]()
        for row, observation in zip(rows, read_rows, strict=True):
            if observation is None:
                self.deferred.append(row)
            else:
                seen.append((row, observation))
        return seen

    async def _read(self, row: Ticket) -> Observation | None:
        """Returns None if the ticket can't be read now.

        Messages are read first: if the ticket is not merged afterwards, they are its own.
        """
        ref, asked = TicketRef(row.id), self.now()
        is_old = asked - seconds(row.changed, asked) >= PATIENCE_SECONDS
        try:
            messages = await self.system.messages(ref)
            ticket = await self.system.find(ref)
        except KeyRefused:
            raise
        except TicketUnavailable:
            return _from_row(row) if is_old else None
        except TicketNotFound:
            gone = row._replace(status=Status.DELETED)
            return Observation(gone, asked=asked) if is_old or gone == row else None
        except NotApplied:
            self.is_cut_short = True
            return None
        except LiveAgentError as error:
            log.info("ticket not read", why=str(error))
            self.is_cut_short |= isinstance(error, OutcomeUnknown) and not is_old
            return _from_row(row) if is_old else None
        if ticket.id != row.id:  # it was merged into another
            return Observation(row, asked=asked)
        return Observation(ticket, messages, asked)


def _from_row(row: Ticket) -> Observation:
    """Returns an observation that is read again while its row is listed."""
    return Observation(row, asked=seconds(row.changed, 0))
