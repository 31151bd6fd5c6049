"""Sets up, lists and sends a channel's digests."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from slack_bolt.async_app import AsyncAck

from blocks.channel_digests import MAX_DIGESTS, digests_of_channel
from blocks.digest_posts import post_of
from blocks.digest_remarks import Posting
from blocks.digests import MAX_ROWS, all_tickets
from blocks.forms import digest as digest_form
from blocks.forms.display import loading
from blocks.ids import Id
from blocks.notices import notice
from blocks.text import Post, small
from blocks.values.lists import ChannelPage, DigestPage
from bot.desk.digests import Sending
from bot.domain.answer_to import Home
from bot.domain.digest import Digest
from bot.domain.errors import BotError, SlackDoesNotAnswer
from bot.i18n import N_, Translator
from bot.slack.channels import check_is_ours
from bot.slack.refusals import BLOCK_REFUSED
from handlers.dispatch.context import Context
from handlers.listeners.saving import save_setting

POSTING_SECONDS = 1.0  # between checks whether a digest was posted
POSTING_TRIES = 60

_SENDING = {
    Sending.BEGUN: N_("⏳ Posting …"),
    Sending.JUST_POSTED: N_("This digest was just posted."),
    Sending.NOBODY_WAITS: N_("Nobody is waiting, so there's nothing to post."),
}


async def show_digests(context: Context) -> None:
    """`/ticket digest`."""
    await context.actor()
    await _show(context, context.interaction.channel)


async def turn_digests(context: Context) -> None:
    """Shows another page of a channel's digests in place of this one."""
    turned = ChannelPage.of_value(context.interaction.value)
    await context.actor()
    await _show(context, turned.channel, page=turned.page)


async def add_digest(context: Context) -> None:
    """*Add digest*: opens the form for the button's channel."""
    await _add(context, digest_form.fresh)


async def add_week(context: Context) -> None:
    """*Add weekly digest*: opens its form for the button's channel."""
    await _add(context, digest_form.fresh_week)


async def _add(context: Context, propose: Callable[[str, str, str, Translator], Digest]) -> None:
    t, user = await context.translator(), await context.user()
    fresh = propose(context.interaction.value, user.id, user.zone, t)
    state = digest_form.DigestState(
        channel=fresh.channel, kind=fresh.kind, answer_to=context.interaction.answer_to
    )
    await context.open_form(digest_form.form(state, t, digest=fresh))
    await context.actor()
    await check_is_ours(context.services.slack, context.interaction.value)


async def change_digest(context: Context) -> None:
    """*Change*: opens the form with the current settings."""
    t = await context.translator()
    await context.open_form(loading(t("Change digest"), t))
    await context.actor()
    digest = await context.services.digests.find(_digest_id(context))
    state = digest_form.DigestState(
        channel=digest.channel,
        digest=digest.id,
        kind=digest.kind,
        answer_to=context.interaction.answer_to,
    )
    await context.show_in_form(digest_form.form(state, t, digest=digest))


