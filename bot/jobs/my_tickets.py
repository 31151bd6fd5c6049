"""Sends people direct messages about their tickets, one per ticket, updated in place."""

from dataclasses import dataclass, replace

import structlog

from blocks.my_tickets import gone_news, many_news, ticket_news
from blocks.text import Post
from bot.desk.desk import Desk
from bot.domain.backoff import backoff
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import (
    BotError,
    KeyRefused,
    LiveAgentError,
    NotAllowed,
    NotApplied,
    OutOfBounds,
    SlackDoesNotAnswer,
    TicketNotFound,
)
from bot.domain.my_tickets import News
from bot.domain.people import Agent, Agents
from bot.domain.ref import TicketRef
from bot.domain.ticket import TicketView
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.i18n import Translator
from bot.jobs import earlier
from bot.jobs.drawing import unless_gone
from bot.slack.client import PostMark, Slack
from bot.slack.people import People
from bot.slack.refusals import CANT_CHANGE, CONTENT_REFUSED
from bot.storage.my_tickets_choices import MyTicketsChoices
from bot.storage.ticket_messages import TicketMessages
from bot.storage.ticket_news import LEASE_SECONDS, TicketNews, Work

log = structlog.get_logger()

EVENT = "my_ticket"
FIRST_WAIT, MAX_WAIT = 5.0, 900.0
WORK_SECONDS = LEASE_SECONDS * 0.75
LOOK_AGAIN_SECONDS = 3600.0  # outside somebody's hours, since they may move to another zone
MAX_MESSAGES = 10  # more are summed up in one


