"""Finds tickets by command, form or predefined filter."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from slack_bolt.async_app import AsyncAck

from blocks import words
from blocks.forms import find
from blocks.forms.display import loading
from blocks.ids import Id
from blocks.lists import PAGE_ROWS, ListShown, ticket_list
from blocks.paging import Paging
from blocks.queue import still_reading
from blocks.text import Post
from blocks.values.lists import FilterValue, ListPage
from bot.desk.search import Found
from bot.domain.characters import compatible
from bot.domain.errors import NotARef
from bot.domain.filter import EVERYTHING_OPEN, MINE, Filter, Order
from bot.domain.ref import unescape
from bot.i18n import Translator
from handlers.dispatch.context import Context
from handlers.listeners.filter_words import misspelt, owner_and_words, read_words, words_meant
from handlers.listeners.tickets import show


async def command_list(context: Context) -> None:
    """`/ticket list [status] [department] [owner@example.com] [words of the subject]`."""
    await _list(context, unescape(context.interaction.text).split()[1:])


async def _list(context: Context, typed: Sequence[str]) -> None:
    if not typed:
        await _show(context, await _last(context))
        return
    own = await context.services.desk.departments_of(await context.actor())
    wanted = read_words(typed, own.departments)
    await _show(context, wanted, keeps=True, meant=words_meant(typed, wanted, own.departments))


async def command_mine(context: Context) -> None:
    """`/ticket mine`; further words narrow it, as after `list`."""
    narrower = unescape(context.interaction.text).split()[1:]
    if narrower:
        await _list(context, ["mine", *narrower])
        return
    await _show(context, MINE)


async def command_open(context: Context) -> None:
    """`/ticket open REF`; with other words, a list of open tickets."""
    typed = unescape(context.interaction.text).split()
    try:
        ref, _ = context.ref_and_text()
    except NotARef:
        if not words.status_named(typed[0].casefold()):
            raise
        await _list(context, typed)
    else:
        await show(context, ref)


async def command_find(context: Context) -> None:
    """`/ticket find words`, of any status; the form without words; the card for a ticket's code."""
    typed = unescape(context.interaction.text).split()[1:]
    if not typed:
        await _open_filter(context, None)
    elif len(typed) == 1 and context.services.account.find_refs(typed[0]):
        await command_open(context)
    else:
        await _search(context, typed)


async def _search(context: Context, typed: Sequence[str]) -> None:
    owner, wanted = owner_and_words([compatible(word) for word in typed])
    await _show(context, Filter(owner=owner, words=wanted), keeps=True)


async def show_list(context: Context) -> None:
    """*Waiting longest*, *My tickets*, *Show them*: shows a new list, never in place of input."""
    if context.interaction.takes_input:
        t = await context.translator()
        await context.open_form(loading(t("Tickets"), t))
    wanted = FilterValue.of_value(context.interaction.value).wanted
    await _show(context, wanted or await _last(context))


async def turn_list(context: Context) -> None:
    """Shows another page or order of a list in its place."""
    turned = ListPage.of_value(context.interaction.value)
    await _show(context, turned.wanted, turned.page, replace=True)


async def find_again(context: Context) -> None:
    """*Try again* after the form: keeps its filter, which has not been used yet."""
    turned = ListPage.of_value(context.interaction.value)
    await _show(context, turned.wanted, turned.page, replace=True, keeps=True)


async def open_filter(context: Context) -> None:
    """*Find tickets*, or *Change filter* below a list."""
    await _open_filter(context, FilterValue.of_value(context.interaction.value).wanted)


async def _open_filter(context: Context, wanted: Filter | None) -> None:
    """Opens the form with the wanted filter, or with the user's last one."""
    t = await context.translator()
    state = find.FindState(
        answer_to=context.interaction.answer_to,
        in_place=wanted is not None,
        full_text=context.services.has_full_text(),
    )
    await context.open_form(find.form(state, t, wanted=wanted or await _last(context)))


