"""A channel's digests are set up, looked at, and sent."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck

from blocks.conversation import loading
from blocks.digests import MAX_DIGESTS, MAX_ROWS, all_tickets, digest_post, digests_of_channel
from blocks.forms import digest as digest_form
from blocks.forms.writing import Errors, Memory
from blocks.ids import Id
from blocks.notices import notice, say
from bot.desk.gathering import contents_of, gather_contents, gather_tickets, with_shown
from bot.desk.ownership import has_owner
from bot.desk.search import only_theirs
from bot.desk.submissions import commit
from bot.domain.digest import Contents, Digest, in_order, within_bounds
from bot.domain.errors import (
    BotError,
    DigestRemoved,
    LiveAgentError,
    NotInChannel,
    NotMade,
    OutOfBounds,
    SlackDoesNotAnswer,
    StaleButton,
    StillReading,
)
from bot.domain.people import Agent
from bot.i18n import Translator
from bot.jobs.timetable import next_due
from bot.slack.channels import check_is_ours
from handlers.dispatch.context import Context

JUST_NOW = timedelta(minutes=1)
CHECK_SECONDS = 2.0  # Slack waits three for what comes of a form


async def show_digests(context: Context) -> None:
    """`/ticket digest`."""
    await context.actor()
    await _show(context, context.interaction.channel)


async def turn_digests(context: Context) -> None:
    """Another page of a channel's digests, in its place."""
    channel, _, page = context.interaction.value.partition(" ")
    await context.actor()
    await _show(context, channel, page=int(page) if page.isdecimal() else 0)


async def add_digest(context: Context) -> None:
    """*Add digest*: the form, for the channel of the button."""
    t, user = await context.translator(), await context.user()
    fresh = digest_form.fresh(context.interaction.value, user.id, user.zone, t)
    memory = context.memory(channel=context.interaction.value)
    await context.open_form(digest_form.form(memory, t, digest=fresh))
    await context.actor()
    await check_is_ours(context.services.slack, context.interaction.value)


async def change_digest(context: Context) -> None:
    """*Change*: the form, with what it is now."""
    t = await context.translator()
    await context.open_form(loading(t("Change digest"), t))
    await context.actor()
    digest = await _found(context)
    memory = context.memory(channel=digest.channel, digest=digest.id)
    await context.show_in_form(digest_form.form(memory, t, digest=digest))


async def submit_digest(context: Context, ack: AsyncAck, view: Mapping[str, Any]) -> None:
    """Only what is on disk is acknowledged; else the form stays, with what was chosen."""
    memory, t = Memory.of_view(view), await context.translator()
    digest = digest_form.read(view, memory, context.interaction.user_id, t)
    if not isinstance(digest, dict):
        digest = await _store(context, digest, t, key=str(view["id"]))
    if isinstance(digest, dict):
        await ack(response_action="errors", errors=digest)
        return
    await ack()
    context.services.homes.follow(context.interaction.user_id)
    if memory.response_url:
        await _show_stored(context, memory, digest)


async def pause_digest(context: Context) -> None:
    digest, actor = await _found(context), await context.actor()
    await context.services.digests.pause(digest.id)
    await _audit(context, actor, digest, "digest_paused")
    await _show_around(context, digest)


async def resume_digest(context: Context) -> None:
    digest, actor = await _found(context), await context.actor()
    await check_is_ours(context.services.slack, digest.channel)
    due = next_due(digest.schedule, context.services.desk.clock())
    await context.services.digests.resume(digest.id, due=due)
    await _audit(context, actor, digest, "digest_resumed")
    await _show_around(context, digest)


async def remove_digest(context: Context) -> None:
    digest, actor = await _found(context), await context.actor()
    await context.services.digests.remove(digest.id)
    await _audit(context, actor, digest, "digest_removed")
    await _show_around(context, digest)


async def send_digest(context: Context) -> None:
    """*Send now*: as when it is due, once however often it is clicked."""
    t, digest = await context.translator(), await _found(context)
    actor, now = await context.actor(), context.services.desk.clock()
    if not await check_is_ours(context.services.slack, digest.channel):
        raise NotInChannel
    has_news = await _has_news(context, digest)
    digest = await _found(context)  # it may have been posted while LiveAgent was asked
    if digest.last_posted and now - digest.last_posted < JUST_NOW:
        said = t("It was just posted.")
    elif not has_news:
        said = t("Nothing has changed since last time, so nothing would be posted.")
    else:
        said = t("Posting now.")
        if await context.services.digests.start(digest, now):
            await _audit(context, actor, digest, "digest_sent")
    await context.answer(notice(said, t))


async def _has_news(context: Context, digest: Digest) -> bool:
    """Whether there is something to post; where LiveAgent does not say now, it will later."""
    if digest.posts_empty:
        return True
    try:
        return (await gather_contents(context.services.desk, digest, most=0)).listed > 0
    except LiveAgentError:
        return True


