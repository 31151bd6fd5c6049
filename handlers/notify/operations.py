"""Notifies the author of an operation's result, and updates the card."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from slack_sdk.models.blocks import Block

from blocks.card import card
from blocks.conversation import shown
from blocks.deliveries import delivery, moved_below, unreadable
from blocks.text import Post
from blocks.ticket_form import ticket_form
from bot.desk.stored import operation_of
from bot.desk.tickets import RECENT_SECONDS, TicketDesk
from bot.domain.answer_to import FormId, Home, ResponseUrl, of_stored
from bot.domain.errors import BotError
from bot.domain.outbox import AT_THE_AUTHOR, Row, State
from bot.domain.people import SlackUser
from bot.domain.ref import Account, TicketRef
from bot.i18n import Translator
from bot.operations import Create, Kind, Operation
from bot.operations.outcome import Done, read_outcome
from bot.slack.client import Slack
from bot.slack.people import People
from handlers.notify import message
from handlers.notify.bulk import BulkNotifier
from handlers.notify.home import HomePublisher
from handlers.notify.message import Notice
from handlers.notify.open_forms import OpenForms

RESPONSE_URL_SECONDS = 29 * 60.0


@dataclass(frozen=True, slots=True)
class OperationNotifier:
    """The courier's `Notifier`: one direct message per operation, and a new one for trouble."""

    desk: TicketDesk
    slack: Slack
    people: People
    account: Account
    homes: HomePublisher
    batches: BulkNotifier
    open_forms: OpenForms = field(default_factory=OpenForms)

    async def notify(self, row: Row) -> Notice:
        if row.batch:
            return await self.batches.notify(row)
        user = await self.people.find(row.slack_user)
        t = Translator.for_locale(user.locale)
        operation = operation_of(row)
        post = self._post(row, operation, t)
        if row.state is State.DONE and isinstance(operation, Create):
            post = Post(post.text, [*post.blocks, *await self._new_card(row, user, t)])
        if row.state in AT_THE_AUTHOR:
            return await self._put_anew(row, post, t)
        standing = (row.notice_channel, row.notice_ts)
        return await message.put(self.slack, row.slack_user, standing, post.to_dict())

    async def remind(self, row: Row) -> Notice:
        user = await self.people.find(row.slack_user)
        t = Translator.for_locale(user.locale)
        return await self._put_anew(row, self._post(row, operation_of(row), t), t)

    def _post(self, row: Row, operation: Operation | None, t: Translator) -> Post:
        if operation is None:
            return unreadable(row, t)
        return delivery(row, operation, round(row.due - row.created), t, self.account)

    async def _put_anew(self, row: Row, post: Post, t: Translator) -> Notice:
        """Posts trouble as a new message, because Slack does not notify users of changed ones."""
        standing, below = (row.notice_channel, row.notice_ts), moved_below(row, t)
        return await message.put_anew(
            self.slack, row.slack_user, standing, post.to_dict(), below.to_dict()
        )

    async def follow(self, row: Row, *, delivered_here: bool) -> None:
        """Updates the clicked card and its author's Home."""
        self.homes.follow(row.slack_user)
        if row.state is State.DONE and row.kind != Kind.CREATE:
            user = await self.people.find(row.slack_user)
            within = RECENT_SECONDS if delivered_here else 0.0
            await self._refresh_card(row, user, Translator.for_locale(user.locale), within)

    async def _new_card(self, row: Row, user: SlackUser, t: Translator) -> Sequence[Block]:
        """Returns the created ticket's card; nothing if LiveAgent does not return it."""
        try:
            actor = await self.desk.actor(user)
            ref = TicketRef(_created(row))
            view = await self.desk.look_up(ref, actor)
        except BotError:
            return ()
        return card(view, actor, t, self.account).blocks

    async def _refresh_card(self, row: Row, user: SlackUser, t: Translator, within: float) -> None:
        """Updates the card while the click's `response_url` is valid or its form is open."""
        place = of_stored(row.response_url)
        if isinstance(place, Home) or time.time() - row.created > RESPONSE_URL_SECONDS:
            return
        with suppress(BotError):
            actor = await self.desk.actor(user)
            ref = TicketRef(row.ticket_id)
            view = await self.desk.look_up(ref, actor, within=within)
            post = card(view, actor, t, self.account)
            match place:
                case FormId(view_id):
                    await self._show_in_form(view_id, row.ticket_id, post, t)
                case ResponseUrl(url):
                    await self.slack.respond(url, post.to_dict(), replace=True)

    async def _show_in_form(self, view_id: str, ticket_id: str, post: Post, t: Translator) -> None:
        """Updates a form unless it has moved on to another ticket of its list."""
        place = self.open_forms.of(view_id)
        if place is None:
            await self.slack.update_form(view_id, shown(post, t))
        elif place.ticket_id == ticket_id:
            await self.slack.update_form(view_id, ticket_form(post, place, t))


def _created(row: Row) -> str:
    """Returns the id of the created ticket."""
    outcome = read_outcome(row.outcome)
    return outcome.ticket_id if isinstance(outcome, Done) else ""
