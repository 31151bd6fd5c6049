"""The tickets of a digest, as a table, or as rows with buttons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    SectionBlock,
    StaticSelectElement,
    TableBlock,
    TextObject,
)

from blocks import words
from blocks.forms.fields import option
from blocks.ids import Id
from blocks.lists import show_button, status_of
from blocks.shared import public_name
from blocks.text import (
    Part,
    age,
    cut,
    emoji,
    line,
    lines,
    link,
    plain,
    small,
    text_part,
    titled_row,
)
from blocks.values.tickets import TicketInList
from bot.domain.digest import PUT_OFF, Contents, Digest, Shown, Standing
from bot.domain.ref import Account
from bot.domain.ticket import Ticket
from bot.i18n import Translator

MAX_SUBJECT, MAX_NAME = 90, 40
MAX_SECTIONS, MAX_ASSIGNEES = 8, 5
_COLOURS = (
    (timedelta(days=1), "large_green_circle"),
    (timedelta(days=3), "large_yellow_circle"),
    (timedelta.max, "red_circle"),
)
"""The colour of a ticket younger than this."""

Cell = dict[str, Any]


def table(contents: Contents, digest: Digest, t: Translator, account: Account) -> TableBlock:
    """Returns the shown tickets, grouped by department if there are several.

    Three columns, since a phone has no room for more.
    """
    names = [t("Age"), t("Ticket")]
    if contents.assignees:
        names.append(t("Assigned to"))
    found = [[_cell([text_part(name, bold=True)]) for name in names]]
    by_department = in_departments(contents.shown)
    for department, group in groupby(by_department, key=lambda each: each.department):
        if len({each.department.id for each in by_department}) > 1:
            heading = _cell([text_part(line(department.name) or "?", bold=True, limit=MAX_NAME)])
            found.append([_EMPTY, heading, *[_EMPTY] * (len(names) - 2)])
        found += [list(_cells(each, contents, digest, t, account)) for each in group]
    return TableBlock(rows=found, column_settings=[{"is_wrapped": True} for _ in names])


def in_departments(tickets: Sequence[Ticket]) -> Sequence[Ticket]:
    """Groups the tickets by department, in the order of their first tickets."""
    place: dict[str, int] = {}
    for each in tickets:
        place.setdefault(each.department.id, len(place))
    return sorted(tickets, key=lambda each: place[each.department.id])


def _cells(
    ticket: Ticket, contents: Contents, digest: Digest, t: Translator, account: Account
) -> Iterator[Cell]:
    yield _cell(_age(ticket, contents, t))
    yield _cell(_ticket(ticket, contents, digest, t, account))
    if contents.assignees:
        name = contents.assignees.get(ticket.id)
        known = "" if name is None else line(name) or t("Unassigned")
        yield _cell([text_part(known, bold=name == "", limit=MAX_NAME)])


def _age(ticket: Ticket, contents: Contents, t: Translator) -> Iterator[Part]:
    """Yields its colour and its age in words; postponed tickets have no colour."""
    if not ticket.created:
        yield text_part("?")
        return
    waited = contents.seen - ticket.created
    icon, _ = words.status(ticket.status, t)
    if ticket.status not in PUT_OFF:
        icon = next(colour for limit, colour in _COLOURS if waited < limit)
    yield emoji(icon)
    yield text_part(f" {age(waited, t)}")


def _ticket(
    ticket: Ticket, contents: Contents, digest: Digest, t: Translator, account: Account
) -> Iterator[Part]:
    if Shown.SUBJECT in digest.shows:
        subject = line(ticket.subject) or t("(no subject)")
        yield text_part(subject, bold=True, limit=MAX_SUBJECT)
        yield text_part("\n")
    yield link(account.panel_url(ticket.id), ticket.name)
    customer = cut(public_name(ticket), MAX_NAME) if Shown.OWNER in digest.shows else ""
    _, status = words.status(ticket.status, t)
    yield text_part("".join(f" · {each}" for each in (customer, status) if each))
    if what := _news(ticket, contents, t):
        yield text_part(" · ")
        yield emoji("new")
        yield text_part(f" {what}")


def _news(ticket: Ticket, contents: Contents, t: Translator) -> str:
    if not contents.is_changed(ticket):
        return ""
    is_new = contents.before is not None and ticket.id not in contents.before
    return t("new since last time") if is_new else t("updated since last time")


def _cell(parts: Iterator[Part] | Sequence[Part]) -> Cell:
    """Returns what a `RichTextBlock` would, without validating each of hundreds of parts twice."""
    section = {"type": "rich_text_section", "elements": [part.to_dict() for part in parts]}
    return {"type": "rich_text", "elements": [section]}


_EMPTY = _cell([text_part(" ")])


def menu(tickets: Sequence[Ticket], digest: Digest, t: Translator) -> StaticSelectElement:
    """Returns the menu that opens one of the tickets for the clicker only."""
    unique = {each.id: each for each in tickets}
    return StaticSelectElement(
        action_id=Id.OPEN_TICKET,
        placeholder=plain(t("Open a ticket …"), 150),
        options=[option(each.id, _entry(each, digest)) for each in unique.values()],
    )


def _entry(ticket: Ticket, digest: Digest) -> str:
    parts = [line(ticket.code) or ticket.id]
    if Shown.SUBJECT in digest.shows and line(ticket.subject):
        parts.append(line(ticket.subject))
    return " · ".join(parts)


def sections(contents: Contents, t: Translator) -> Iterator[Block]:
    """Yields how many tickets each department has, and their assignees as far as known."""
    of_departments: dict[str, list[Standing]] = {}
    for each in contents.tickets:
        of_departments.setdefault(each.department.id, []).append(each)
    if len(of_departments) < 2 and not contents.names:  # noqa: PLR2004  there is nothing to compare
        return
    most_first = sorted(of_departments.values(), key=len, reverse=True)
    yield lines(_section(tickets, contents, t) for tickets in most_first[:MAX_SECTIONS])
    if (more := len(most_first) - MAX_SECTIONS) > 0:
        yield small(t.plural("and one more department", "and {count} more departments", more))


def _section(tickets: Sequence[Standing], contents: Contents, t: Translator) -> Iterator[Part]:
    name = line(tickets[0].department.name) or "?"
    yield text_part(f"{name}: {len(tickets)}", bold=True, limit=80)
    if contents.names:
        who = Counter(each.assignee_id for each in tickets)
        nobody = t("unassigned")
        unowned = [f"{nobody} {who.pop('')}"] if who[""] else []
        counts = [
            f"{cut(line(contents.names.get(each, '')), MAX_NAME) or '?'} {count}"
            for each, count in who.most_common(MAX_ASSIGNEES)
        ]
        rest = who.total() - sum(count for _, count in who.most_common(MAX_ASSIGNEES))
        others = [t("others {count}", count=rest)] if rest else []
        yield text_part(f" · {t.listed([*unowned, *counts, *others])}", limit=400)


def rows(contents: Contents, digest: Digest, t: Translator) -> Iterator[Block]:
    """Yields the shown tickets, each with a button that shows its card to the clicker only."""
    places = TicketInList.each([ticket.id for ticket in contents.shown])
    shows_subject = Shown.SUBJECT in digest.shows
    for ticket, place in zip(contents.shown, places, strict=False):
        text = _row(ticket, contents, digest, t)
        show = show_button(ticket, place, t, names_subject=shows_subject)
        yield SectionBlock(text=text, accessory=show)


def _row(ticket: Ticket, contents: Contents, digest: Digest, t: Translator) -> TextObject:
    """Returns two lines: the subject, if it is shown, and the rest as in a list, all unparsed."""
    shows_subject = Shown.SUBJECT in digest.shows
    rest = [status_of(ticket, t)] if shows_subject else []
    if Shown.OWNER in digest.shows:
        rest.append(cut(public_name(ticket), MAX_NAME))
    if ticket.created:
        rest.append(t("{age} old", age=age(contents.seen - ticket.created, t)))
    if ticket.id in contents.assignees:
        rest.append(line(contents.assignees[ticket.id]) or t("unassigned"))
    news = _news(ticket, contents, t)
    rest += [f"🆕 {news}"] if news else []
    title = line(ticket.subject) or t("(no subject)") if shows_subject else status_of(ticket, t)
    return titled_row(title, rest, "", ticket.name)
