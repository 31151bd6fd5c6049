"""Bulk actions: the choice of tickets and operation, then a confirmation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field
from slack_sdk.models.blocks import Block, CheckboxesElement
from slack_sdk.models.blocks.block_elements import ExternalDataMultiSelectElement
from slack_sdk.models.views import View

from blocks.forms.fields import (
    Errors,
    chosen,
    chosen_option,
    department_field,
    display_modal,
    field,
    modal,
    option,
    select,
    ticked,
    values,
)
from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.text import line, lines, plain, small, text_part
from blocks.ticket import headline
from bot.domain.errors import StaleButton
from bot.domain.review import BulkChoice, ReviewTicket
from bot.domain.ticket import Ticket
from bot.i18n import N_, Translator

MAX_TICKETS = 25
MAX_TAGS = 5  # the form's metadata holds them
_GROUP = 10  # Slack's limit for a group of checkboxes
_NAMES = {"resolve": N_("Resolve"), "tags": N_("Add tags"), "transfer": N_("Transfer")}


class BulkState(FormState):
    """`bulk_id` identifies the offered tickets; `choice` is what was chosen."""

    bulk_id: str = Field(default="", alias="batch")
    choice: BulkChoice | None = Field(default=None, alias="several")


def form(
    state: BulkState, t: Translator, *, tickets: Sequence[Ticket], first: int = 0, total: int = 0
) -> View:
    """Returns the form, with nothing ticked.

    Its tickets are those of `total` from index `first` on.
    """
    choose_tags = ExternalDataMultiSelectElement(
        action_id=Id.TAGS,
        min_query_length=0,
        max_selected_items=MAX_TAGS,
        placeholder=plain(t("Choose tags"), 150),
    )
    which = t("Needed for Add tags.")
    where = t("Needed for Transfer.")
    blocks: list[Block] = [
        *_checkboxes(tickets, t),
        *_what_there_is(first, len(tickets), total, t),
        field(
            Id.WHAT,
            t("What to do"),
            select(Id.WHAT, {kind: t(name) for kind, name in _NAMES.items()}, "resolve"),
        ),
        field(Id.TAGS, t("Tags"), choose_tags, optional=True, hint=which),
        department_field(None, t, dispatches=False, optional=True, hint=where),
    ]
    return modal(Id.CHOOSE, state, blocks, t, title=t("Choose several"), submit=t("Next"))


def read(view: Mapping[str, Any], t: Translator) -> BulkChoice | Errors:
    """Raises `StaleButton` for operations that only another version of the bot knows."""
    picked = [
        str(each["value"])
        for name, held in values(view)
        if name == Id.TICKET
        for each in held.get("selected_options") or ()
    ]
    kind, department = chosen(view, Id.WHAT), chosen_option(view, Id.DEPARTMENT)
    tags = tuple(ticked(view, Id.TAGS))
    if not picked:
        return {f"{Id.TICKET}.0": t("Select at least one ticket.")}
    if kind == "tags" and not tags:
        return {Id.TAGS: t("Choose a tag.")}
    if kind == "transfer" and not department:
        return {Id.DEPARTMENT: t("Choose a department.")}
    if kind == "tags":
        return BulkChoice(kind, tuple(picked), tags=tags)
    if kind == "transfer" and department:
        return BulkChoice(kind, tuple(picked), (), *department)
    if kind != "resolve":
        raise StaleButton
    return BulkChoice(kind, tuple(picked))


def remembered(state: BulkState) -> BulkChoice:
    """Returns the confirmed choice. Raises `StaleButton` for a form of another version."""
    if state.choice is None:
        raise StaleButton
    return state.choice


def confirmation(
    state: BulkState,
    t: Translator,
    *,
    wanted: BulkChoice,
    tickets: Sequence[Ticket],
    left_out: Sequence[str] = (),
) -> View:
    """Names every ticket; `left_out` says which ones are excluded, and why."""
    named = [[text_part(headline(ticket, t), limit=150)] for ticket in tickets]
    what = describe(wanted, t)
    title = t.plural("{what}: one ticket", "{what}: {count} tickets", len(tickets), what=what)
    blocks: list[Block] = [lines([[text_part(title, bold=True, limit=500)], *named])]
    if left_out:
        blocks.append(lines([[text_part(each, limit=300)] for each in left_out]))
    if wanted.kind == "resolve":
        blocks.append(small(t("No e-mail is sent, unless one of your LiveAgent rules does.")))
    name = t(_NAMES[wanted.kind])
    return modal(Id.CONFIRM_SEVERAL, state, blocks, t, title=name, submit=name)


def under_way(wanted: BulkChoice, stops: Sequence[ReviewTicket], t: Translator) -> View:
    """Names the tickets for which nothing was stored because the same is already under way."""
    why = t("This is already in progress for these tickets, so it won't be done twice:")
    codes = [[text_part(stop.code or stop.id)] for stop in stops]
    blocks = [lines([[text_part(why, bold=True)], *codes])]
    return display_modal(blocks, t, title=t(_NAMES[wanted.kind]))


def describe(wanted: BulkChoice, t: Translator) -> str:
    """Returns the operation with the tags or the department."""
    about = t.enumeration(list(wanted.tags)) or line(wanted.department_name)
    name = t(_NAMES[wanted.kind])
    return t("{what} ({about})", what=name, about=about) if about else name


def _checkboxes(tickets: Sequence[Ticket], t: Translator) -> Iterator[Block]:
    """Splits the tickets into groups of ten, Slack's limit."""
    for start in range(0, len(tickets), _GROUP):
        group = tickets[start : start + _GROUP]
        label = t("Tickets {first} to {last}", first=start + 1, last=start + len(group))
        options = [option(each.id, headline(each, t)) for each in group]
        element = CheckboxesElement(action_id=f"{Id.TICKET}.{start}", options=options)
        yield field(f"{Id.TICKET}.{start}", label, element, optional=True)


def _what_there_is(first: int, count: int, total: int, t: Translator) -> Iterator[Block]:
    if count < total:
        where = {"first": first + 1, "last": first + count, "total": total}
        yield small(t("These are tickets {first} to {last} of {total}.", **where))


def failed(
    state: BulkState, why: Sequence[str], t: Translator, kind: Id = Id.CONFIRM_SEVERAL
) -> View:
    """Replaces the confirmation or the choice after a failure; it can be submitted again."""
    title, submit = t("Choose several"), t("Try again")
    blocks: list[Block] = [lines([[text_part(each, limit=300)] for each in why])]
    return modal(kind, state, blocks, t, title=title, submit=submit)
