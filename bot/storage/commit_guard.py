"""Decides whether a transaction is cancelled or committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock


class CommitGuard:
    """Lets a transaction either be cancelled or begin its commit, whichever is first.

    SQLite's transactions run in another thread than the one that cancels them. `is_in_doubt`: the
    commit has begun, and its result is not known yet.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.is_given_up = False
        self.is_in_doubt = False

    def begin_commit(self) -> bool:
        """Returns False if the transaction was cancelled and must not be committed."""
        with self._lock:
            self.is_in_doubt = not self.is_given_up
            return self.is_in_doubt

    def end_commit(self) -> None:
        """Records that the transaction is on disk, or rolled back."""
        self.is_in_doubt = False

    def give_up(self) -> bool:
        """Returns whether nothing will be stored; False if it is too late for that."""
        with self._lock:
            self.is_given_up = not self.is_in_doubt
            return self.is_given_up


_current: ContextVar[CommitGuard | None] = ContextVar("commit_guard", default=None)


def current_guard() -> CommitGuard:
    """Returns the guard of the transactions in this context, or a new one."""
    return _current.get() or CommitGuard()


@contextmanager
def guarded_by(guard: CommitGuard) -> Iterator[None]:
    """Sets the guard for tasks that are started within."""
    token = _current.set(guard)
    try:
        yield
    finally:
        _current.reset(token)
