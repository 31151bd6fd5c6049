"""The sandbox as a bot sees it, and a Slack that may hide its effects."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.desk.desk import Desk
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.ref import Account
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.sandbox import Sandbox, open_sandbox
from bot.slack.client import PostMark, Slack
from bot.slack.people import People
from bot.slack.session import new_session
from tests.desk.mortal import Killed
from tests.manifest import read_manifest


@dataclass
class Trouble:
    """What becomes of the next posts, which all arrive: nothing, an error, or the bot's death."""

    next: list[type[BaseException] | None] = field(default_factory=list)

    def strike(self) -> None:
        error = self.next.pop(0) if self.next else None
        if error is SlackDoesNotAnswer:
            raise SlackDoesNotAnswer("chat.postMessage", "TimeoutError")
        if error is not None:
            raise error


class FlakySlack(Slack):
    """Posts, and then perhaps does not say so."""

    trouble: Trouble

    async def post(
        self,
        channel: str,
        message: Mapping[str, Any],
        *,
        mark: PostMark | None = None,
        thread: str = "",
    ) -> tuple[str, str]:
        posted = await super().post(channel, message, mark=mark, thread=thread)
        self.trouble.strike()
        return posted


@dataclass(frozen=True)
class World:
    """The sandbox, without its limits, and what a job needs of it."""

    sandbox: Sandbox
    slack: FlakySlack
    desk: Desk
    people: People


@asynccontextmanager
async def open_world() -> AsyncIterator[World]:
    async with open_sandbox(read_manifest()) as sandbox, new_session() as web:
        sandbox.slack.workspace.rates.is_on = False
        sandbox.liveagent.switches.calls_per_minute = 100_000
        url, key = sandbox.liveagent.url, sandbox.liveagent.api_key
        liveagent = LiveAgent(web, url, key, ZoneInfo("UTC"), Pace(9000), lambda *_: None)
        slack = FlakySlack(web, sandbox.slack.bot_token, sandbox.slack.api_url)
        slack.trouble = Trouble()
        desk = Desk(liveagent, CachedDirectory(liveagent), Account(url), sandbox.clock.now)
        yield World(sandbox, slack, desk, People(slack, language_of=_no_choice))


async def _no_choice(_: str) -> str:
    return ""


class Job(Protocol):
    async def tick(self) -> object: ...


async def tick_each(jobs: Sequence[Job]) -> None:
    """Lets each bot look once; a killed one is started again."""
    for job in jobs:
        with suppress(Killed):
            await job.tick()
