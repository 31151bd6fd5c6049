"""Everybody's Home, made anew as things go on."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from blocks import notices
from blocks.home import Home, home
from bot.desk.desk import Desk
from bot.desk.stored import readable
from bot.domain.errors import BotError, SlackDoesNotAnswer
from bot.i18n import Translator
from bot.operations import OPERATIONS
from bot.slack.client import Slack
from bot.slack.people import People
from bot.storage.aside import aside
from bot.storage.digests import Digests
from bot.storage.outbox import Outbox
from bot.storage.preferences import Preferences

log = structlog.get_logger()

LAST_OPERATIONS = 8


@dataclass(frozen=True, slots=True)
class Homes:
    """Everybody's Home. One at a time is made of a person's, so that the newest stays."""

    desk: Desk
    slack: Slack
    people: People
    preferences: Preferences
    outbox: Outbox
    digests: Digests
    _turns: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    _waiting: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def show(self, user_id: str) -> None:
        """As it is now. Raises `SlackDoesNotAnswer` alone."""
        async with self._turns[user_id]:
            user = await self.people.find(user_id)
            t = Translator.for_locale(user.locale)
            await self.slack.publish_home(user_id, home(await self._gather(user_id, t), t))

    def follow(self, user_id: str) -> None:
        """Soon, if they have looked at it lately; however often it is asked for meanwhile."""
        if user_id not in self._waiting:
            self._waiting.add(user_id)
            task = asyncio.create_task(self._follow(user_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Waits for what is on its way, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _follow(self, user_id: str) -> None:
        async with self._turns[user_id]:
            self._waiting.discard(user_id)
        if await self.preferences.has_home_open(user_id):
            with suppress(SlackDoesNotAnswer):
                await self.show(user_id)

    async def _gather(self, user_id: str, t: Translator) -> Home:
        """What LiveAgent does not tell just now is said to be missing."""
        agent, departments, waiting, trouble = None, [], None, ""
        try:
            agent = await self.desk.actor(await self.people.find(user_id))
            own = await self.desk.departments_of(agent)
            departments = [each.name for each in own.departments]
            waiting = await self.desk.queue(agent)
        except SlackDoesNotAnswer:
            raise
        except BotError as error:
            log.info("home without a part", error=type(error).__name__)
            trouble = notices.say(error, t)
        kinds = list(OPERATIONS)
        rows = await aside(self.outbox.of_user(user_id, kinds, limit=LAST_OPERATIONS), None)
        digests = await aside(self.digests.of_user(user_id), None)
        return Home(
            agent,
            departments,
            trouble,
            waiting,
            readable(rows or ()),
            digests or (),
            await self.preferences.language_of(user_id),
            await self.preferences.hides_guide(user_id),
            is_forgetful=rows is None or digests is None,
        )
