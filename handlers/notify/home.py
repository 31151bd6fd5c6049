"""Publishes people's Home whenever something changes."""

import asyncio
from collections.abc import MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

import structlog
from cachetools import LRUCache
from slack_sdk.models.views import View

from blocks import notices
from blocks.home import MAX_TICKETS, HomeContents, UpNext, home, loading_home
from bot.desk.digests import DigestDesk
from bot.desk.live import LiveDesk
from bot.desk.my_tickets import MyTickets
from bot.desk.records import Preferences
from bot.desk.search import Found, TicketSearch
from bot.desk.stored import StoredOperations
from bot.desk.tickets import TicketDesk
from bot.domain.clock import Clock
from bot.domain.errors import (
    BotError,
    LiveAgentError,
    SlackDoesNotAnswer,
    is_worth_another_try,
)
from bot.domain.outbox import Row, State
from bot.domain.people import Agent, SlackUser
from bot.domain.ref import Account
from bot.i18n import Translator
from bot.operations import DEFINITIONS, Kind, Operation
from bot.slack.client import Slack
from bot.slack.people import People
from bot.tasks import Tasks
from handlers.dispatch.progress import Progress
from handlers.notify.locks import KeyedLocks

log = structlog.get_logger()

LAST_OPERATIONS = 12
AT_ONCE = 4  # people, each of whom costs calls
MAX_REMEMBERED = 1000
LIVEAGENT_SECONDS = 10.0  # the allowed age of its reads: Home follows many clicks of many people
FINISHED_SECONDS = 60.0  # an operation may have begun this long before the tickets were read
HISTORY = "im:history"


def _log(error: BaseException) -> None:
    if isinstance(error, BotError):
        log.warning("home not shown", why=str(error))
    else:
        log.error("home not shown", exc_info=error)


