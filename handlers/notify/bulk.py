"""Notifies the author of a bulk action of all results in one notice."""

from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

from cachetools import LRUCache

from blocks.bulk_notice import batch
from blocks.deliveries import superseded, unreadable
from blocks.text import Post
from bot.desk.records import Preferences
from bot.desk.stored import StoredOperations, readable
from bot.domain.answer_to import FormId, ResponseUrl, of_stored
from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR, Row, State
from bot.domain.ref import Account
from bot.i18n import Translator
from bot.slack.client import Slack
from bot.slack.people import People
from handlers.notify import message
from handlers.notify.in_place import InPlaceNotifier
from handlers.notify.locks import KeyedLocks
from handlers.notify.message import NONE, Notice

MAX_REMEMBERED = 1000

_PASSING = {State.SENDING, State.WAITING}

States = Mapping[int, tuple[State, int, bool]]
"""The states of rows by id; the token distinguishes equal states of successive tries."""


@dataclass(frozen=True, slots=True)
class BulkNotifier:
    """Shows a bulk action where it began, and problems in one direct message as well.

    Several bots may notify, but only one row of a bulk action is claimed at a time.
    """

    slack: Slack
    people: People
    operations: StoredOperations
    preferences: Preferences
    account: Account
    in_place: InPlaceNotifier
    _locks: KeyedLocks = field(default_factory=KeyedLocks)
    _shown: MutableMapping[str, tuple[Notice, States]] = field(
        default_factory=lambda: LRUCache(MAX_REMEMBERED)
    )

    async def notify(self, row: Row) -> Notice:
        """Returns the notice, if there is one. Raises `SlackDoesNotAnswer`."""
        async with self._locks.of(row.slack_user):
            standing, states = self._shown.get(row.batch, (NONE, {}))
            if states.get(row.id) == _state(row):  # already shown with another row
                return standing
            rows = await self.operations.of_batch(row.batch)
            stored = (each.notice for each in rows if each.notice != NONE)
            standing = next(stored, standing)
            while _states(rows) != states:  # another bot may have shown a newer state meanwhile
                standing, states = await self._put(standing, rows, states), _states(rows)
                rows = await self.operations.of_batch(row.batch)
            self._shown[row.batch] = standing, states
            return standing

    async def _put(self, standing: Notice, rows: Sequence[Row], before: States) -> Notice:
        user = await self.people.find(rows[0].slack_user)
        t = Translator.for_locale(user.locale)
        is_shown = await self._show_in_place(rows, before, t)
        is_over = not any(row.state in ACTIVE_STATES for row in rows)
        is_wanted = is_over and await self.preferences.wants_all_notices(user.id)
        troubled = [row for row in rows if row.state in AWAITING_AUTHOR]
        if standing == NONE and is_shown and not (troubled or is_wanted):
            return NONE
        post = self._post(rows, t).to_dict()
        if troubled and not any(state in AWAITING_AUTHOR for state, *_ in before.values()):
            below = superseded(troubled[0], t).to_dict()
            return await message.post_again(self.slack, user.id, standing, post, below)
        return await message.put(self.slack, user.id, standing, post)

    async def _show_in_place(self, rows: Sequence[Row], before: States, t: Translator) -> bool:
        answer_to = of_stored(rows[0].answer_to)
        back = answer_to.back if isinstance(answer_to, ResponseUrl | FormId) else ""
        phase = _phase([row.state for row in rows])
        last = _phase([state for state, *_ in before.values()])
        if isinstance(answer_to, ResponseUrl) and before and phase is last and phase in _PASSING:
            return True  # a `response_url` has few uses
        return await self.in_place.show_batch(rows, phase, self._post(rows, t, back), t)

    def _post(self, rows: Sequence[Row], t: Translator, back: str = "") -> Post:
        read = readable(rows)
        return batch(read, t, self.account, back=back) if read else unreadable(rows[0], t)


def _phase(states: Collection[State]) -> State:
    """Returns the state of the bulk action as a whole: held, sending, waiting or done."""
    if all(state is State.HELD for state in states):
        return State.HELD
    if not ACTIVE_STATES.intersection(states):
        return State.DONE
    return State.SENDING if {State.HELD, State.SENDING}.intersection(states) else State.WAITING


def _states(rows: Sequence[Row]) -> States:
    return {row.id: _state(row) for row in rows}


def _state(row: Row) -> tuple[State, int, bool]:
    return row.state, row.lease_token, row.is_queued
