"""Background tasks that nobody awaits."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")


def _log(error: BaseException) -> None:
    log.error("background task failed", exc_info=error)


class Tasks:
    """Keeps references to its tasks until they end, because asyncio may drop unreferenced ones.

    `on_error` receives what a task raises, except its cancellation; the default logs it.
    """

    def __init__(self, on_error: Callable[[BaseException], None] = _log) -> None:
        self._on_error = on_error
        self._running: set[asyncio.Future[Any]] = set()

    def __len__(self) -> int:
        """Returns the number of unfinished tasks."""
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self.keep(task)
        return task

    def keep(self, task: asyncio.Future[Any]) -> None:
        """Keeps what was started elsewhere."""
        self._running.add(task)
        task.add_done_callback(self._end)

    async def one_ends(self) -> None:
        """Waits until one of them ends; there must be one."""
        await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self, seconds: float | None = None) -> None:
        """Waits up to `seconds` for the current tasks, which may continue after that."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def cancel(self) -> None:
        """Cancels all tasks, also those that they start meanwhile."""
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running)

    def _end(self, task: asyncio.Future[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._on_error(error)
