"""Whether a transaction may still be given up. Once its commit has begun, its end must be known."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock


class CommitGuard:
    """Lets a transaction either be given up or begin its commit, whichever is first.

    SQLite's transactions run in another thread than the one that gives them up. `is_in_doubt`: the
    commit has begun, and whether it succeeded is not known yet.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.is_given_up = False
        self.is_in_doubt = False

    def begin_commit(self) -> bool:
        """Returns False if the transaction was given up: it must not be committed."""
        with self._lock:
            self.is_in_doubt = not self.is_given_up
            return self.is_in_doubt

    def end_commit(self) -> None:
        """The transaction is on disk, or rolled back."""
        self.is_in_doubt = False

    def give_up(self) -> bool:
        """Returns whether nothing will be stored, False if it is too late for that."""
        with self._lock:
            self.is_given_up = not self.is_in_doubt
            return self.is_given_up


_current: ContextVar[CommitGuard | None] = ContextVar("commit_guard", default=None)


def current_guard() -> CommitGuard:
    """Returns the guard of the transactions in this context, or one that nobody else has."""
    return _current.get() or CommitGuard()


@contextmanager
def guarded_by(guard: CommitGuard) -> Iterator[None]:
    """Tasks that are started within have this guard."""
    token = _current.set(guard)
    try:
        yield
    finally:
        _current.reset(token)
