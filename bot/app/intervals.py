"""The intervals of jobs and the durations of leases."""

from dataclasses import dataclass, field

from bot.desk.delivery.deliverer import Timing

DRAIN_SECONDS = 25.0  # for work in progress when a bot stops


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals and leases in seconds. Workers renew their lease until they are done.

    A job whose interval is infinite does not run.
    """

    lease: float = 20.0
    digest_lease: float = 60.0
    tick: float = 2.0
    digest_wait: float = 30.0
    waking: float = 30.0
    housekeeping: float = 24 * 3600.0
    token: float = 30.0
    watch: float = 1.0
    watch_lease: float = 30.0
    listener_lease: float = 60.0
    rest: float = 3600.0
    delivery: Timing = field(default_factory=Timing)


USUAL = Intervals()
