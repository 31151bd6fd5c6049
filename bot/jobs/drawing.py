"""Redraws shared cards and people's own cards."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from blocks.in_place import card_with
from blocks.shared import content_of, ended_card, gone_card, merged_card, shared_card
from blocks.text import Post
from bot.desk.customers import Customers
from bot.desk.desk import Desk
from bot.desk.stored import StoredOperations
from bot.domain.errors import OUT_OF_REACH, NotAllowed, TicketNotFound, TicketUnavailable
from bot.domain.ref import TicketRef
from bot.domain.ticket import TicketView
from bot.domain.ticket_message import TicketMessage
from bot.i18n import Translator
from bot.jobs.follow import Drawn
from bot.slack.people import People

SURE_AFTER = 2  # answers that there is no such ticket: one alone may be a failure

T = TypeVar("T")


async def unless_gone(reading: Awaitable[T], failures: int) -> T | None:
    """Returns the result, or None once LiveAgent has said often enough that the ticket is gone."""
    try:
        return await reading
    except TicketUnavailable:
        raise
    except TicketNotFound:
        if failures < SURE_AFTER:
            raise
        return None


@dataclass(frozen=True, slots=True)
class SharedCards:
    """Draws shared cards within their sharers' permissions. `desk` works in the background."""

    desk: Desk
    people: People

    async def __call__(self, message: TicketMessage) -> Drawn:
        user = await self.people.find(message.slack_user)
        t = Translator.for_locale(message.language or user.locale)
        name = message.code or message.ticket_id
        try:
            actor = await self.desk.actor(user)
            ref = TicketRef(message.ticket_id)
            reading = self.desk.look_up(ref, actor, within=message.age, messages=False)
            view = await unless_gone(reading, message.failures)
        except NotAllowed:
            return Drawn(ended_card(message.ticket_id, name, t), "ended", is_last=True)

        if view is None:
            return Drawn(gone_card(name, t), "gone", is_last=True)
        if view.ticket.id != message.ticket_id:
            return Drawn(merged_card(name, view.ticket, t), "merged", is_last=True)

        def draw(seen: TicketView) -> Post:
            return shared_card(
                seen,
                t,
                self.desk.account,
                sharer=message.slack_user,
                comment=message.comment,
                shows_subject=message.shows_subject,
            )

        return Drawn(draw(view), content_of(draw(view.timeless)))


@dataclass(frozen=True, slots=True)
class OwnCards:
    """Draws people's own cards. `desk` works in the background."""

    desk: Desk
    people: People
    operations: StoredOperations
    customers: Customers

    async def __call__(self, message: TicketMessage) -> Drawn | None:
        """Returns None while the reader has an active or undecided operation on the ticket.

        The card shows that operation, and its end redraws the card. Recently undone operations stay
        on the card; finished ones as long as the ticket has the status that they set.
        """
        user = await self.people.find(message.slack_user)
        if await self.operations.has_undecided(message.ticket_id, user.id):
            return Drawn(Post("", []), message.content)
        t = Translator.for_locale(user.locale)
        try:
            actor = await self.desk.actor(user)
            view = await self.desk.look_up(TicketRef(message.ticket_id), actor, within=message.age)
            view = await self.customers.with_others(view, actor)
        except TicketUnavailable:
            raise
        except OUT_OF_REACH:
            return None

        if view.ticket.id != message.ticket_id:
            name = message.code or message.ticket_id
            return Drawn(merged_card(name, view.ticket, t), "merged", is_last=True)
        ended = await self.operations.just_ended(view.ticket, user.id)

        def draw(seen: TicketView) -> Post:
            return card_with(seen, actor, t, self.desk.account, ended)

        return Drawn(draw(view), content_of(draw(view.timeless)))
