"""Cached answers."""

import asyncio

import pytest

from bot.cache import MAX_SECONDS, STALE_SECONDS, Cache
from tests.clock import ManualClock
from tests.waiting import until


class Outage(Exception):
    pass


class Source:
    """Gives the next of its answers; counts how often it was asked."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def load(self, _: str) -> str:
        self.asked += 1
        await self.may_answer.wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def kept(source: Source, clock: ManualClock) -> Cache[str, str]:
    return Cache(source.load, seconds=300, outages=(Outage,), timer=clock.monotonic)


async def test_an_answer_is_kept_for_its_time(clock: ManualClock) -> None:
    source = Source("first", "second")
    cache = kept(source, clock)
    assert [await cache.get("k"), await cache.get("k")] == ["first", "first"]
    await clock.advance(301)
    assert await cache.get("k") == "second"


async def test_a_hundred_who_ask_at_once_cause_one_request() -> None:
    source = Source("only")
    source.may_answer.clear()
    cache = kept(source, ManualClock())
    asking = [asyncio.create_task(cache.get("k")) for _ in range(100)]
    await asyncio.sleep(0)
    source.may_answer.set()
    assert set(await asyncio.gather(*asking)) == {"only"}
    assert source.asked == 1


async def test_during_an_outage_the_stale_value_is_cached(
    clock: ManualClock,
) -> None:
    source = Source("good", Outage(), "new")
    cache = kept(source, clock)
    await cache.get("k")
    await clock.advance(301)
    assert [await cache.get("k"), await cache.get("k")] == ["good", "good"]
    assert source.asked == 2
    await clock.advance(STALE_SECONDS + 1)
    assert await cache.get("k") == "new"


async def test_without_a_good_answer_the_outage_is_reported_and_not_cached() -> None:
    cache = kept(Source(Outage(), "good"), ManualClock())
    with pytest.raises(Outage):
        await cache.get("k")
    assert await cache.get("k") == "good"


async def test_a_stale_value_expires(clock: ManualClock) -> None:
    source = Source("good", Outage(), Outage())
    cache = kept(source, clock)
    await cache.get("k")
    await clock.advance(MAX_SECONDS - 1)
    assert await cache.get("k") == "good"
    await clock.advance(STALE_SECONDS)
    with pytest.raises(Outage):
        await cache.get("k")


async def test_other_errors_are_raised(clock: ManualClock) -> None:
    cache = kept(Source("good", KeyError("gone")), clock)
    await cache.get("k")
    await clock.advance(301)
    with pytest.raises(KeyError):
        await cache.get("k")


async def test_after_another_error_the_stale_value_is_dropped(clock: ManualClock) -> None:
    cache = kept(Source("good", KeyError("gone"), Outage()), clock)
    await cache.get("k")
    await clock.advance(301)
    with pytest.raises(KeyError):
        await cache.get("k")
    with pytest.raises(Outage):
        await cache.get("k")


async def test_one_cancelled_waiter_does_not_cancel_the_others() -> None:
    source = Source("only")
    source.may_answer.clear()
    cache = kept(source, ManualClock())
    leaving, staying = (asyncio.create_task(cache.get("k")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    source.may_answer.set()
    assert await staying == "only"


async def test_a_stale_value_is_returned_while_it_is_refreshed(
    clock: ManualClock,
) -> None:
    source = Source("first", "second", "third")
    cache = Cache(source.load, seconds=300, timer=clock.monotonic, is_behind=True)
    await cache.get("k")
    await clock.advance(301)
    source.may_answer.clear()
    assert [await cache.get("k"), await cache.get("k")] == ["first", "first"]
    source.may_answer.set()
    await clock.advance(0)
    assert await cache.get("k") == "second"
    await clock.advance(MAX_SECONDS + 1)
    assert await cache.get("k") == "third"
    assert source.asked == 3


async def test_an_error_during_a_refresh_is_not_raised(clock: ManualClock) -> None:
    source = Source("first", ValueError(), "third")
    cache = Cache(source.load, seconds=300, timer=clock.monotonic, is_behind=True)
    await cache.get("k")
    await clock.advance(301)
    assert await cache.get("k") == "first"
    await clock.advance(0)
    assert await cache.get("k") == "third"  # an error that is no outage is an answer


async def test_a_forgotten_value_is_loaded_again_even_while_it_loads(clock: ManualClock) -> None:
    """Whoever has changed it must not be shown what was read before."""
    source = Source("before", "after")
    cache = kept(source, clock)
    source.may_answer.clear()
    one = asyncio.create_task(cache.get("a"))
    await until(lambda: source.asked == 1)
    cache.forget("a")
    other = asyncio.create_task(cache.get("a"))
    await until(lambda: source.asked == 2)
    source.may_answer.set()
    assert (await one, await other) == ("before", "after")
    assert await cache.get("a") == "after"
