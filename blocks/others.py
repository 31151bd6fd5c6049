"""One line about a customer's other tickets, with a button to list them."""

from collections.abc import Iterator

from slack_sdk.models.blocks import Block, SectionBlock

from blocks.ids import Id
from blocks.text import Post, age, button, cut, line, plain
from blocks.ticket import customer
from blocks.values.lists import FilterValue
from blocks.values.tickets import TicketInList
from bot.domain.filter import Filter, Order
from bot.domain.people import Agents
from bot.domain.ticket import CustomerTickets, TicketView
from bot.i18n import Translator

MAX_NAME_LENGTH = 60
MAX_LENGTH = 300


def others(view: TicketView, t: Translator) -> Iterator[Block]:
    """Yields the line if the customer is known to have other tickets that the reader may see."""
    if view.others and view.others.tickets:
        yield _row(view.others, f"👤 {_in_words(view, view.others, t)}", t)


def others_message(view: TicketView, t: Translator) -> Post | None:
    """Returns the line as a message of its own, only if one of the tickets is still open."""
    if not view.others or not view.others.not_ended:
        return None
    named = cut(customer(view.ticket, t), MAX_NAME_LENGTH)
    text = f"👤 {named} · {_in_words(view, view.others, t)}"
    return Post(text, [_row(view.others, text, t)])


def _row(found: CustomerTickets, text: str, t: Translator) -> Block:
    match found.tickets:
        case [only]:
            it = TicketInList(only.id)
            show = button(t("Show it"), Id.OPEN_TICKET, it, about=only.name)
        case _:
            theirs = FilterValue(Filter(owner=found.email, order=Order.CHANGED))
            show = button(t("Show them"), Id.LIST, theirs, about=found.email)
    return SectionBlock(text=plain(text, MAX_LENGTH), accessory=show)


def _in_words(view: TicketView, found: CustomerTickets, t: Translator) -> str:
    count = t.plural("1 other ticket", "{count} other tickets", len(found.tickets))
    waiting = found.not_ended
    if not waiting:
        return t("{tickets}, none open", tickets=count)
    oldest = waiting[0]
    assignee = Agents.of(view.agents).named(oldest.assignee_id)
    known = [
        oldest.name,
        age(view.seen - oldest.created, t) if oldest.created else "",
        cut(line(assignee.name), MAX_NAME_LENGTH) if assignee else "",
    ]
    named = t.listed([each for each in known if each])
    if len(waiting) == 1:
        return t("{tickets}: 1 open ({ticket})", tickets=count, ticket=named)
    return t(
        "{tickets}: {count} open (oldest: {ticket})",
        tickets=count,
        count=len(waiting),
        ticket=named,
    )