async def submit_digest(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once the digest is on disk; otherwise the form stays with its input."""
    save = context.services.digests.save
    saved = await save_setting(
        context, ack, digest_form.DigestState, digest_form.read, save, field=Id.NAME
    )
    if saved is None:
        return
    digest, answer_to = saved
    context.services.homes.follow(context.interaction.user_id)
    if not isinstance(answer_to, Home):
        await _show_saved(context.answering_at(answer_to), digest)


async def pause_digest(context: Context) -> None:
    await _change(context, context.services.digests.pause)


async def resume_digest(context: Context) -> None:
    await _change(context, context.services.digests.resume)


async def remove_digest(context: Context) -> None:
    await _change(context, context.services.digests.remove)


async def add_statuses(context: Context) -> None:
    """*Cover them too*: adds the statuses of all tickets that wait for the team."""
    await _change(context, context.services.digests.widen)


async def keep_statuses(context: Context) -> None:
    """*Keep as it is*: confirms the digest's statuses."""
    await _change(context, context.services.digests.settle)


async def send_digest(context: Context) -> None:
    """*Send now*: posts once, in addition to the schedule."""
    digest_id, user_id = _digest_id(context), context.interaction.user_id
    sending = await context.services.digests.send_now(digest_id, user_id)
    digest, t = await context.services.digests.find(digest_id), await context.translator()
    await _show(context, digest.channel, around=digest_id, remark=t(_SENDING[sending]))
    if sending is Sending.BEGUN:
        context.services.tasks.start(_follow(context, digest))


async def _follow(context: Context, before: Digest) -> None:
    """Updates the list when the digest is posted.

    Stops after a while, or once the digest is removed.
    """
    services, t = context.services, await context.translator()
    digest, remark = before, ""
    with suppress(BotError):
        for _ in range(POSTING_TRIES):
            await services.clock.sleep(POSTING_SECONDS)
            digest = await services.digests.find(before.id)
            if digest.last_came != before.last_came:
                remark = t("✅ Posted.")
                break
        await _show(context, digest.channel, around=digest.id, remark=remark)


async def preview_digest(context: Context) -> None:
    """*Preview*: shows the clicker what would be posted now, in the digest's language."""
    digest_id, user_id = _digest_id(context), context.interaction.user_id
    preview = await context.services.digests.preview(digest_id, user_id, size=MAX_ROWS)
    t = Translator(preview.digest.language)
    how = Posting(is_preview=True, is_partial=preview.is_partial)
    for each in (how, replace(how, is_plain=True)):
        post = post_of(preview.digest, preview.found, t, context.services.account, each)
        try:
            await context.answer(post)
        except SlackDoesNotAnswer as error:
            if each.is_plain or BLOCK_REFUSED not in error.why:
                raise
        else:
            return


async def show_all(context: Context) -> None:
    """*Show all* on a digest, and its pages: shows all tickets to the clicker only."""
    turned = DigestPage.of_value(context.interaction.value)
    page = await context.services.digests.page(
        turned.digest_id, context.interaction.user_id, turned.page, size=MAX_ROWS
    )
    t = await context.translator()
    post = all_tickets(page.digest, page.contents, page.number, t, size=MAX_ROWS)
    await context.answer(post, replace=context.interaction.is_private)


async def _show_saved(context: Context, digest: Digest) -> None:
    """Shows the list with the digest; if that fails, confirms the saving in a direct message."""
    try:
        await _show_around(context, digest)
    except BotError:
        t = await context.translator()
        text = t("The digest “{name}” was saved. Type /ticket digest to see it.", name=digest.name)
        with suppress(SlackDoesNotAnswer):
            await context.services.slack.post(
                context.interaction.user_id, notice(text, t).to_dict()
            )


async def _change(context: Context, change: Callable[[int, str], Awaitable[Digest]]) -> None:
    """Changes the button's digest, and shows it in the list."""
    user_id = context.interaction.user_id
    await _show_around(context, await change(_digest_id(context), user_id))


def _digest_id(context: Context) -> int:
    """Returns the digest of the button. Raises `StaleButton`."""
    return DigestPage.of_value(context.interaction.value).digest_id


async def _show_around(context: Context, digest: Digest) -> None:
    """Shows the page of the channel's digests on which this digest is or was."""
    await _show(context, digest.channel, around=digest.id)


async def _show(
    context: Context, channel: str, *, page: int = 0, around: int = 0, remark: str = ""
) -> None:
    """Replaces the clicked list with a page: `page`, or the one `around` this digest's id."""
    found, is_member = await context.services.digests.of_channel(channel)
    if around:
        page = sum(each.id < around for each in found) // MAX_DIGESTS
    bot = await context.services.slack.identity()
    post = digests_of_channel(
        found,
        channel,
        await context.translator(),
        viewer=context.interaction.user_id,
        invites="" if is_member else bot.bot_user_id,
        page=page,
    )
    if remark:
        post = Post(remark, [small(remark), *post.blocks])
    await context.answer(post, replace=True)
