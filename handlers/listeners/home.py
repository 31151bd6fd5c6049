"""Opens and configures the app's Home."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck

from blocks.forms import times as times_form
from blocks.forms.display import loading
from blocks.help import welcome
from blocks.home import AS_IN_SLACK, EVERYTHING, WHAT_NEEDS_ME
from blocks.ids import Id
from bot.domain.errors import BotError, StaleButton
from bot.i18n import LANGUAGES
from handlers.dispatch.context import Context
from handlers.listeners.saving import save_form
from handlers.notify.home import HISTORY

T = TypeVar("T")


async def open_home(context: Context) -> None:
    """Shows Home each time a user opens it; events of the app's other tabs are ignored."""
    if context.interaction.message.get("tab", "home") != "home":
        return
    await context.services.preferences.opened_home(context.interaction.user_id)
    await context.services.homes.show(context.interaction.user_id)
    await _welcome(context)


async def show_home(context: Context) -> None:
    """*Try again* in Home."""
    await context.services.homes.show(context.interaction.user_id)


async def _welcome(context: Context) -> None:
    """Welcomes an agent in a direct message, once."""
    user_id, services = context.interaction.user_id, context.services
    await services.my_tickets.recognize(user_id, await context.actor())
    if await services.preferences.welcomes(user_id):
        can_read_messages = HISTORY in ((await services.slack.identity()).scopes or ())
        post = welcome(await context.translator(), can_read_messages=can_read_messages)
        await services.slack.post(user_id, post.to_dict())


async def choose_language(context: Context) -> None:
    language = "" if context.interaction.value == AS_IN_SLACK else context.interaction.value
    if language not in {"", *LANGUAGES}:
        raise StaleButton
    user_id = context.interaction.user_id
    await _keep(context, partial(context.services.preferences.choose_language, user_id, language))
    await context.services.homes.show(user_id)


async def choose_notices(context: Context) -> None:
    """*Tell me*: chooses whether each finished operation is reported in a direct message."""
    chosen, user_id = context.interaction.value, context.interaction.user_id
    if chosen not in {EVERYTHING, WHAT_NEEDS_ME}:
        raise StaleButton
    choose, wants_all_notices = context.services.preferences.choose_notices, chosen == EVERYTHING
    await _keep(context, partial(choose, user_id, everything=wants_all_notices))
    await context.services.homes.show(user_id)


async def hide_guide(context: Context) -> None:
    user_id = context.interaction.user_id
    await _keep(context, partial(context.services.preferences.hide_guide, user_id))
    await context.services.homes.show(user_id)


async def open_postpone_times(context: Context) -> None:
    """*Change* beside the times to postpone until."""
    t = await context.translator()
    await context.open_form(loading(t("Times for Postpone"), t))
    times = await context.services.preferences.postpone_times(context.interaction.user_id)
    await context.show_in_form(times_form.form(t, times=times))


async def submit_postpone_times(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once they are stored; otherwise the form stays with its input."""
    t, user, services = await context.translator(), await context.user(), context.services
    now, zone = services.clock.now(), ZoneInfo(user.zone)
    saved = await save_form(
        context,
        ack,
        times_form.read_times(context.interaction.view, now, zone, t),
        lambda times: _keep(
            context, partial(services.preferences.choose_postpone_times, user.id, times)
        ),
        field=Id.OTHER_TIME,
    )
    if saved is not None:
        with suppress(BotError):  # they are stored nevertheless
            await services.homes.show(user.id)


async def _keep(context: Context, choice: Callable[[], Awaitable[T]]) -> T:
    """Stores a person's choice. Raises `NotStored` and `CommitOutcomeUnknown`."""
    clicked = context.interaction
    return await context.services.commits.wait_for(choice, key=f"{clicked.id} {clicked.user_id}")
