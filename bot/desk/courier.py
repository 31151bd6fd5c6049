"""Brings what is in the outbox to LiveAgent, and tells its author what came of it."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.desk.deliverer import Deliverer, bound
from bot.desk.reporter import Reporter
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import Row
from bot.operations import OPERATIONS
from bot.storage.outbox import Outbox
from bot.tasks import Tasks

log = structlog.get_logger()

AT_ONCE = 8
TELLERS = 4


class Courier:
    """Several may work on one outbox: the claim decides who does what."""

    def __init__(
        self,
        outbox: Outbox,
        deliverer: Deliverer,
        reporter: Reporter,
        *,
        poll: float = 1.0,
        clock: Clock = MACHINE,
    ) -> None:
        self._outbox = outbox
        self._deliverer = deliverer
        self._reporter = reporter
        self._poll = poll
        self._clock = clock
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._on_their_way = Tasks()

    def wake(self) -> None:
        """Something was put in, or decided: whoever rests, or is about to, looks again."""
        woken, self._wake = self._wake, asyncio.Event()
        woken.set()

    async def run(self) -> None:
        """Until `stop`; what is on its way then is finished."""
        heartbeat = asyncio.create_task(self._deliverer.leases.keep())
        try:
            tellers = (self._repeat(self.tell_next) for _ in range(TELLERS))
            await asyncio.gather(self._repeat(self._start_next), *tellers)
            await self._on_their_way.drain()
        finally:
            heartbeat.cancel()

    def stop(self) -> None:
        """Takes nothing more."""
        self._is_stopping = True
        self.wake()

    async def _start_next(self) -> bool:
        """Begins the next row that is due, once fewer than `AT_ONCE` are under way."""
        if len(self._on_their_way) >= AT_ONCE:
            await self._on_their_way.one_ends()
        row = await self._deliverer.claim()
        if row is not None:
            self._on_their_way.start(self._deliver(row))
        return row is not None

    async def _deliver(self, row: Row) -> None:
        await self._deliverer.deliver(row)
        self.wake()

    async def tell_next(self) -> bool:
        """Tells one author what they don't know yet; False where there is none."""
        row = await self._outbox.next_untold(list(OPERATIONS))
        if row is None:
            return False
        with bound(row):
            try:
                await self._outbox.was_told(row, *await self._reporter.tell(row))
                log.info("told", state=row.state)
                await self._reporter.follow(row)
            except SlackDoesNotAnswer as error:
                log.warning("not told yet", why=str(error))
                await self._outbox.not_told(row)
        return True

    async def _repeat(self, job: Callable[[], Awaitable[bool]]) -> None:
        while not self._is_stopping:
            woken = self._wake  # before the job looks, so that no wake meanwhile is missed
            try:
                is_busy = await job()
            except Exception:
                log.exception("the courier stumbled")  # as over a database that is away
                is_busy = False
            if not is_busy and not self._is_stopping:
                await self._rest(woken)

    async def _rest(self, woken: asyncio.Event) -> None:
        """Until it is woken, or for a while."""
        ends = [
            asyncio.ensure_future(woken.wait()),
            asyncio.ensure_future(self._clock.sleep(self._poll)),
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
