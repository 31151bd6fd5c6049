"""How long to wait before what has failed is tried again."""

_MAX_DOUBLINGS = 60  # far beyond any wait; more would overflow


def backoff(failures: int, first: float, longest: float) -> float:
    """Seconds to wait: `first` after no failure before this one, doubled by each that was.

    Never more than `longest`.
    """
    return min(longest, first * 2.0 ** min(failures, _MAX_DOUBLINGS))
