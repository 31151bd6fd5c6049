"""Shows a ticket, refreshes its card, and shows its conversation."""

from collections.abc import Sequence

from blocks import conversation, lists
from blocks.forms.display import loading
from blocks.help import help_post
from blocks.ids import Id
from blocks.in_place import card_with
from blocks.text import Post
from blocks.ticket_form import ShownState, ticket_form
from blocks.values.tickets import ConversationPage, MessagePart, TicketInList, TicketValue
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.errors import NoRefInMessage, StaleButton, TicketNotFound
from bot.domain.ref import TicketRef
from handlers.dispatch.context import Context
from handlers.listeners.others import add_to_card, card_updater
from handlers.notify.message import NONE

MAX_REFS = 20


async def open_from_message(context: Context) -> None:
    """*Open ticket* on a message, such as LiveAgent's own: shows the tickets that it names."""
    refs = context.services.account.find_refs(context.interaction.text)[:MAX_REFS]
    await context.actor()
    if not refs:
        raise NoRefInMessage
    await show_each(context, refs)


async def show_each(context: Context, refs: Sequence[TicketRef]) -> None:
    """Shows the card of a single ticket, else a list of the existing ones."""
    if len(refs) == 1:
        await show(context, refs[0])
        return
    context.offer_retry(" ".join(ref.value for ref in refs))
    found = await context.services.desk.look_up_each(refs, await context.actor())
    if not found:
        raise TicketNotFound
    if len(found) == 1:
        await show(context, TicketRef(found[0].id))
        return
    t = await context.translator()
    title = t.plural("One ticket", "{count} tickets", len(found))
    await context.answer(lists.tickets(found, title, t, context.services.account))


async def open_ticket(context: Context) -> None:
    """Opens the ticket of a list in a form on top of it, so that the list keeps its place."""
    clicked, t = context.interaction, await context.translator()
    place = TicketInList.of_value(clicked.value)
    place = place if place.others else TicketInList.of_menu(clicked.value, clicked.block_id)
    context.retry = (Id.OPEN_TICKET, place.to_value())
    await context.open_form(loading(t("Ticket"), t))
    await _show_in_form(context, place)


async def turn_ticket(context: Context) -> None:
    """*Previous* and *Next*: shows another ticket of the list in the same form."""
    context.retry = (Id.TURN_TICKET, context.interaction.value)
    await _show_in_form(context, TicketInList.of_value(context.interaction.value))


async def refresh_card(context: Context) -> None:
    """*Refresh* on a card, and *Try again* if the card could not be shown."""
    if context.interaction.form == Id.OPEN_TICKET:
        await _show_in_form(context, ShownState.of_view(context.interaction.view).place)
    else:
        await show(context, _ref(context), replace=True)


async def show_conversation(context: Context) -> None:
    """Opens the form immediately, because the trigger may expire before LiveAgent answers."""
    t = await context.translator()
    await context.open_form(loading(t("Conversation"), t))
    await _show_page(context, ConversationPage(_ref(context).value, 0))
    await context.remember_card(_ref(context).value)


async def turn_page(context: Context) -> None:
    await _show_page(context, ConversationPage.of_value(context.interaction.value))


async def show_message(context: Context) -> None:
    """Shows one message with all its quotes, on top of the conversation if there is room."""
    t = await context.translator()
    await context.open_form(loading(t("Conversation"), t))
    await turn_message(context)


async def turn_message(context: Context) -> None:
    wanted = MessagePart.of_value(context.interaction.value)
    view = await context.services.desk.look_up(
        TicketRef(wanted.ticket_id), await context.actor(), within=RECENT_SECONDS, tags=False
    )
    if wanted.number >= len(view.messages or ()):
        raise StaleButton
    shown = conversation.whole_message(
        view,
        wanted.number,
        wanted.part,
        await context.translator(),
        context.services.account,
        leads_back=context.interaction.is_in_third_form,
    )
    await context.show_in_form(shown)


async def ignore_link_click(_: Context) -> None:
    """Does nothing: the button is a link, but Slack still reports the click."""


async def show_help(context: Context) -> None:
    has_v3 = context.services.can_postpone()
    takes_files, t = await context.file_limits() is not None, await context.translator()
    await context.answer(help_post(t, has_v3=has_v3, takes_files=takes_files))


async def show_stale_button(_: Context) -> None:
    raise StaleButton


async def show(context: Context, ref: TicketRef, *, replace: bool = False) -> None:
    if not ref.is_public_code:
        context.retry = (Id.REFRESH_CARD, ref.value)
    actor = await context.actor()
    view = await context.services.desk.look_up(ref, actor, present=True)
    t = await context.translator()
    user_id = context.interaction.user_id
    rows = await context.services.operations.active_on(view.ticket.id, user_id)
    shown = card_with(view, actor, t, context.services.account, rows)
    notice = await context.answer(shown, replace=replace)
    await context.services.recent.opened(context.interaction.user_id, view.ticket.id)
    if replace or notice != NONE:
        await context.remember_card(view.ticket.id, view.ticket.code, notice)
    replaces = (replace or context.in_place) and context.interaction.kind == "action"
    add_to_card(context, view, card_updater(context, notice, replaces=replaces))


async def _show_in_form(context: Context, place: TicketInList) -> None:
    """Shows the ticket unless the form has moved on to another one meanwhile."""
    services, view_id = context.services, context.form_id or context.interaction.view_id
    forms = services.ticket_forms
    await forms.show(view_id, place)
    actor = await context.actor()
    view = await services.desk.look_up(TicketRef(place.ticket_id), actor, present=True)
    t, user_id = await context.translator(), context.interaction.user_id

    async def put(post: Post) -> None:
        await context.show_in_form(ticket_form(post, place, t))

    async def put_again(post: Post) -> None:
        async with forms.lock(view_id):
            if await forms.shows(view_id, place):
                await put(post)

    async with forms.lock(view_id):
        if await forms.shows(view_id, place):
            rows = await services.operations.active_on(view.ticket.id, user_id)
            await put(card_with(view, actor, t, services.account, rows))
    await services.recent.opened(context.interaction.user_id, view.ticket.id)
    add_to_card(context, view, put_again)


def _ref(context: Context) -> TicketRef:
    """Returns the button's ticket."""
    return TicketRef(TicketValue.of_value(context.interaction.value).ref)


async def _show_page(context: Context, page: ConversationPage) -> None:
    actor = await context.actor()
    view = await context.services.desk.look_up(
        TicketRef(page.ticket_id), actor, within=RECENT_SECONDS, tags=False
    )
    t = await context.translator()
    shown = conversation.conversation(
        view,
        page.page,
        t,
        context.services.account,
        oldest_first=page.is_oldest_first,
        can_get=actor.can_get_files,
    )
    await context.show_in_form(shown)
