"""Reports what the tasks of a hanging test wait for."""

import asyncio
import signal
from collections.abc import Generator, Iterator
from contextlib import suppress
from types import CodeType, FrameType
from typing import Any

import pytest

MAX_TASKS = 40
HEADING = "where tasks wait"
_FRAMES = ("cr_frame", "gi_frame", "ag_frame")
_AWAITED = ("cr_await", "gi_yieldfrom", "ag_await")


_SETTINGS = pytest.StashKey[object]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A wait that a guard ended: the fixtures' tasks are still there."""
    report = yield
    if call.excinfo and is_by_a_guard(call.excinfo.value):
        loop = asyncio.get_event_loop_policy().get_event_loop()
        report.sections.append((HEADING, where_tasks_wait(loop)))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer(
    item: pytest.Item, settings: object
) -> Generator[None, object, object]:
    """A test that the time limit ends."""
    item.stash[_SETTINGS] = settings
    is_set = yield
    end = signal.getsignal(signal.SIGALRM)
    if callable(end):

        def say_and_end(number: int, frame: FrameType | None) -> None:
            with suppress(RuntimeError):  # no loop runs
                said = where_tasks_wait(asyncio.get_running_loop())
                item.add_report_section("call", HEADING, said)
            end(number, frame)

        signal.signal(signal.SIGALRM, say_and_end)
    return is_set


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Sets the time limit again: pytest-timeout lifts it once a test has failed."""
    if settings := item.stash.get(_SETTINGS, None):
        item.config.hook.pytest_timeout_set_timer(item=item, settings=settings)


def is_by_a_guard(error: BaseException) -> bool:
    """Whether it is a wait that would never have ended, or what such a wait became."""
    return any(isinstance(each, TimeoutError) for each in (error, error.__context__))


def where_tasks_wait(loop: asyncio.AbstractEventLoop) -> str:
    """Returns a line a task, from its outermost to its innermost function."""
    waiting = [task for task in asyncio.all_tasks(loop) if not task.done()]
    return "\n".join(f"{task.get_name()}: {_where(task)}" for task in waiting[:MAX_TASKS])


def _where(task: asyncio.Task[Any]) -> str:
    places = [f"{_named(frame.f_code)}:{frame.f_lineno}" for frame in _frames(task.get_coro())]
    return " > ".join(places)


def _frames(awaited: object) -> Iterator[FrameType]:
    """A task's own stack ends at its outermost coroutine."""
    while awaited is not None:
        frame = _first(awaited, _FRAMES)
        if isinstance(frame, FrameType):
            yield frame
        awaited = _first(awaited, _AWAITED)


def _first(of: object, names: tuple[str, ...]) -> object:
    return next(filter(None, (getattr(of, name, None) for name in names)), None)


def _named(code: CodeType) -> str:
    return f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}"