@dataclass(frozen=True, slots=True)
class MyTicketsJob:
    """Sends due messages at the rate that Slack allows. `desk` works in the background.

    Bots share the work by claims.
    """

    choices: MyTicketsChoices
    news: TicketNews
    messages: TicketMessages
    desk: Desk
    slack: Slack
    people: People
    clock: Clock = MACHINE

    async def tick(self) -> None:
        while work := await self.news.claim():
            with structlog.contextvars.bound_contextvars(user=work.person.slack_user):
                await self._notify(work)

    async def _notify(self, work: Work) -> None:
        try:
            async with self.clock.timeout(WORK_SECONDS):
                await self._notify_now(work)
        except NotAllowed as error:
            log.info("personal notices dropped", why=type(error).__name__)
            await self.news.drop(work)
        except (BotError, TimeoutError) as error:
            await self._retry_later(work, error)

    async def _notify_now(self, work: Work) -> None:
        """Reads the person's permissions again, because they may have changed.

        Outside their working hours LiveAgent is not asked.
        """
        user = await self.people.find_now(work.person.slack_user)
        if wait := work.person.wait(self.clock.now(), user.zone):
            await self.news.reschedule(work, min(wait, LOOK_AGAIN_SECONDS))
            return
        actor = await self.desk.actor(user)
        if actor.id != work.person.agent_id:  # the changes concern another agent's tickets
            await self.choices.recognize(user.id, actor.id)
            await self.news.drop(work)
            return
        t = Translator.for_locale(user.locale)
        if not await self._sum_up(work, t):
            await self._show_first(work, actor, t)

    async def _sum_up(self, work: Work, t: Translator) -> bool:
        """Sums up late changes, and those that would be too many messages."""
        late = [each for each in work.news if not each.ticket_id]
        pings = [each for each in work.news if each.is_ping and each.may_ping]
        if not late and len(pings) <= MAX_MESSAGES:
            return False
        if late and not late[0].may_ping:
            await self.news.mark_notified(work, *late, wants_ping=True)
        elif late and await self._post(work, late[0], many_news(0, t)):
            await self.news.mark_notified(work, late[0].read(), is_ping=True)
        elif not late and await self._post(
            work, replace(pings[0], ts=""), many_news(len(pings), t)
        ):
            await self.news.mark_notified(work, *pings, is_ping=True)
        return True

    async def _show_first(self, work: Work, actor: Agent, t: Translator) -> None:
        """Shows the news due longest; what can't be shown holds back no other."""
        news = work.news[0]
        try:
            await self._show(work, news, actor, t)
        except SlackDoesNotAnswer as error:
            if error.why not in CONTENT_REFUSED:
                raise
            await self._put_off(work, news, error)
        except BotError:
            raise
        except Exception as error:
            log.exception("ticket news failed")  # a bug in one must not affect others
            await self._put_off(work, news, error)

    async def _show(self, work: Work, news: News, actor: Agent, t: Translator) -> None:
        """Shows one ticket, as it is now and as the person may see it."""
        try:
            view = await self._look_up(news, actor)
        except (NotApplied, KeyRefused):
            raise  # it concerns all tickets
        except (LiveAgentError, TicketNotFound) as error:
            await self._put_off(work, news, error)
            return
        if view is None or not actor.is_named(view.ticket.assignee_id):
            news = news.read()
        if not news.ts and not news.is_unread:
            await self.news.mark_notified(work, news, ts="")
            return
        post = await self._draw(news, view, t)
        if not (news.is_ping and news.may_ping):
            await self._update(work, news, post)
        elif place := await self._post(work, news, post):
            await self.news.mark_notified(work, news, ts=place[1], is_ping=True)
            known = TicketMessage(*place, news.ticket_id, ShownAs.NEWS, news.code)
            await self.messages.note(known)
            log.info("ticket news sent", ticket=news.ticket_id)

    async def _put_off(self, work: Work, news: News, error: Exception) -> None:
        """Continues with their other tickets; retention drops what can never be read."""
        log.warning("ticket news postponed", ticket=news.ticket_id, why=type(error).__name__)
        await self.news.put_off(work, news, backoff(news.failures, FIRST_WAIT, MAX_WAIT))

    async def _look_up(self, news: News, actor: Agent) -> TicketView | None:
        """Returns the ticket, read after its last change; None if they may not see it.

        A ticket that was merged into another counts as gone.
        """
        ref = TicketRef(news.ticket_id)
        try:
            found = self.desk.look_up(ref, actor, within=news.age, messages=False, tags=False)
            view = await unless_gone(found, news.failures)
        except OutOfBounds:
            return None
        return view if view and view.ticket.id == news.ticket_id else None

    async def _draw(self, news: News, view: TicketView | None, t: Translator) -> Post:
        if view is None:
            return gone_news(news.code or news.ticket_id, t)
        by = news.assigned_by
        agent = Agents.of(view.agents).named(by)
        name = agent.name if agent else (await self.people.find(by)).name if by else ""
        return ticket_news(news, view, name, t, self.desk.account)

    async def _update(self, work: Work, news: News, post: Post) -> None:
        """Changes the message in place, without a ping; a message deleted by hand stays deleted.

        Further changes then come as a new message, once one is allowed.
        """
        ts = news.ts
        if ts:
            if not await self.news.renew(work):
                return
            try:
                await self.slack.update(work.person.channel, ts, post.to_dict())
            except SlackDoesNotAnswer as error:
                if error.why not in CANT_CHANGE:
                    raise
                ts = ""
        is_told = bool(ts) or not news.is_unread
        await self.news.mark_notified(work, news, ts=ts, wants_ping=news.wants_ping or not is_told)

    async def _post(self, work: Work, news: News, post: Post) -> tuple[str, str] | None:
        """Posts it unless an earlier try has; replaces the ticket's last message.

        Returns its channel and timestamp, None if another bot has taken over.
        """
        posting = news.posting or f"{news.ticket_id}:{news.change_id}"
        mark = PostMark(EVENT, {"news": posting})
        found = await self._find(work, mark) if news.posting else ""
        if not await self.news.begin(work, news, posting):
            return None
        if found:
            await self.slack.update(work.person.channel, found, post.to_dict())
            return work.person.channel, found
        await self._delete_last(work, news)
        person = work.person.slack_user
        channel, ts = await self.slack.post(person, post.to_dict(), mark=mark)
        await self.choices.remember_channel(person, channel)
        return channel, ts

    async def _delete_last(self, work: Work, news: News) -> None:
        """Deletes the ticket's last message, so that only one is left."""
        if not news.ts:
            return
        try:
            await self.slack.delete(work.person.channel, news.ts)
        except SlackDoesNotAnswer as error:
            if error.why not in CANT_CHANGE:
                raise

    async def _find(self, work: Work, mark: PostMark) -> str:
        """Returns the timestamp of an earlier try's post, or ""."""
        if not work.person.channel:
            return ""
        since = self.clock.now().timestamp() - earlier.SEARCH_SECONDS
        return await earlier.found(self.slack.find_post(work.person.channel, mark, since))

    async def _retry_later(self, work: Work, error: Exception) -> None:
        log.warning("personal notices postponed", why=type(error).__name__)
        wait = backoff(work.failures, FIRST_WAIT, MAX_WAIT)
        await self.news.reschedule(work, wait, has_failed=True)
