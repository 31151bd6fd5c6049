"""Metrics for Prometheus. Labels are names of calls and kinds, never ids or customers' text."""

from collections.abc import Mapping
from functools import cache
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from bot.desk.watch.poller import PollResult
from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR
from bot.storage.figures import Figures

CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 20)
DELAY_BUCKETS = (10, 60, 180, 900, 3600, 6 * 3600, 24 * 3600)


class Metrics:
    """The metrics of a process, in a registry of their own so that a test can run several bots."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._calls = self._histogram(
            "liveagent_call_seconds", "Calls to LiveAgent, by name and outcome.", "call", "outcome"
        )
        self._queue_seconds = self._histogram(
            "liveagent_queue_seconds",
            "How long calls waited because of LIVEAGENT_CALLS_PER_MINUTE, by priority.",
            "priority",
        )
        self._interactions = self._counter(
            "slack_interactions",
            "Commands, clicks, forms and shortcuts, by kind, id and outcome.",
            "kind",
            "id",
            "outcome",
        )
        self._interaction_seconds = self._histogram(
            "slack_interaction_seconds", "Seconds until they were answered.", "kind"
        )
        # kept, because to find one by its labels takes longer than to count
        self._interactions_of = cache(self._interactions.labels)
        self._interaction_seconds_of = cache(self._interaction_seconds.labels)
        self._ended = self._counter(
            "operations_ended",
            "Operations that ended or were returned to their author, by kind and state.",
            "kind",
            "state",
        )
        self._notices_given_up = self._counter(
            "notices_given_up",
            "Notices that Slack did not accept for a day, by the operation's state.",
            "state",
        )
        self._rows = self._gauge(
            "outbox_rows", "Unfinished operations of all bots, by state.", "state"
        )
        self._oldest = self._gauge(
            "outbox_oldest_seconds", "Age of the oldest of them that is not held, in seconds."
        )
        self._digests = self._counter("digests", "Runs of digests, by outcome.", "outcome")
        self._digest_delay = Histogram(
            "digest_delay_seconds",
            "Delay of posted digests, in seconds.",
            buckets=DELAY_BUCKETS,
            registry=self.registry,
        )
        self._digest_overdue = self._gauge(
            "digest_overdue_seconds", "Delay of the most overdue digest, in seconds."
        )
        self._polls = self._counter(
            "watch_polls", "Polls of LiveAgent's changed tickets, by outcome.", "outcome"
        )
        self._watch_calls = self._counter(
            "watch_calls", "Calls to LiveAgent for watching, by what was read.", "kind"
        )
        self._changes = self._counter(
            "watch_changes", "Changes of tickets found by polls, by kind.", "kind"
        )
        self._watch_poll_age = self._gauge(
            "watch_poll_age_seconds",
            "Seconds since LiveAgent answered a poll; NaN while nothing subscribes.",
        )
        self._webhooks = self._counter(
            "liveagent_webhook_requests",
            "Requests to the webhook, by whether the secret was right.",
            "secret",
        )
        self._housekeeping_rows = self._counter(
            "housekeeping_rows", "Rows blanked or removed, by kind.", "kind"
        )
        self._housekeeping_ended = self._gauge(
            "housekeeping_last_timestamp_seconds", "When this bot last removed old data."
        )
        self._connected = self._gauge("slack_connected", "Whether Slack is connected.")
        self._reachable = self._gauge("database_reachable", "Whether the database accepts writes.")

    def liveagent_call(self, call: str, outcome: str, seconds: float) -> None:
        self._calls.labels(call, outcome).observe(seconds)

    def liveagent_queue(self, seconds: float, *, background: bool) -> None:
        self._queue_seconds.labels("background" if background else "person").observe(seconds)

    def interaction(self, kind: str, id_: str, outcome: str, seconds: float) -> None:
        self._interactions_of(kind, id_, outcome).inc()
        self._interaction_seconds_of(kind).observe(seconds)

    def operation(self, kind: str, state: str) -> None:
        self._ended.labels(kind, state).inc()

    def notice_given_up(self, state: str) -> None:
        self._notices_given_up.labels(state).inc()

    def digest(self, outcome: str, delay: float) -> None:
        """Counts a run; `delay` is in seconds."""
        self._digests.labels(outcome).inc()
        if outcome == "posted":
            self._digest_delay.observe(max(0.0, delay))

    def poll(self, outcome: str, found: PollResult | None) -> None:
        """Counts a poll, its calls, and what it found."""
        self._polls.labels(outcome).inc()
        if found:
            self._watch_calls.labels("list").inc(found.lists)
            self._watch_calls.labels("ticket").inc(found.reads)
            for change in found.changes:
                self._changes.labels(change.what).inc()

    def webhook(self, *, is_right: bool) -> None:
        self._webhooks.labels("right" if is_right else "wrong").inc()

    def housekeeping(self, counts: Mapping[str, int]) -> None:
        for kind, count in counts.items():
            self._housekeeping_rows.labels(kind).inc(count)
        self._housekeeping_ended.set_to_current_time()

    def set_current(self, figures: Figures | None, *, is_connected: bool, can_write: bool) -> None:
        """Sets the current values; figures are missing while the database does not answer."""
        self._connected.set(is_connected)
        self._reachable.set(can_write and figures is not None)
        for state in ACTIVE_STATES | AWAITING_AUTHOR:
            self._rows.labels(state).set(figures.rows[state] if figures else nan)
        self._oldest.set(figures.oldest if figures else nan)
        self._digest_overdue.set(figures.digest_overdue if figures else nan)
        age = figures.poll_age if figures else None
        self._watch_poll_age.set(nan if age is None else age)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, *labels: str) -> Histogram:
        return Histogram(name, meaning, labels, buckets=CALL_BUCKETS, registry=self.registry)
