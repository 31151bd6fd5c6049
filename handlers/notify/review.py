"""Draws the forms of reviews, also when operations that began there change."""

import asyncio
from dataclasses import dataclass, field

import structlog
from slack_sdk.models.views import View

from blocks.notices import explain
from blocks.review import review_form, summary_form, unavailable_form
from bot.desk.records import Reviews
from bot.desk.stored import StoredOperations
from bot.desk.tickets import RECENT_SECONDS, TicketDesk
from bot.domain.answer_to import ReviewForm
from bot.domain.errors import BotError, SlackDoesNotAnswer, is_worth_another_try
from bot.domain.outbox import Row, State
from bot.domain.people import Agent
from bot.domain.ref import Account, TicketRef
from bot.domain.review import Review
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.slack.client import Slack
from bot.slack.people import People
from bot.slack.refusals import FORM_CLOSED
from handlers.notify.locks import KeyedLocks

log = structlog.get_logger()

Shown = tuple[TicketView, Agent]


@dataclass(frozen=True, slots=True)
class ReviewPublisher:
    """Updates the forms of reviews, serialized by review."""

    desk: TicketDesk
    slack: Slack
    people: People
    reviews: Reviews
    operations: StoredOperations
    account: Account
    _locks: KeyedLocks = field(default_factory=KeyedLocks)
    _reading: dict[str, asyncio.Task[Shown]] = field(default_factory=dict)

    async def show(
        self, review: Review, view_id: str, user_id: str, *, within: float = 0.0
    ) -> TicketView | None:
        """Shows the review unless it moves on meanwhile: another call shows the newer state.

        The ticket is at most `within` seconds old, and returned if it can be shown. Raises
        `SlackDoesNotAnswer`.
        """
        user = await self.people.find(user_id)
        t = Translator.for_locale(user.locale)
        found = await self._next_ticket(review, user_id, within)
        async with self._locks.of(review.id):
            if await self.reviews.find(review.id, user_id) == review:
                form = await self._form(review, found, user_id, t)
                await self.slack.update_form(view_id, form)
        return found[0] if isinstance(found, tuple) else None

    async def follow(self, answer_to: ReviewForm, row: Row, *, delivered_here: bool) -> None:
        """Shows the state of an operation of the review, unless its form is closed.

        Raises `SlackDoesNotAnswer`.
        """
        review = await self.reviews.find(answer_to.review_id, row.slack_user)
        if review is None:
            return
        shows_it = review.next_ticket is not None and review.next_ticket.id == row.ticket_id
        is_old = shows_it and row.state is State.DONE and not delivered_here
        within = 0.0 if is_old else RECENT_SECONDS
        try:
            await self.show(review, answer_to.view_id, row.slack_user, within=within)
        except SlackDoesNotAnswer as error:
            if error.why != FORM_CLOSED:
                raise

    async def _next_ticket(
        self, review: Review, user_id: str, within: float
    ) -> Shown | BotError | None:
        """Returns None at the end of the review."""
        if review.next_ticket is None:
            return None
        try:
            return await self._look_up(review.next_ticket.id, user_id, within)
        except BotError as error:
            log.warning("review ticket not shown", why=str(error))
            return error

    async def _look_up(self, ticket_id: str, user_id: str, within: float) -> Shown:
        """Joins a reading in progress, because `show` and `follow` often coincide."""
        key = f"{ticket_id} {user_id}"
        if not within or key not in self._reading:
            reading = asyncio.create_task(self._look_up_now(ticket_id, user_id, within))
            self._reading[key] = reading
            reading.add_done_callback(lambda ended: self._forget(key, ended))
        return await asyncio.shield(self._reading[key])

    def _forget(self, key: str, ended: asyncio.Task[Shown]) -> None:
        if self._reading.get(key) is ended:
            del self._reading[key]

    async def _look_up_now(self, ticket_id: str, user_id: str, within: float) -> Shown:
        actor = await self.desk.actor(await self.people.find(user_id))
        ref = TicketRef(ticket_id)
        return await self.desk.look_up(ref, actor, within=within, present=True), actor

    async def _form(
        self, review: Review, found: Shown | BotError | None, user_id: str, t: Translator
    ) -> View:
        """Reads the operations last, so that no older state covers a newer one."""
        done = dict(await self.operations.find_each([row_id for _, row_id in review.done]))
        if found is None:
            return summary_form(review, done, t, self.account)
        if isinstance(found, BotError):
            why, can_try_again = explain(found, t), is_worth_another_try(found)
            return unavailable_form(review, why, done, t, self.account, can_try_again=can_try_again)
        view, actor = found
        active = await self.operations.active_on(view.ticket.id, user_id)
        done |= {row.id: (row, operation) for row, operation in active}
        return review_form(review, view, actor, done, t, self.account)
