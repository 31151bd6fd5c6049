"""Notifies the author of a bulk action of all its results in one notice."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

from cachetools import LRUCache

from blocks.bulk_notice import batch
from blocks.deliveries import unreadable
from bot.desk.stored import StoredOperations, readable
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import Row, State
from bot.i18n import Translator
from bot.slack.client import Slack
from bot.slack.people import People
from handlers.notify import message
from handlers.notify.message import NONE, Notice

MAX_REMEMBERED = 1000

States = Mapping[int, tuple[State, int, bool]]
"""The states of rows by id: a retry may end in the same state for another reason."""


@dataclass(frozen=True, slots=True)
class BulkNotifier:
    """One notice for a bulk action. Several bots may notify, so only its first row posts it."""

    slack: Slack
    people: People
    operations: StoredOperations
    _turns: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    _shown: MutableMapping[str, tuple[Notice, States]] = field(
        default_factory=lambda: LRUCache(MAX_REMEMBERED)
    )

    async def notify(self, row: Row) -> Notice:
        """Returns the notice, if there is one. Raises `SlackDoesNotAnswer`."""
        async with self._turns[row.slack_user]:
            standing, states = self._shown.get(row.batch, (NONE, {}))
            if states.get(row.id) == _state(row):  # already shown with another row
                return standing
            rows = await self.operations.of_batch(row.batch)
            standing = standing if standing != NONE else _notice_of(rows[0])
            if standing == NONE and row.id != rows[0].id:
                return await self._without_notice(row)
            while _states(rows) != states:  # another bot may have shown a newer state meanwhile
                standing, states = await self._put(standing, rows), _states(rows)
                rows = await self.operations.of_batch(row.batch)
            self._shown[row.batch] = standing, states
            return standing

    async def _without_notice(self, row: Row) -> Notice:
        """Returns `NONE` if the first row's notice will show it; else raises an error to retry."""
        user = await self.people.find(row.slack_user)
        if row.state is State.HELD or user.outsider:
            return NONE
        raise SlackDoesNotAnswer("chat.update", "no notice yet")

    async def _put(self, standing: Notice, rows: Sequence[Row]) -> Notice:
        user = await self.people.find(rows[0].slack_user)
        t = Translator.for_locale(user.locale)
        read = readable(rows)
        post = batch(read, t) if read else unreadable(rows[0], t)
        return await message.put(self.slack, user.id, standing, post.to_dict())


def _notice_of(row: Row) -> Notice:
    return row.notice_channel, row.notice_ts


def _states(rows: Sequence[Row]) -> States:
    return {row.id: _state(row) for row in rows}


def _state(row: Row) -> tuple[State, int, bool]:
    return row.state, row.lease_token, row.is_queued