async def preview_digest(context: Context) -> None:
    """*Preview*: what it would say now, as far as the clicker may see it, to them alone."""
    digest, actor = await _found(context), await context.actor()
    desk, t = context.services.desk, Translator(digest.language)
    found = await gather_tickets(desk, list(digest.departments), digest.statuses)
    theirs = await only_theirs(desk, actor, found.tickets)
    contents = await contents_of(desk, digest, replace(found, tickets=theirs), most=MAX_ROWS)
    is_partial = len(theirs) < len(found.tickets)
    post = digest_post(digest, contents, t, is_preview=True, is_partial=is_partial)
    await context.answer(post)


async def show_all(context: Context) -> None:
    """*Show all* on a digest, and its pages: what the clicker may see, to them alone."""
    t, digest = await context.translator(), await _found(context)
    actor = await context.actor()
    _, _, page = context.interaction.value.partition(" ")
    desk = context.services.desk
    found = await gather_tickets(desk, list(digest.departments), digest.statuses)
    tickets = in_order(await only_theirs(desk, actor, found.tickets), digest.statuses)
    number = min(int(page or 0), max(0, (len(tickets) - 1) // MAX_ROWS))
    contents = Contents(tickets, desk.clock(), is_cut=found.is_cut)
    contents = await with_shown(desk, contents, tickets, number * MAX_ROWS, MAX_ROWS)
    post = all_tickets(digest, contents, number, t, size=MAX_ROWS)
    await context.answer(post, replace=context.interaction.is_private)


async def _store(context: Context, digest: Digest, t: Translator, *, key: str) -> Digest | Errors:
    """The digest, once it is on disk; else why it is not."""
    try:
        async with context.services.clock.timeout(CHECK_SECONDS):
            actor = await context.actor()
            digest = await _within_bounds(context, actor, digest)
            owner = await _new_owner(context, digest)
        return await commit(_keep(context, actor, digest, key, owner), context.services.clock)
    except TimeoutError:
        late = NotMade("digest", "who it is for is not told in time")
        return {Id.NAME: say(late, t)}
    except BotError as error:
        return {Id.DEPARTMENT if isinstance(error, OutOfBounds) else Id.NAME: say(error, t)}


async def _new_owner(context: Context, digest: Digest) -> str:
    """Who saves a digest whose owner is no agent any more takes it over; else ""."""
    before = await context.services.digests.find(digest.id) if digest.id else None
    if before is None or await has_owner(
        context.services.desk, context.services.people.find, before
    ):
        return ""
    return context.interaction.user_id


async def _keep(context: Context, actor: Agent, digest: Digest, key: str, owner: str) -> Digest:
    """Raises `DigestRemoved`."""
    due, digests = (
        next_due(digest.schedule, context.services.desk.clock()),
        context.services.digests,
    )
    if digest.id:
        if not await digests.change(digest, due=due, owner=owner):
            raise DigestRemoved
        await _audit(context, actor, digest, "digest_changed")
        return digest
    added = await digests.add(digest, due=due, key=key)
    await _audit(context, actor, added, "digest_added")
    return added


async def _show_stored(context: Context, memory: Memory, digest: Digest) -> None:
    """The list it is in now; where that can't be shown, that it is saved all the same."""
    try:
        await _show_around(context.as_clicked(memory), digest)
    except BotError:
        t = await context.translator()
        text = t("The digest “{name}” was saved. Type /ticket digest to see it.", name=digest.name)
        with suppress(SlackDoesNotAnswer):
            await context.services.slack.post(
                context.interaction.user_id, notice(text, t).to_dict()
            )


async def _within_bounds(context: Context, actor: Agent, digest: Digest) -> Digest:
    """What the actor may show the channel of it. Raises `ShowsTooMuch`."""
    await check_is_ours(context.services.slack, digest.channel)
    if actor.sees_every_department:
        return digest
    found = await context.services.desk.departments_of(actor)
    own = {each.id: each.name for each in found.departments}
    is_enough = digest.departments and {*digest.departments} <= {*own}
    if not (found.is_complete or is_enough):
        raise StillReading
    before = await context.services.digests.find(digest.id) if digest.id else None
    return within_bounds(digest, own, before)


async def _found(context: Context) -> Digest:
    """The digest of the button. Raises `DigestRemoved`."""
    number = context.interaction.value.partition(" ")[0]
    if not number.isdecimal():
        raise StaleButton
    found = await context.services.digests.find(int(number))
    if found is None:
        raise DigestRemoved
    return found


async def _show_around(context: Context, digest: Digest) -> None:
    """The page of the channel's digests on which this one stands, or stood."""
    found = await context.services.digests.of_channel(digest.channel)
    before = sum(each.id < digest.id for each in found)
    await _show(context, digest.channel, page=before // MAX_DIGESTS)


async def _show(context: Context, channel: str, *, page: int = 0) -> None:
    """In the place of the list that was clicked in; a command has none."""
    is_member = await check_is_ours(context.services.slack, channel)
    found = await context.services.digests.of_channel(channel)
    bot = await context.services.slack.identity()
    post = digests_of_channel(
        found,
        channel,
        await context.translator(),
        bot_user=bot.bot_user_id,
        is_member=is_member,
        page=page,
    )
    await context.answer(post, replace=True)


async def _audit(context: Context, actor: Agent, digest: Digest, kind: str) -> None:
    await context.services.audit.add(
        f"digest {digest.id}", kind, context.interaction.user_id, actor.name, {"name": digest.name}
    )
