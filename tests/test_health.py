"""Monitoring gets an answer in time, whatever the database does."""

import asyncio

from bot.health import Probe


async def test_what_takes_longer_counts_as_no_answer_and_is_not_asked_again_meanwhile() -> None:
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


async def test_who_leaves_takes_nobody_along() -> None:
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


async def test_each_asking_is_new() -> None:
    answers = iter("ab")

    async def ask() -> str:
        return next(answers)

    probe = Probe(ask, seconds=60)
    assert [await probe(), await probe()] == ["a", "b"]
