"""Shares a ticket's card with a whole channel."""

from slack_bolt.async_app import AsyncAck

from blocks.conversation import loading
from blocks.forms import share
from blocks.shared import shared_card
from blocks.values import SharedCard, Target
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.answer_to import ResponseUrl
from bot.domain.errors import StaleButton
from bot.domain.ref import TicketRef
from bot.slack.channels import check_is_ours
from handlers.dispatch.context import Context


async def open_share(context: Context) -> None:
    """*Share in channel* in a card's menu: previews what everybody will see."""
    t, target = await context.translator(), Target.of_value(context.interaction.value)
    await context.open_form(loading(t("Share in channel"), t))
    actor = await context.actor()
    await check_is_ours(context.services.slack, context.interaction.channel)
    view = await context.services.desk.look_up(
        TicketRef(target.ticket_id), actor, within=RECENT_SECONDS
    )
    state = share.ShareState(
        ticket=view.ticket.id,
        channel=context.interaction.channel,
        answer_to=context.interaction.answer_to,
    )
    await context.show_in_form(share.form(state, t, view=view, account=context.services.account))


async def submit_share(context: Context, ack: AsyncAck) -> None:
    """Posts the card once, even if the form is submitted twice.

    If the bot is not a member, it posts through the click that opened the form.
    """
    view, t = context.interaction.view, await context.translator()
    state = share.ShareState.of_view(view)
    if not (state.ticket and state.channel):
        raise StaleButton
    comment, shows_subject = share.read(view)
    context.typed = comment
    await ack()
    if not await context.services.presence.is_first(str(view["id"]), context.interaction.user_id):
        return
    actor, slack = await context.actor(), context.services.slack
    is_member = await check_is_ours(slack, state.channel)
    ticket = await context.services.desk.look_up(TicketRef(state.ticket), actor)
    post = shared_card(
        ticket,
        t,
        context.services.account,
        sharer=context.interaction.user_id,
        comment=comment,
        shows_subject=shows_subject,
    ).to_dict()
    if is_member:
        await slack.post(state.channel, post)
    elif isinstance(state.answer_to, ResponseUrl):
        await slack.announce(state.answer_to.url, post)
    else:
        raise StaleButton


async def refresh_shared(context: Context) -> None:
    """*Refresh* on a shared card: updates it for everybody."""
    shared = SharedCard.of_value(context.interaction.value)
    actor = await context.actor()
    await check_is_ours(context.services.slack, context.interaction.channel)
    view = await context.services.desk.look_up(TicketRef(shared.ticket_id), actor)
    post = shared_card(
        view,
        await context.translator(),
        context.services.account,
        sharer=shared.sharer,
        comment=shared.comment,
        shows_subject=shared.shows_subject,
    )
    await context.answer(post, replace=True)
