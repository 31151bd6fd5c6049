"""Figures for Prometheus. Labels are names of calls and kinds: no id, no word of a customer."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Metrics:
    """One set a process; its own registry, so that several bots can live in one test."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._calls = Histogram(
            "liveagent_call_seconds",
            "Calls to LiveAgent, by name and outcome.",
            ["call", "outcome"],
            registry=self.registry,
        )
        self._interactions = Counter(
            "slack_interactions",
            "Commands, clicks and shortcuts, by kind, id and how they ended.",
            ["kind", "id", "outcome"],
            registry=self.registry,
        )

    def liveagent_call(self, call: str, outcome: str, seconds: float) -> None:
        self._calls.labels(call, outcome).observe(seconds)

    def interaction(self, kind: str, id_: str, outcome: str) -> None:
        self._interactions.labels(kind, id_, outcome).inc()
