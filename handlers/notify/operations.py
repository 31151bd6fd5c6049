"""Notifies the author of an operation's result: where it was clicked, or by direct message."""

from dataclasses import dataclass

from blocks.deliveries import delivery, superseded, unreadable
from blocks.text import Post, small
from bot.desk.records import Preferences
from bot.desk.stored import operation_of
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import AWAITING_AUTHOR, Row, State
from bot.domain.people import SlackUser
from bot.domain.ref import Account
from bot.i18n import Translator
from bot.operations import Create, Operation
from bot.operations.outcome import Done, read_outcome
from bot.slack.client import Slack
from bot.slack.people import People
from handlers.notify import message
from handlers.notify.bulk import BulkNotifier
from handlers.notify.home import HomePublisher
from handlers.notify.in_place import InPlaceNotifier
from handlers.notify.message import Notice
from handlers.notify.thread_link import ThreadLinkPoster

_ENDS = {State.DONE, State.UNDONE}
"""Reported to those who want all notices. Discarded ones were reported before they were."""


@dataclass(frozen=True, slots=True)
class OperationNotifier:
    """The courier's `Notifier`: shows the state at the click, and problems by direct message."""

    slack: Slack
    people: People
    account: Account
    preferences: Preferences
    homes: HomePublisher
    batches: BulkNotifier
    in_place: InPlaceNotifier
    links: ThreadLinkPoster

    async def notify(self, row: Row, *, delivered_here: bool) -> Notice:
        if row.batch:
            return await self.batches.notify(row)
        user = await self.people.find(row.slack_user)
        t = Translator.for_locale(user.locale)
        operation = operation_of(row)
        is_shown = operation is not None and await self.in_place.show(
            row, operation, user, t, delivered_here=delivered_here
        )
        try:
            remark = await self._link_back(row, operation, user, t)
        except SlackDoesNotAnswer:
            if is_shown:  # its author knows of the ticket, so the link can be retried
                raise
            remark = await self.links.give_up(row, t)
        is_quiet = is_shown and not remark and not await self._is_wanted(row)
        if row.notice == message.NONE and is_quiet:
            return row.notice
        post = self._post(row, operation, t)
        if row.state in AWAITING_AUTHOR:
            return await self._post_again(row, post, t)
        if row.state is State.DONE and isinstance(operation, Create):
            card = await self.in_place.new_card(row, user, t)
            remarks = [small(remark)] if remark else []
            post = Post(post.text, [*post.blocks, *remarks, *card])
        return await message.put(self.slack, row.slack_user, row.notice, post.to_dict())

    async def _is_wanted(self, row: Row) -> bool:
        """Whether its author gets a direct message, wherever else the state is shown."""
        if row.state in _ENDS and not _needs_author(row):
            return await self.preferences.wants_all_notices(row.slack_user)
        return row.state in AWAITING_AUTHOR or _needs_author(row)

    async def _link_back(
        self, row: Row, operation: Operation | None, user: SlackUser, t: Translator
    ) -> str:
        """Posts the link in the thread; returns a remark for its author, "" for none."""
        thread = operation.link_thread if isinstance(operation, Create) else None
        if thread is None or row.state is not State.DONE:
            return ""
        return await self.links.post(row, thread, user, t)

    async def remind(self, row: Row) -> Notice:
        user = await self.people.find(row.slack_user)
        t = Translator.for_locale(user.locale)
        return await self._post_again(row, self._post(row, operation_of(row), t), t)

    def _post(self, row: Row, operation: Operation | None, t: Translator) -> Post:
        if operation is None:
            return unreadable(row, t)
        return delivery(row, operation, t, self.account)

    async def _post_again(self, row: Row, post: Post, t: Translator) -> Notice:
        """Posts a problem as a new message: Slack does not notify users of changed ones."""
        below = superseded(row, t).to_dict()
        return await message.post_again(
            self.slack, row.slack_user, row.notice, post.to_dict(), below
        )

    async def follow(self, row: Row) -> None:
        self.homes.follow(row.slack_user)


def _needs_author(row: Row) -> bool:
    """Whether it was done only in part, or with a remark."""
    outcome = read_outcome(row.outcome)
    return isinstance(outcome, Done) and outcome.has_trouble
