"""The waiting time before a failed action is retried."""

_MAX_DOUBLINGS = 60  # far beyond any wait; more doublings would overflow


def backoff(failures: int, first: float, longest: float) -> float:
    """Returns the seconds to wait: `first`, doubled for each of the earlier `failures`.

    The result never exceeds `longest`.
    """
    return min(longest, first * 2.0 ** min(failures, _MAX_DOUBLINGS))
