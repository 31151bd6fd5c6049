"""Monitoring gets an answer in time, whatever the database does."""

import asyncio

from bot.health import Probe


async def test_a_slow_probe_gives_no_answer_and_is_not_repeated() -> None:
    asked = 0
    thaws = asyncio.Event()

    async def ask() -> bool:
        nonlocal asked
        asked += 1
        await thaws.wait()
        return True

    probe = Probe(ask, seconds=0.01)
    assert [await probe() for _ in range(3)] == [None, None, None]
    assert asked == 1
    thaws.set()
    patient = Probe(ask, seconds=60)
    assert await patient() is True


async def test_a_cancelled_waiter_does_not_cancel_the_probe() -> None:
    answers = asyncio.Event()

    async def ask() -> str:
        await answers.wait()
        return "fine"

    probe = Probe(ask, seconds=60)
    impatient, patient = (asyncio.create_task(probe()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    answers.set()
    assert await patient == "fine"


async def test_each_probe_asks_again() -> None:
    answers = iter("ab")

    async def ask() -> str:
        return next(answers)

    probe = Probe(ask, seconds=60)
    assert [await probe(), await probe()] == ["a", "b"]