async def submit_filter(context: Context, ack: AsyncAck) -> None:
    view, t = context.interaction.view, await context.translator()
    wanted = find.read(view, t)
    if isinstance(wanted, dict):
        await ack(response_action="errors", errors=wanted)
        return
    state = find.FindState.of_view(view)
    submitted = context.interaction
    context.interaction = submitted.clicked_at(state.answer_to)  # errors are shown there too
    context.retry = (Id.FIND_AGAIN, ListPage(0, wanted).to_value())
    if context.interaction.is_at_home:  # the list takes the form's place
        await ack(response_action="update", view=loading(t("Find tickets"), t).to_dict())
        context.form_id = submitted.view_id
        post = await context.after_acknowledgement(_read(context, wanted, keeps=True))
    else:
        await ack()
        post = await _read(context, wanted, keeps=True)
    await context.answer(post, replace=state.in_place)


async def _last(context: Context) -> Filter:
    kept = await context.services.preferences.filter_of(context.interaction.user_id)
    return _without_codes(context, kept) if kept else EVERYTHING_OPEN


def _without_codes(context: Context, wanted: Filter) -> Filter:
    """Returns the filter without public URL codes, since its words are shown and stored."""
    hide = context.services.desk.without_codes
    return replace(wanted, subject=hide(wanted.subject), words=hide(wanted.words))


async def _show(
    context: Context,
    wanted: Filter,
    number: int = 0,
    *,
    replace: bool = False,
    keeps: bool = False,
    meant: Sequence[str] = (),
) -> None:
    """Shows the list; see `_read`."""
    post = await _read(context, wanted, number, keeps=keeps, meant=meant)
    await context.answer(post, replace=replace)


async def _read(
    context: Context,
    wanted: Filter,
    number: int = 0,
    *,
    keeps: bool = False,
    meant: Sequence[str] = (),
) -> Post:
    """Returns the list. `keeps` stores the filter if it succeeds.

    `meant` are corrected words to propose if nothing is found.
    """
    actor, user, search = await context.actor(), await context.user(), context.services.search
    wanted = _without_codes(context, wanted)
    found = await search.find(actor, wanted, zone=user.zone)
    if meant and not found.tickets:
        raise misspelt(context, "list", meant)
    if keeps:
        await context.services.preferences.keep_filter(context.interaction.user_id, wanted)
    start = Paging.of(number, len(found.tickets), PAGE_ROWS).page * PAGE_ROWS
    rows = found.tickets[start : start + PAGE_ROWS]
    assignees, present = await asyncio.gather(
        search.assignees(found, rows), search.present(actor, rows)
    )
    t = await context.translator()
    page = ListShown(
        start // PAGE_ROWS,
        rows,
        len(found.tickets),
        found.seen,
        assignees,
        _remarks(found, wanted, t),
        context.services.account,
        is_unknown=wanted.is_mine and not found.knows_assignees,
        present=present,
    )
    return ticket_list(page, wanted, t)


def _remarks(found: Found, wanted: Filter, t: Translator) -> Sequence[str]:
    remarks = []
    if wanted.is_mine and not found.knows_assignees and found.may_know_later:
        remarks.append(
            t(
                "LiveAgent didn't say who has which ticket, so yours can't be picked out right "
                "now. Try again in a minute."
            )
        )
    elif wanted.is_mine and not found.knows_assignees:
        remarks.append(
            t(
                "LiveAgent's lists don't show who a ticket is assigned to, so yours can't be "
                "picked out here. Each ticket's card shows it."
            )
        )
    if wanted.words and not found.has_full_text:
        remarks.append(t("Only subjects were searched, not messages or customers' names."))
    if wanted.order is Order.UNCHANGED and len(found.tickets) > 1:
        remarks.append(
            t(
                "Sorted by the last update of any kind, a colleague's note included: LiveAgent's "
                "lists don't show when a customer last wrote."
            )
        )
    if found.is_cut:
        remarks.append(t("There are too many tickets to load. Narrow the filter."))
    if not found.knows_departments:
        remarks.append(still_reading(t))
    return remarks
