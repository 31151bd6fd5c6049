"""A stand-in for Slack and one for LiveAgent, with a web page. It imports nothing of the bot."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.sandbox import clock as moving
from bot.sandbox.clock import Clock
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.slack.stand_in import ACK_SECONDS

__all__ = ["Clock", "Sandbox", "open_sandbox"]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Both stand-ins, started, on one clock. The page at Slack's address shows LiveAgent's too."""

    slack: SlackStandIn
    liveagent: LiveAgentStandIn
    clock: Clock


@asynccontextmanager
async def open_sandbox(
    manifest: Mapping[str, Any],
    *,
    slack_port: int = 0,
    liveagent_port: int = 0,
    ack_seconds: float = ACK_SECONDS,
    clock: Clock | None = None,
) -> AsyncIterator[Sandbox]:
    """`manifest` is the Slack app's; port 0 takes a free one; `ack_seconds`: see `SlackStandIn`."""
    clock = clock or Clock()
    slack = SlackStandIn(manifest, clock=clock.seconds, ack_seconds=ack_seconds)
    liveagent = LiveAgentStandIn(clock=clock.now)
    slack.app.add_routes(liveagent.control)
    slack.app.add_routes(moving.routes(clock, slack.workspace.changes.tell))
    await liveagent.start(liveagent_port)
    try:
        await slack.start(slack_port)
        try:
            yield Sandbox(slack, liveagent, clock)
        finally:
            await slack.stop()
    finally:
        await liveagent.stop()
