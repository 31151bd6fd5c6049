"""Sets up and stops a channel's live tickets."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from slack_bolt.async_app import AsyncAck

from blocks.forms import live as live_form
from blocks.ids import Id
from blocks.live import live_of_channel
from bot.domain.answer_to import Home
from bot.domain.errors import BotError
from bot.i18n import N_
from handlers.dispatch.context import Context
from handlers.listeners.saving import open_setting, save_setting


async def show_live(context: Context) -> None:
    """`/ticket live`, and the button beside digests."""
    await context.actor()
    await _show(context, context.interaction.value or context.interaction.channel)


async def set_up_live(context: Context) -> None:
    """*Set up* or *Change*: opens the form with the current settings."""
    channel, t = await open_setting(context, N_("Live tickets"))
    found = await context.services.live.find(channel)
    state = live_form.LiveState(channel=channel, answer_to=context.interaction.answer_to)
    fresh = live_form.fresh(channel, context.interaction.user_id, t)
    await context.show_in_form(live_form.form(state, t, live=found or fresh))


async def submit_live(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once it is on disk; otherwise the form stays with its input."""
    save = context.services.live.save
    saved = await save_setting(
        context, ack, live_form.LiveState, live_form.read, save, field=Id.STATUS
    )
    if saved is None:
        return
    live, answer_to = saved
    context.services.homes.follow(context.interaction.user_id)
    if not isinstance(answer_to, Home):
        with suppress(BotError):  # it is saved nevertheless
            await _show(context.answering_at(answer_to), live.channel)


async def pause_live(context: Context) -> None:
    """*Pause*: nothing new is posted; existing messages still change."""
    await _change(context, context.services.live.pause)


async def resume_live(context: Context) -> None:
    await _change(context, context.services.live.resume)


async def stop_live(context: Context) -> None:
    """*Stop*: the messages stay, but no longer change."""
    await _change(context, context.services.live.remove)


async def _change(context: Context, change: Callable[[str, str], Awaitable[None]]) -> None:
    channel, user_id = context.interaction.value, context.interaction.user_id
    await change(channel, user_id)
    context.services.homes.follow(user_id)
    await _show(context, channel)


async def _show(context: Context, channel: str) -> None:
    found = await context.services.live.find(channel)
    post = live_of_channel(found, channel, await context.translator())
    await context.answer(post, replace=True)
