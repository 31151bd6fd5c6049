"""Notifies authors of mails that LiveAgent could not deliver."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from blocks.bounces import undelivered
from bot.desk.delivery.deliverer import bound
from bot.desk.desk import Desk
from bot.domain.bounces import LOOKS, bounces_of, first_mail
from bot.domain.errors import MAY_PASS, OUT_OF_REACH
from bot.domain.lease import LeaseLost
from bot.domain.people import SlackUser
from bot.domain.ref import TicketRef
from bot.i18n import Translator
from bot.jobs import earlier
from bot.operations import Kind
from bot.slack.client import Slack
from bot.storage.mailed import Mailed, MailedReply

log = structlog.get_logger()

EVENT = "undelivered"
AGAIN_SECONDS = 3600.0
MAX_LOOKS = len(LOOKS) + 3  # the last ones only after failures


@dataclass(frozen=True, slots=True)
class BounceJob:
    """Checks the tickets of e-mailed replies a few times. `desk` works in the background."""

    mailed: Mailed
    desk: Desk
    slack: Slack
    find_user: Callable[[str], Awaitable[SlackUser]]

    async def tick(self) -> None:
        while reply := await self.mailed.claim():
            with bound(reply.row):
                await self._look(reply)

    async def _look(self, reply: MailedReply) -> None:
        looks = reply.looks + 1
        is_over = looks >= len(LOOKS)
        try:
            is_over |= await self._notify(reply)
        except LeaseLost:
            log.info("another bot checks for a bounce")
            return
        except MAY_PASS as error:
            log.warning("bounce check postponed", why=str(error))
            is_over = looks >= MAX_LOOKS
        except OUT_OF_REACH as error:
            log.info("bounce notice without recipient", why=type(error).__name__)
            is_over = True
        if is_over:
            await self.mailed.drop(reply)
        else:
            wait = LOOKS[looks] - LOOKS[looks - 1] if looks < len(LOOKS) else AGAIN_SECONDS
            await self.mailed.reschedule(reply, looks, wait)

    async def _notify(self, reply: MailedReply) -> bool:
        """Returns whether there was a report."""
        is_new = reply.row.kind == Kind.CREATE  # it became a ticket
        ref = TicketRef(reply.remote_id if is_new else reply.row.ticket_id)
        messages = await self.desk.system.messages(ref)
        mail_id = first_mail(messages) if is_new else reply.remote_id
        reports = bounces_of(messages, mail_id)
        if reports:
            await self._post(reply, ref, mail_id, {each.id for each in reports})
        return bool(reports)

    async def _post(self, reply: MailedReply, ref: TicketRef, mail_id: str, ids: set[str]) -> None:
        """Reads the ticket within its author's permissions, and posts the reports."""
        user = await self.find_user(reply.row.slack_user)
        actor = await self.desk.actor(user)
        view = await self.desk.look_up(ref, actor, tags=False)
        reports = [each for each in view.messages or () if each.id in ids]
        t = Translator.for_locale(user.locale)
        post = undelivered(view.ticket, reports, mail_id, t, self.desk.account, reply.row)
        if not await self.mailed.is_ours(reply):
            raise LeaseLost
        key = f"{ref.value}:{mail_id}"
        await earlier.post_once(self.slack, user.id, EVENT, key, post)
        log.info("bounce notice sent")
