"""Stand-ins for Slack and LiveAgent, with a web page. It imports nothing else of the bot."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox import clock as moving
from bot.sandbox.clock import Clock
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.slack.stand_in import ACK_SECONDS

__all__ = ["Clock", "Sandbox", "open_sandbox"]


@dataclass(slots=True)
class Sandbox:
    """Both stand-ins, started, on one clock. The page at Slack's address shows LiveAgent's too."""

    slack: SlackStandIn
    liveagent: LiveAgentStandIn
    clock: Clock
    on_start_over: Callable[[], object] = lambda: None
    """Called when somebody on the page asks to start over; whoever opened this opens another."""
    is_over: bool = False

    async def start_over(self, _request: web.Request) -> web.Response:
        self.is_over = True
        self.liveagent.faults.clear()  # no call hangs any longer, and the bot can end at once
        self.on_start_over()
        return web.json_response({})


@asynccontextmanager
async def open_sandbox(
    manifest: Mapping[str, Any],
    *,
    slack_port: int = 0,
    liveagent_port: int = 0,
    ack_seconds: float = ACK_SECONDS,
    clock: Clock | None = None,
) -> AsyncIterator[Sandbox]:
    """Starts both. `manifest` is the Slack app's; port 0 takes a free one.

    For `ack_seconds` see `SlackStandIn`.
    """
    clock = clock or Clock()
    slack = SlackStandIn(manifest, clock=clock.seconds, ack_seconds=ack_seconds)
    liveagent = LiveAgentStandIn(clock=clock.now)
    sandbox = Sandbox(slack, liveagent, clock)
    slack.app.add_routes(liveagent.control)
    slack.app.add_routes(moving.routes(clock, slack.workspace.changes.tell))
    slack.app.add_routes([web.post("/sandbox/start-over", sandbox.start_over)])
    await liveagent.start(liveagent_port)
    try:
        await slack.start(slack_port)
        try:
            yield sandbox
        finally:
            await slack.stop()
    finally:
        await liveagent.stop()
