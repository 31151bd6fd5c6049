"""Shows an operation's state where it was clicked: on the card, or in its form."""

from collections.abc import Awaitable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace

import structlog
from cachetools import LRUCache
from slack_sdk.models.blocks import Block

from blocks.card import card
from blocks.forms.display import as_form
from blocks.in_place import card_with, in_place_of_card
from blocks.text import Post
from blocks.ticket_form import ticket_form
from bot.desk.customers import Customers
from bot.desk.stored import StoredOperations
from bot.desk.tickets import RECENT_SECONDS, TicketDesk
from bot.domain.answer_to import FormId, Home, ResponseUrl, ReviewForm, of_stored
from bot.domain.errors import BotError, SlackDoesNotAnswer
from bot.domain.outbox import Row, State
from bot.domain.people import SlackUser
from bot.domain.ref import Account, TicketRef
from bot.i18n import Translator
from bot.operations import Create, Operation
from bot.operations.outcome import created_in
from bot.slack.client import Slack
from handlers.notify.locks import KeyedLocks
from handlers.notify.review import ReviewPublisher
from handlers.notify.ticket_forms import TicketForms

log = structlog.get_logger()

MAX_USES = 5
MAX_REMEMBERED = 1000
_PASSING = {State.SENDING: 1, State.LOOKING: 2, State.WAITING: 2}
"""How many uses of a `response_url` transient states may consume."""


@dataclass(frozen=True, slots=True)
class InPlaceNotifier:
    """Shows operations where they were clicked, serialized by person and ticket."""

    desk: TicketDesk
    slack: Slack
    operations: StoredOperations
    account: Account
    ticket_forms: TicketForms
    review_forms: ReviewPublisher
    customers: Customers
    locks: KeyedLocks = field(default_factory=KeyedLocks)
    _shown: MutableMapping[int | str, object] = field(
        default_factory=lambda: LRUCache(MAX_REMEMBERED)
    )
    """What was last shown, by the id of the row or bulk action, so that retries don't repeat it."""

    async def show(
        self,
        row: Row,
        operation: Operation,
        user: SlackUser,
        t: Translator,
        *,
        delivered_here: bool,
    ) -> bool:
        """Returns False if the state can't be shown where its author sees it.

        Raises `SlackDoesNotAnswer` if a review can't be updated.
        """
        answer_to = of_stored(row.answer_to)
        if isinstance(answer_to, Home):
            return False
        if isinstance(answer_to, ReviewForm):
            await self.review_forms.follow(answer_to, row, delivered_here=delivered_here)
            return True
        if isinstance(answer_to, ResponseUrl) and not _is_worth_a_use(row, answer_to):
            return True
        if row.state is State.DISCARDED and await self._is_edited(row):
            return True
        if self._shown.get(row.id) == _facts(row):
            return True
        within = RECENT_SECONDS if delivered_here else 0.0
        async with self.locks.of(row.slack_user, row.ticket_id):
            post = await self._post(row, operation, user, t, within)
            is_shown = await self._put(answer_to, row, post, t)
        if is_shown:
            self._shown[row.id] = _facts(row)
        return is_shown or row.state is not State.HELD  # *Undo* must be shown

    async def show_batch(
        self, rows: Sequence[Row], phase: State, post: Post, t: Translator
    ) -> bool:
        """Shows a bulk action; returns as `show` does. `phase` is the state of the whole."""
        answer_to, row = of_stored(rows[0].answer_to), replace(rows[0], state=phase)
        if isinstance(answer_to, Home | ReviewForm):
            return False
        if isinstance(answer_to, ResponseUrl) and not _is_worth_a_use(row, answer_to):
            return True
        facts = [_facts(each) for each in rows]
        if self._shown.get(row.batch) == facts:
            return True
        is_shown = await self._put(answer_to, row, post, t)
        if is_shown:
            self._shown[row.batch] = facts
        return is_shown or phase is not State.HELD

    async def _is_edited(self, row: Row) -> bool:
        """Whether a later row, such as its edit, shows its own state in the same place."""
        active = await self.operations.active_on(row.ticket_id, row.slack_user)
        return any(other.kind == row.kind and other.id > row.id for other, _ in active)

    async def _put(
        self, answer_to: FormId | ResponseUrl, row: Row, post: Post, t: Translator
    ) -> bool:
        """Returns False if the form is closed, or the URL used up and the bot not a member."""
        if isinstance(answer_to, FormId):
            return await self._put_in_form(answer_to.id, row, post, t)
        if row.answer_uses < MAX_USES:
            await self.operations.count_answer(row)
            replacing = self.slack.respond(
                answer_to.url, post.to_dict(), replace=answer_to.replaces
            )
            if await _is_taken(replacing):
                return True
        if not answer_to.channel or row.state in _PASSING:
            return False
        message = post.to_dict()
        return await _is_taken(self.slack.post_private(answer_to.channel, row.slack_user, message))

    async def _put_in_form(self, view_id: str, row: Row, post: Post, t: Translator) -> bool:
        """Returns False if the form has moved on to another ticket of its list."""
        async with self.ticket_forms.lock(view_id):
            place = await self.ticket_forms.of(view_id)
            if place and place.ticket_id != row.ticket_id:
                return False
            form = ticket_form(post, place, t) if place else as_form(post, t)
            return await _is_taken(self.slack.update_form(view_id, form))

    async def _post(
        self, row: Row, operation: Operation, user: SlackUser, t: Translator, within: float
    ) -> Post:
        """Returns the current card once LiveAgent has the operation, else a mere notice."""
        notice = in_place_of_card(row, operation, t, self.account)
        if row.state is not State.DONE:
            return notice
        if isinstance(operation, Create):
            return Post(notice.text, [*notice.blocks, *await self.new_card(row, user, t)])
        try:
            actor = await self.desk.actor(user)
            ref = TicketRef(row.ticket_id)
            view = await self.desk.look_up(ref, actor, within=within)
            view = await self.customers.with_others(view, actor)
        except BotError:
            return notice
        others = await self.operations.active_on(row.ticket_id, row.slack_user)
        return card_with(view, actor, t, self.account, [*others, (row, operation)])

    async def new_card(self, row: Row, user: SlackUser, t: Translator) -> Sequence[Block]:
        """Returns the created ticket's card; nothing if LiveAgent does not return the ticket."""
        try:
            actor = await self.desk.actor(user)
            view = await self.desk.look_up(TicketRef(created_in(row.outcome)), actor)
            view = await self.customers.with_others(view, actor)
        except BotError:
            return ()
        return card(view, actor, t, self.account).blocks


def _facts(row: Row) -> object:
    """Returns everything that a notice of the row depends on."""
    return row.state, row.lease_token, row.is_queued, row.answer_to, row.operation


def _is_worth_a_use(row: Row, answer_to: ResponseUrl) -> bool:
    """Saves uses for later states; each answer to a command is a further message.

    A command whose write is slow gets one unless it was held, which was shown.
    """
    if not answer_to.replaces and row.state in {State.SENDING, State.LOOKING}:
        return row.state is State.SENDING and not row.answer_uses
    return row.answer_uses <= _PASSING.get(row.state, MAX_USES)


async def _is_taken(call: Awaitable[object]) -> bool:
    try:
        await call
    except SlackDoesNotAnswer as error:
        log.warning("not shown in place", why=str(error))
        return False
    return True
