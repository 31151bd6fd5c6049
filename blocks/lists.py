"""Tickets in rows, each with a button that opens its card."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    SectionBlock,
    TextObject,
)

from blocks import words
from blocks.ids import Id
from blocks.paging import Paging
from blocks.presence import present_in
from blocks.text import (
    Post,
    age,
    button,
    cut,
    line,
    lines,
    plain,
    small,
    text_part,
    titled_row,
    variant,
)
from blocks.ticket import customer
from blocks.values.lists import FilterValue, ListPage, TicketsFrom, TicketSource
from blocks.values.tickets import TicketInList
from bot.domain.activity import Present
from bot.domain.filter import Filter, Order
from bot.domain.ref import Account
from bot.domain.ticket import Ticket
from bot.i18n import N_, Translator

PAGE_ROWS = 10

ORDERS: Mapping[Order, str] = {
    Order.OLDEST: N_("oldest first"),
    Order.NEWEST: N_("newest first"),
    Order.UNCHANGED: N_("least recently updated first"),
    Order.CHANGED: N_("recently updated first"),
}


@dataclass(frozen=True, slots=True)
class ListShown:
    """One page of a list: `rows` are its tickets, of `count` in all, as of `seen`.

    `assignees` maps ticket ids to names, "" for nobody; `remarks` are further hints;
    codes are links if there is an `account`. `is_unknown` if LiveAgent doesn't tell which tickets
    are the user's: an empty list doesn't mean that there are none.
    """

    number: int
    rows: Sequence[Ticket]
    count: int
    seen: datetime
    assignees: Mapping[str, str] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    account: Account | None = None
    is_unknown: bool = False
    present: Present | None = None
    """Who else is in the rows' tickets in LiveAgent, if known."""

    @property
    def paging(self) -> Paging:
        return Paging.of(self.number, self.count, PAGE_ROWS)


def tickets(
    rows: Sequence[Ticket], title: str, t: Translator, account: Account | None = None
) -> Post:
    """Shows all `rows`, at most 40 for a message."""
    blocks: list[Block] = [SectionBlock(text=plain(title, 300))]
    places = TicketInList.each([ticket.id for ticket in rows])
    for ticket, place in zip(rows, places, strict=True):
        text = _row(ticket, [status_of(ticket, t), customer(ticket, t)], account, t)
        blocks.append(SectionBlock(text=text, accessory=show_button(ticket, place, t)))
    return Post(title, blocks)


def ticket_list(page: ListShown, wanted: Filter, t: Translator) -> Post:
    """Shows the result of a filter; its buttons carry the filter, so old lists still work."""
    found = _found(page, t)
    title = f"{found}: {describe(wanted, t)}"
    heading = f"{found} · {t(ORDERS[wanted.order])}" if page.count else found
    blocks: list[Block] = [
        HeaderBlock(text=plain(heading, 150)),
        lines([[text_part(_criteria(wanted, t), limit=600)]]),
    ]
    places = TicketInList.each([ticket.id for ticket in page.rows])
    for ticket, place in zip(page.rows, places, strict=True):
        shown = show_button(ticket, place, t)
        blocks.append(SectionBlock(text=_text(ticket, page, wanted, t), accessory=shown))
    blocks += present_in(page.rows, page.present, t)
    blocks += [small(remark) for remark in page.remarks]
    blocks += [ContextBlock(elements=[each]) for each in page.paging.labels(t)]
    blocks.append(ActionsBlock(elements=list(_buttons(page, wanted, t))))
    return Post(title, blocks)


def _found(page: ListShown, t: Translator) -> str:
    if page.is_unknown:
        return t("Your tickets can't be listed")
    return t.plural("One ticket", "{count} tickets", page.count) if page.count else t("No tickets")


def nothing_found(source: Filter | int, t: Translator) -> str:
    """Returns that no ticket matches the filter, in words, or that a digest (by id) has none."""
    nothing = t("No tickets")
    return f"{nothing}: {_criteria(source, t)}" if isinstance(source, Filter) else nothing


