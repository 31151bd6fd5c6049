"""Killed between every two steps of a delivery: in the end the words stand there once."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.outbox import State
from tests.desk.conftest import PostOffice, note, reply


class Killed(BaseException):
    """The process ends here: nothing after this line runs."""


class Mortal:
    """Passes calls on until the last one it lives to see, before or after which it dies."""

    def __init__(self, lives: "Lives", inner: object) -> None:
        self._lives = lives
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._lives.counted(found) if callable(found) else found


class Lives:
    """Shared by all that one process does."""

    def __init__(self, calls: int, *, dies_before: bool) -> None:
        self.left = calls
        self._dies_before = dies_before

    def counted(self, call: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def once(*arguments: object, **named: object) -> object:
            self.left -= 1
            if self.left == 0 and self._dies_before:
                raise Killed
            result = await call(*arguments, **named)
            if self.left <= 0:
                raise Killed
            return result

        return once


@pytest.mark.parametrize("dies_before", [True, False])
@pytest.mark.parametrize("kind", ["note", "reply"])
async def test_killed_between_every_two_steps(
    office: PostOffice, kind: str, *, dies_before: bool
) -> None:
    steps, survived = 0, False
    while not survived:
        steps += 1
        words = f"{kind} that dies at step {steps}."
        row = await office.put(note(words) if kind == "note" else reply(words, office.standin))
        lives = Lives(steps, dies_before=dies_before)
        mortal = office.courier(
            outbox=Mortal(lives, office.outbox), system=Mortal(lives, office.liveagent)
        )
        try:
            await mortal.deliver_next()
        except Killed:
            pass
        else:
            survived = True
        assert (await office.deliver(row)).state is State.DONE
        assert office.said(words) == 1
    assert steps > 6
    assert len(office.standin.account.mailbox) == (steps if kind == "reply" else 0)
