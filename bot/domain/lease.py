"""How a worker learns that its work is no longer its own."""


class LeaseLost(Exception):
    """Another bot has, or may soon have, the row: this one must not write any more."""
