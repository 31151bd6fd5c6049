"""A whole team on one key, on a clock that is moved.

Each action costs the calls that a test counts (`tests/journeys/test_calls.py`), each as long as
LiveAgent takes; the bot's own `Pace` schedules them.
"""

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field

from bot.domain.ticket_system import AFTER_CLICKS, waiting_since
from bot.liveagent.pace import Pace
from tests.bench.table import row
from tests.clock import ManualClock

LIMIT = 180  # calls a minute
CALL_SECONDS = 0.2
EVERY = 180.0  # seconds between two tickets of an agent
MINUTES = 20
CARD = 3
DELIVERY = (2, 1, 1, 2)  # ticket, who and where they belong, write, ticket again
DIGESTS, DIGEST_CALLS = 8, 21  # a list, and who has each of twenty tickets


@dataclass
class LiveAgent:
    """Answers 429 beyond its limit, in a window that slides."""

    clock: ManualClock
    pace: Pace
    recent: deque[float] = field(default_factory=deque)
    over: int = 0
    background_calls: int = 0

    async def call(self, *, background: bool = False) -> None:
        await self.pace.turn(background=background)
        now = self.clock.monotonic()
        while self.recent and self.recent[0] <= now - 60:
            self.recent.popleft()
        self.over += len(self.recent) >= LIMIT
        self.recent.append(now)
        self.background_calls += background
        await self.clock.sleep(CALL_SECONDS)

    async def at_once(self, calls: int) -> None:
        await asyncio.gather(*(self.call() for _ in range(calls)))

    async def glance(self) -> bool:
        """Reads the customer's other tickets if calls are plenty."""
        has_spare_calls = self.pace.can_call_in_background() and self.pace.is_uncontended()
        if has_spare_calls:
            await self.call(background=True)
        return has_spare_calls


@dataclass
class Outcome:
    cards: list[float] = field(default_factory=list)
    handled: list[float] = field(default_factory=list)
    digests: list[float] = field(default_factory=list)
    glances: int = 0


def share_of(times: list[float], share: float) -> float:
    """The time within which this share of them was."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


async def team(agents: int, minutes: int = MINUTES) -> tuple[Outcome, LiveAgent]:
    """Agents begin one after the other; from each click on, they wait for what they clicked."""
    clock, chance, outcome = ManualClock(), random.Random(1), Outcome()
    liveagent = LiveAgent(clock, Pace(LIMIT, clock=clock))

    async def work() -> None:
        await clock.sleep(chance.uniform(0, EVERY))
        while True:
            began = clock.monotonic()
            waiting_since.set(began)
            await liveagent.at_once(CARD)
            outcome.cards.append(clock.monotonic() - began)
            outcome.glances += await liveagent.glance()
            await clock.sleep(30)  # to read and to write
            for kind in range(2):  # a reply or a note; then Resolve
                sent = clock.monotonic()
                waiting_since.set(sent + AFTER_CLICKS)
                for calls in DELIVERY:
                    await liveagent.at_once(calls)
                if kind:
                    outcome.handled.append(clock.monotonic() - sent)
            await clock.sleep(max(0.0, began + EVERY - clock.monotonic()))

    async def digest() -> None:
        await clock.sleep(600)
        for number in range(DIGEST_CALLS):
            if number and not liveagent.pace.is_uncontended():
                break  # nobody asks who has a ticket while people wait
            await liveagent.call(background=True)
        outcome.digests.append(clock.monotonic() - 600)

    working = [asyncio.create_task(work()) for _ in range(agents)]
    working += [asyncio.create_task(digest()) for _ in range(DIGESTS)]
    await clock.advance(minutes * 60)
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    return outcome, liveagent


async def teams() -> None:
    for agents in (20, 50, 100):
        outcome, liveagent = await team(agents)
        p50, p95 = (share_of(outcome.cards, each) for each in (0.5, 0.95))
        a_minute = len(outcome.handled) / MINUTES
        posted = f"{len(outcome.digests)} of {DIGESTS} digests"
        late = f" after {max(outcome.digests):.0f} s" if outcome.digests else ""
        glances = outcome.glances / len(outcome.cards)
        measured = (
            f"{a_minute:.1f} tickets a minute; a card after {p50:.1f} s, p95 {p95:.1f} s; "
            f"{posted}{late}; {glances:.0%} of cards with other tickets; "
            f"{liveagent.over} calls refused"
        )
        what = f"{agents} agents, a ticket in three minutes each"
        row(what, "LiveAgent's limit", measured, "p95 ≤ 3 s", is_met=p95 <= 3)


if __name__ == "__main__":
    asyncio.run(teams())
