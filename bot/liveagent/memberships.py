"""Members of departments. LiveAgent returns one department per call.

With a thousand departments, nobody can wait until all are read, and reading must not use up the
calls per minute. So they are read in the background, and the known ones are used meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

import structlog

from bot.cache import MAX_SECONDS
from bot.domain.clock import Clock
from bot.domain.errors import AnyRefusal, LiveAgentError, Refused
from bot.domain.people import Agent, Agents, Department
from bot.tasks import Tasks

log = structlog.get_logger()

FRESH_SECONDS = 300.0
REST_SECONDS = 30.0  # after LiveAgent has not answered
SECONDS_EACH = 2.0  # between two refreshed departments
FEW = 10  # the number of departments read while somebody waits

Load = Callable[[str], Awaitable[Sequence[Agent]]]


@dataclass(frozen=True, slots=True)
class _Known:
    """Members as of `at`, on the monotonic clock."""

    members: Agents
    at: float


class Memberships:
    """Known members. `load` is used while somebody waits, `load_in_background` otherwise.

    Known members are returned immediately, and refreshed in the background if they are stale.
    """

    def __init__(self, load: Load, load_in_background: Load, clock: Clock) -> None:
        self._load = load
        self._load_in_background = load_in_background
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asked: dict[str, asyncio.Task[Sequence[Agent]]] = {}
        self._tasks = Tasks(_log)
        self._behind: set[str] = set()
        self._is_reading = False
        self._rests_until = -REST_SECONDS

    async def of(self, department_id: str) -> Sequence[Agent]:
        """Returns the members if known, else reads them once for all concurrent callers."""
        if self._missing([department_id]):
            return await self._ask_once(department_id)
        known = self._known[department_id]
        if known.at < self._clock.monotonic() - FRESH_SECONDS:
            self._read_behind(department_id)
        return known.members

    async def now(self, department_id: str) -> Sequence[Agent]:
        """Reads the members again."""
        return await self._ask(department_id, self._load)

    async def known(self, departments: Collection[str]) -> dict[str, Agents]:
        """Returns the members of known departments; reads unknown ones if they are few."""
        if len(missing := self._missing(departments)) <= FEW:
            await asyncio.gather(*(self._try(each, self._ask_once) for each in missing))
        return {each: self._known[each].members for each in departments if each in self._known}

    async def read_ahead(self, departments: Callable[[], Awaitable[Sequence[Department]]]) -> None:
        """Reads all unknown departments, else the one read longest ago."""
        if self._is_reading or self._clock.monotonic() < self._rests_until:
            return
        self._is_reading = True
        try:
            ids = [each.id for each in await departments()]
            for each in self._missing(ids) or self._oldest(ids):
                await self._try(each, self._read)
        except LiveAgentError as error:
            self._rests_until = self._clock.monotonic() + REST_SECONDS
            log.info("departments not read", why=str(error))
        finally:
            self._is_reading = False

    async def _ask_once(self, department_id: str) -> Sequence[Agent]:
        """Merges concurrent calls. It does not join background reads, which are slower."""
        asked = self._asked.get(department_id)
        if asked is None:
            asked = self._asked[department_id] = self._tasks.start(self.now(department_id))
            asked.add_done_callback(lambda _: self._asked.pop(department_id))
        return await asyncio.shield(asked)

    def _read_behind(self, department_id: str) -> None:
        if department_id not in self._behind:
            self._behind.add(department_id)
            reading = self._tasks.start(self._try(department_id, self._read))
            reading.add_done_callback(lambda _: self._behind.discard(department_id))

    async def _read(self, department_id: str) -> Sequence[Agent]:
        return await self._ask(department_id, self._load_in_background)

    async def _try(self, department_id: str, ask: Load) -> None:
        """Stores no members for a department that LiveAgent refuses, so that others stay usable."""
        try:
            await ask(department_id)
        except Refused as error:
            log.warning("department's members not read", department=department_id, why=str(error))
            self._known[department_id] = _Known(Agents(()), self._clock.monotonic())

    async def _ask(self, department_id: str, load: Load) -> Agents:
        try:
            members = Agents(await load(department_id))
        except AnyRefusal:
            self._known.pop(department_id, None)
            raise
        self._known[department_id] = _Known(members, self._clock.monotonic())
        return members

    def _missing(self, departments: Collection[str]) -> list[str]:
        """Returns departments that are unknown, or older than three rounds of reading take."""
        longest = max(MAX_SECONDS, 3 * SECONDS_EACH * len(self._known))
        since = self._clock.monotonic() - longest
        for each in departments:
            if each in self._known and self._known[each].at < since:
                del self._known[each]
        return [each for each in departments if each not in self._known]

    def _oldest(self, departments: Sequence[str]) -> Sequence[str]:
        """Returns the department read longest ago, if it is stale."""
        oldest = min(departments, key=lambda each: self._known[each].at, default=None)
        since = self._clock.monotonic() - FRESH_SECONDS
        return [oldest] if oldest and self._known[oldest].at < since else []


def _log(error: BaseException) -> None:
    """Logs the error; callers get it too, and background reads are repeated."""
    log.info("department not read", why=str(error))