@dataclass(frozen=True, slots=True)
class HomePublisher:
    """Publishes Home, one at a time for each person, with at most one waiting."""

    desk: TicketDesk
    slack: Slack
    people: People
    preferences: Preferences
    operations: StoredOperations
    digests: DigestDesk
    live: LiveDesk
    my_tickets: MyTickets
    search: TicketSearch
    account: Account
    clock: Clock
    _locks: KeyedLocks = field(default_factory=KeyedLocks)
    _some: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _next: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _following: set[str] = field(default_factory=set)
    _opened: set[str] = field(default_factory=set)
    _hashes: MutableMapping[str, str] = field(default_factory=lambda: LRUCache(MAX_REMEMBERED))
    _tasks: Tasks = field(default_factory=lambda: Tasks(_log))

    async def show(self, user_id: str) -> None:
        """Publishes the current Home to a user who waits for it; if slow, first that it is loading.

        Raises `SlackDoesNotAnswer` and no other error.
        """
        self._opened.add(user_id)
        await self._show(user_id)

    async def _show(self, user_id: str) -> None:
        """Publishes the current Home, once for all concurrent requests."""
        if user_id not in self._next:
            self._next[user_id] = self._tasks.start(self._make(user_id))
        await asyncio.shield(self._next[user_id])

    def follow(self, user_id: str) -> None:
        """Publishes Home soon, once for concurrent requests, if it was opened recently."""
        if user_id not in self._following:
            self._following.add(user_id)
            self._tasks.start(self._follow(user_id))

    async def finish(self, seconds: float) -> None:
        """Waits for publishing in progress, for `seconds` at most, then cancels it."""
        await self._tasks.drain(seconds)
        await self._tasks.cancel()

    async def _follow(self, user_id: str) -> None:
        try:
            is_open = await self.preferences.has_home_open(user_id)
        finally:
            self._following.discard(user_id)
        if is_open:
            await self._show(user_id)

    async def _make(self, user_id: str) -> None:
        lock = self._locks.of(user_id)
        try:
            await lock.acquire()
        finally:
            self._next.pop(user_id, None)
        try:
            await self._publish(user_id)
        finally:
            lock.release()

    async def _publish(self, user_id: str) -> None:
        """Builds Home again if another bot has published one since the last time."""
        current, known = await self._current(user_id), self._hashes.get(user_id, "")
        try:
            shown = await self.slack.publish_home(user_id, current, known)
        except SlackDoesNotAnswer as error:
            if error.why != "hash_conflict":
                raise
            shown = await self.slack.publish_home(user_id, await self._home(user_id))
        self._hashes[user_id] = shown

    async def _current(self, user_id: str) -> View:
        """Builds Home, and tells a user who waits for it if that takes long."""
        if user_id not in self._opened:
            return await self._home(user_id)
        self._opened.discard(user_id)
        progress = Progress(self.clock, partial(self._show_loading, user_id))
        try:
            return await self._home(user_id)
        finally:
            await progress.end()

    async def _show_loading(self, user_id: str) -> None:
        with suppress(SlackDoesNotAnswer):
            t = Translator.for_locale((await self.people.find(user_id)).locale)
            known = self._hashes.get(user_id, "")
            self._hashes[user_id] = await self.slack.publish_home(user_id, loading_home(t), known)

    async def _home(self, user_id: str) -> View:
        async with self._some:
            self.people.forget_language(user_id)  # it may have been changed through another bot
            user = await self.people.find(user_id)
            t = Translator.for_locale(user.locale)
            return home(await self._gather(user, t), t, self.account)

    async def _gather(self, user: SlackUser, t: Translator) -> HomeContents:
        """Marks parts as missing if LiveAgent or the database does not answer."""
        done = await self.operations.last_of(user.id, limit=LAST_OPERATIONS)
        digests = await self.digests.of_user(user.id)
        scopes = (await self.slack.identity()).scopes
        shown = HomeContents(
            recent=done or (),
            digests=digests or (),
            live=await self.live.of_user(user.id) or (),
            language=await self.preferences.language_of(user.id),
            wants_all_notices=await self.preferences.wants_all_notices(user.id),
            postpone_times=await self.preferences.postpone_times(user.id),
            my_tickets_choice=await self.my_tickets.of(user.id),
            hides_guide=await self.preferences.hides_guide(user.id),
            is_forgetful=done is None or digests is None,
            can_read_messages=None if scopes is None else HISTORY in scopes,
        )
        try:
            shown = replace(shown, agent=(agent := await self.desk.actor(user)))
            own = await self.desk.departments_of(agent)
            shown = replace(shown, departments=[each.name for each in own.departments])
            return await self._with_tickets(shown, agent, t)
        except SlackDoesNotAnswer:
            raise
        except BotError as error:
            log.info("home without a part", error=type(error).__name__)
            can_try_again = is_worth_another_try(error)
            return replace(shown, trouble=notices.explain(error, t), can_try_again=can_try_again)

    async def _with_tickets(self, shown: HomeContents, agent: Agent, t: Translator) -> HomeContents:
        """Adds the next tickets and the queue; the queue alone if the list fails."""
        try:
            found, waiting = await self.search.to_do(agent, within=LIVEAGENT_SECONDS)
        except LiveAgentError as error:
            log.info("home without a list", error=type(error).__name__)
            waiting = await self.desk.queue(agent, within=LIVEAGENT_SECONDS)
            trouble, can_try_again = notices.explain(error, t), is_worth_another_try(error)
            return replace(shown, waiting=waiting, trouble=trouble, can_try_again=can_try_again)
        waiting = waiting or await self.desk.queue(agent, within=LIVEAGENT_SECONDS)
        up_next = _up_next(found, shown.recent)
        present = await self.search.present(agent, up_next.tickets)
        return replace(shown, waiting=waiting, up_next=replace(up_next, present=present))


def _up_next(found: Found, done: Sequence[tuple[Row, Operation]]) -> UpNext:
    """Returns the longest-waiting tickets, without those that the reader has finished since."""
    began = found.seen.timestamp() - FINISHED_SECONDS
    finished = {
        row.ticket_id
        for row, _ in done
        if row.state is State.DONE and DEFINITIONS[Kind(row.kind)].finishes
        if row.created > began
    }
    first = found.tickets[: MAX_TICKETS + len(finished)]
    left = [each for each in first if each.id not in finished]
    count = len(found.tickets) - (len(first) - len(left))
    return UpNext(left[:MAX_TICKETS], count, found.seen, is_to_do=found.knows_assignees)
