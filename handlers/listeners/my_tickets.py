"""The choice whether and when a person gets messages about their tickets."""

from contextlib import suppress

from slack_bolt.async_app import AsyncAck

from blocks.forms import hours as hours_form
from blocks.forms.display import loading
from blocks.ids import Id
from blocks.my_tickets import confirmation
from bot.domain.errors import BotError, StaleButton
from bot.domain.my_tickets import Mode
from handlers.dispatch.context import Context
from handlers.listeners.saving import save_form


async def choose_my_tickets(context: Context) -> None:
    """The buttons of the offer, and the setting in Home."""
    chosen, user_id = context.interaction.value, context.interaction.user_id
    if chosen not in {*Mode}:
        raise StaleButton
    services = context.services
    person = await services.my_tickets.choose(user_id, mode=Mode(chosen))
    await services.homes.show(user_id)
    if person.mode is not Mode.OFF and not person.channel:
        post = confirmation(person, await context.translator())
        channel, _ = await services.slack.post(user_id, post.to_dict())
        await services.my_tickets.remember_channel(user_id, channel)


async def open_hours(context: Context) -> None:
    """*Change hours*."""
    t = await context.translator()
    await context.open_form(loading(t("Working hours"), t))
    person = await context.services.my_tickets.of(context.interaction.user_id)
    await context.show_in_form(hours_form.form(t, hours=person.hours))


async def submit_hours(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once they are stored; otherwise the form stays with its input."""
    t, user_id = await context.translator(), context.interaction.user_id
    saved = await save_form(
        context,
        ack,
        hours_form.read_hours(context.interaction.view, t),
        lambda hours: context.services.my_tickets.choose(user_id, hours=hours),
        field=Id.DAYS,
    )
    if saved is None:
        return
    with suppress(BotError):  # they are stored nevertheless
        await context.services.homes.show(user_id)