def describe(wanted: Filter, t: Translator) -> str:
    """Returns the filter with its order in words."""
    return f"{_criteria(wanted, t)} · {t(ORDERS[wanted.order])}"


def _criteria(wanted: Filter, t: Translator) -> str:
    statuses = [words.status(letter, t)[1] for letter in wanted.statuses]
    parts = [t.listed(statuses) or t("any status")]
    if wanted.is_mine:
        parts.append(t("assigned to you"))
    if wanted.is_to_do:
        parts.append(t("yours or unassigned"))
    parts.append(line(wanted.department.name) if wanted.department else t("all your departments"))
    if wanted.owner:
        parts.append(wanted.owner)
    if wanted.subject:
        parts.append(t("“{words}” in the subject", words=line(wanted.subject)))
    if wanted.words:
        parts.append(t("“{words}”", words=line(wanted.words)))
    if wanted.since:
        parts.append(t("opened on or after {date}", date=t.day(wanted.since)))
    if wanted.until:
        parts.append(t("opened on or before {date}", date=t.day(wanted.until)))
    return " · ".join(parts)


def show_button(
    ticket: Ticket, place: TicketInList, t: Translator, *, names_subject: bool = True
) -> ButtonElement:
    """Returns a row's *Show ticket*, which screen readers read with the ticket's name."""
    about = f"{ticket.code} {ticket.subject}" if names_subject else ticket.code
    return button(t("Show ticket"), Id.OPEN_TICKET, place, about=about or ticket.id)


def _text(ticket: Ticket, page: ListShown, wanted: Filter, t: Translator) -> TextObject:
    """Returns two lines: the subject; then status, customer, the relevant age, and assignee.

    The department is named if the list has several.
    """
    rest = [status_of(ticket, t), customer(ticket, t)]
    if len({each.department.id for each in page.rows}) > 1:
        rest.append(line(ticket.department.name))
    rest.append(relevant_age(ticket, wanted.order, page.seen, t))
    if ticket.id in page.assignees:
        rest.append(line(page.assignees[ticket.id]) or t("unassigned"))
    return _row(ticket, rest, page.account, t)


def _row(ticket: Ticket, rest: Sequence[str], account: Account | None, t: Translator) -> TextObject:
    url = account.panel_url(ticket.id) if account else ""
    shown = [cut(each, 60) for each in rest]
    return titled_row(ticket.subject or t("(no subject)"), shown, url, ticket.name)


def relevant_age(ticket: Ticket, order: Order, seen: datetime, t: Translator) -> str:
    """Returns the age or the time since the last change, as sorted; "" if unknown."""
    is_by_age = order in {Order.OLDEST, Order.NEWEST}
    if ticket.created and (is_by_age or not ticket.changed):
        return t("{age} old", age=age(seen - ticket.created, t))
    return t("updated {age} ago", age=age(seen - ticket.changed, t)) if ticket.changed else ""


def status_of(ticket: Ticket, t: Translator) -> str:
    """Returns the status as a sign and a word."""
    return f"{words.sign(ticket.status)} {words.status(ticket.status, t)[1]}"


def _buttons(page: ListShown, wanted: Filter, t: Translator) -> Iterator[ButtonElement]:
    number = page.number
    yield from page.paging.turns(Id.TURN_LIST, lambda to: ListPage(to, wanted), t)
    if page.count > 1:
        is_by_age = wanted.order in {Order.OLDEST, Order.NEWEST}
        other = replace(wanted, order=Order.UNCHANGED if is_by_age else Order.OLDEST)
        label = t("Sort by last update") if is_by_age else t("Sort by age")
        yield variant(label, Id.TURN_LIST, ListPage(0, other), "sort")
    if page.count:
        yield button(t("Go through these"), Id.GO_THROUGH, TicketSource(wanted))
        these = TicketsFrom(number * PAGE_ROWS, wanted)
        yield button(t("Choose several"), Id.CHOOSE, these)
    yield button(t("Change filter"), Id.FIND, FilterValue(wanted))
    yield variant(t("Refresh"), Id.TURN_LIST, ListPage(number, wanted), "refresh")
