"""Answers kept for a while."""

import asyncio

import pytest

from bot.cache import STALE_SECONDS, Cache


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


class Timer:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def kept(source: Source, timer: Timer) -> Cache[str, str]:
    return Cache(source.load, seconds=300, outages=(Outage,), timer=timer)


async def test_an_answer_is_kept_for_its_time() -> None:
    source, timer = Source("first", "second"), Timer()
    cache = kept(source, timer)
    assert [await cache.get("k"), await cache.get("k")] == ["first", "first"]
    timer.now = 301
    assert await cache.get("k") == "second"


async def test_a_hundred_who_ask_at_once_cause_one_request() -> None:
    source = Source("only")
    source.may_answer.clear()
    cache = kept(source, Timer())
    asking = [asyncio.create_task(cache.get("k")) for _ in range(100)]
    await asyncio.sleep(0)
    source.may_answer.set()
    assert set(await asyncio.gather(*asking)) == {"only"}
    assert source.asked == 1


async def test_the_last_good_answer_stands_in_during_an_outage_and_is_not_asked_for_each_time() -> (
    None
):
    source, timer = Source("good", Outage(), "new"), Timer()
    cache = kept(source, timer)
    await cache.get("k")
    timer.now = 301
    assert [await cache.get("k"), await cache.get("k")] == ["good", "good"]
    assert source.asked == 2
    timer.now += STALE_SECONDS + 1
    assert await cache.get("k") == "new"


async def test_without_a_good_answer_the_outage_is_told_and_not_kept() -> None:
    cache = kept(Source(Outage(), "good"), Timer())
    with pytest.raises(Outage):
        await cache.get("k")
    assert await cache.get("k") == "good"


async def test_any_other_error_is_an_answer_and_not_covered_up() -> None:
    timer = Timer()
    cache = kept(Source("good", KeyError("gone")), timer)
    await cache.get("k")
    timer.now = 301
    with pytest.raises(KeyError):
        await cache.get("k")


async def test_whoever_leaves_does_not_take_the_others_along() -> None:
    source = Source("only")
    source.may_answer.clear()
    cache = kept(source, Timer())
    leaving, staying = (asyncio.create_task(cache.get("k")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    source.may_answer.set()
    assert await staying == "only"
