"""Shares a ticket's card with a whole channel."""

from slack_bolt.async_app import AsyncAck

from blocks.forms import share
from blocks.forms.display import loading
from blocks.notices import notice
from blocks.shared import content_of, shared_card
from blocks.text import Post
from blocks.values.tickets import SharedCard, Target
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.answer_to import ResponseUrl
from bot.domain.errors import StaleButton
from bot.domain.ref import TicketRef
from bot.domain.ticket import TicketView
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.i18n import Translator
from bot.operations import AssignToMe, Kind, check_offered
from bot.slack.channels import check_is_ours
from handlers.dispatch.context import Context
from handlers.listeners.operations import do_now
from handlers.notify.message import Notice


async def hide_shared_tickets(context: Context) -> None:
    """A channel is now shared with another company: removes all tickets from its messages.

    Before each change, Slack is asked again who reads the channel. Live tickets are paused.
    """
    context.services.slack.forget_channel(context.interaction.channel)
    await context.services.messages.hide(context.interaction.channel)
    await context.services.leave_live(context.interaction.channel)


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

    If the bot is not a member, it posts through the click that opened the form. Slack does not say
    which message that becomes, so such a card follows its ticket only after a *Refresh*.
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
    ticket = await context.services.desk.look_up(TicketRef(state.ticket), actor)
    is_member = await check_is_ours(slack, state.channel)
    shared = SharedCard(ticket.ticket.id, shows_subject, context.interaction.user_id, comment)
    post = _card(context, ticket, shared, t).to_dict()
    if is_member:
        channel, ts = await slack.post(state.channel, post)
        await _remember(context, (channel, ts), ticket, shared, t)
    elif isinstance(state.answer_to, ResponseUrl):
        await slack.announce(state.answer_to.url, post)
    else:
        raise StaleButton


async def refresh_shared(context: Context) -> None:
    """*Refresh* on a shared card: updates it for everybody, in the card's language."""
    shared, clicked = SharedCard.of_value(context.interaction.value), context.interaction
    actor = await context.actor()
    known = await context.services.messages.known(clicked.channel, clicked.message_ts)
    t = Translator(known[0].language) if known else await context.translator()
    view = await context.services.desk.look_up(TicketRef(shared.ticket_id), actor)
    await check_is_ours(context.services.slack, clicked.channel)
    await context.answer(_card(context, view, shared, t), replace=True)
    await _remember(context, (clicked.channel, clicked.message_ts), view, shared, t)


async def take(context: Context) -> None:
    """*Assign to me* on a message in a channel: only the clicker gets an answer.

    The message itself follows the ticket. Users who may not see the ticket are refused immediately.
    """
    target, t = Target.of_value(context.interaction.value), await context.translator()
    actor = await context.actor()
    ticket = await context.services.desk.find(TicketRef(target.ticket_id), actor)
    if actor.is_named(ticket.assignee_id):
        await context.answer(notice(t("This ticket is already assigned to you."), t))
        return
    check_offered(Kind.ASSIGN, ticket, actor)
    await do_now(context, AssignToMe(ticket_id=ticket.id, code=ticket.code, seen=target.seen))


def _card(context: Context, view: TicketView, shared: SharedCard, t: Translator) -> Post:
    return shared_card(
        view,
        t,
        context.services.account,
        sharer=shared.sharer,
        comment=shared.comment,
        shows_subject=shared.shows_subject,
    )


async def _remember(
    context: Context, notice: Notice, view: TicketView, shared: SharedCard, t: Translator
) -> None:
    channel, ts = notice
    message = TicketMessage(
        channel,
        ts,
        view.ticket.id,
        ShownAs.SHARED,
        code=view.ticket.code,
        slack_user=shared.sharer,
        shows_subject=shared.shows_subject,
        language=t.language,
        comment=shared.comment,
        content=content_of(_card(context, view.timeless, shared, t)),
    )
    await context.services.messages.note(message)
