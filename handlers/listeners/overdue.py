"""Sets up and stops a channel's overdue alerts."""

from contextlib import suppress
from dataclasses import replace

from slack_bolt.async_app import AsyncAck

from blocks.forms import overdue as overdue_form
from blocks.ids import Id
from blocks.overdue import ended, overdue_of_channel
from bot.domain.answer_to import Home
from bot.domain.digest import Shown
from bot.domain.errors import BotError, SlackDoesNotAnswer
from bot.domain.overdue import OverdueAlert
from bot.i18n import N_, Translator
from handlers.dispatch.context import Context
from handlers.listeners.saving import open_setting, save_setting


async def command_overdue(context: Context) -> None:
    """`/ticket overdue`."""
    await context.actor()
    await _show(context, context.interaction.channel)


async def show_overdue(context: Context) -> None:
    """*Overdue alerts*, beside digests and live tickets; opens the form if there are none yet."""
    if await context.services.overdue.find(context.interaction.value):
        await context.actor()
        await _show(context, context.interaction.value)
    else:
        await set_up_overdue(context)


async def set_up_overdue(context: Context) -> None:
    """*Set up* or *Change*: opens the form with the current settings."""
    channel, t = await open_setting(context, N_("Overdue alerts"))
    found = await context.services.overdue.find(channel)
    state = overdue_form.OverdueState(channel=channel, answer_to=context.interaction.answer_to)
    alert = found or await _fresh(context, channel, t)
    await context.show_in_form(overdue_form.form(state, t, alert=alert))


async def submit_overdue(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once it is on disk; otherwise the form stays with its input."""
    save = context.services.overdue.save
    saved = await save_setting(
        context, ack, overdue_form.OverdueState, overdue_form.read, save, field=Id.LIMIT_NEW
    )
    if saved is None:
        return
    alert, answer_to = saved
    if not isinstance(answer_to, Home):
        with suppress(BotError):  # it is saved nevertheless
            await _show(context.answering_at(answer_to), alert.channel)


async def stop_overdue(context: Context) -> None:
    """*Stop*: the message stays, without its tickets."""
    channel, services = context.interaction.value, context.services
    stopped = await services.overdue.remove(channel, context.interaction.user_id)
    if stopped and stopped.state.ts:
        post = ended(Translator(stopped.alert.language))
        with suppress(SlackDoesNotAnswer):
            await services.slack.update(channel, stopped.state.ts, post.to_dict())
    await _show(context, channel)


async def _fresh(context: Context, channel: str, t: Translator) -> OverdueAlert:
    """Returns the proposal, with the departments of the channel's digest or live tickets."""
    user, services = await context.user(), context.services
    alert = overdue_form.fresh(channel, user.id, user.zone, t)
    digests, _ = await services.digests.of_channel(channel)
    shown = next(iter(digests), None) or await services.live.find(channel)
    if shown is None:
        return alert
    return replace(
        alert,
        departments=shown.departments,
        language=shown.language,
        shows_subject=Shown.SUBJECT in shown.shows,
    )


async def _show(context: Context, channel: str) -> None:
    found = await context.services.overdue.find(channel)
    post = overdue_of_channel(found, channel, await context.translator())
    await context.answer(post, replace=True)
