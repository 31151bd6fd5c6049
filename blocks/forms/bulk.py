"""Bulk actions: choosing tickets and an operation, then confirming."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    InputBlock,
    Option,
)
from slack_sdk.models.blocks.block_elements import ExternalDataMultiSelectElement
from slack_sdk.models.views import View

from blocks.forms.fields import (
    MAX_LABEL_LENGTH,
    MAX_VALUE_LENGTH,
    department_field,
    field,
    option,
    select,
)
from blocks.forms.frame import display_modal, modal
from blocks.forms.reading import Errors, chosen, chosen_option, ticked, values
from blocks.forms.state import AnswerToField, FormState
from blocks.ids import Id
from blocks.lists import relevant_age, status_of
from blocks.text import button, line, lines, plain, small, text_part
from blocks.ticket import customer, headline
from bot.domain.answer_to import Home
from bot.domain.errors import StaleButton
from bot.domain.filter import Order
from bot.domain.review import BulkChoice, ReviewTicket
from bot.domain.ticket import Ticket
from bot.i18n import N_, Translator

MAX_TICKETS = 25
MAX_TAGS = 5  # the form's metadata holds them
MAX_BACK_LENGTH = 500  # in the metadata too: the button back to the list
_GROUP = 10  # Slack's limit for a group of checkboxes
_NAMES = {"resolve": N_("Resolve"), "tags": N_("Add tags"), "transfer": N_("Transfer")}
_FIELDS = {"tags": Id.TAGS, "transfer": Id.DEPARTMENT}
"""The field that each operation needs."""
ALL, NONE = "all", "none"


class BulkState(FormState):
    """`bulk_id` identifies the offered tickets; `choice` is what was chosen.

    `answer_to` is the list or message where it began. The form offers tickets of `total` from index
    `first` on. `tags` and `department` preserve the input of hidden fields. `resets` counts uses of
    *Select all* and *Clear selection*.
    """

    bulk_id: str = Field(default="", alias="batch")
    answer_to: AnswerToField = Field(default=Home(), alias="response_url")
    choice: BulkChoice | None = Field(default=None, alias="several")
    first: int = 0
    total: int = 0
    tags: tuple[str, ...] = ()
    department: tuple[str, str] | None = None
    resets: int = 0


def offers(
    tickets: Sequence[Ticket], order: Order, seen: datetime, t: Translator
) -> Sequence[Option]:
    """Returns the tickets to tick, with what distinguishes them."""
    return [_offer(each, order, seen, t) for each in tickets]


def _offer(ticket: Ticket, order: Order, seen: datetime, t: Translator) -> Option:
    about = [
        ticket.name,
        status_of(ticket, t),
        relevant_age(ticket, order, seen, t),
        customer(ticket, t),
    ]
    return Option(
        value=ticket.id[:MAX_VALUE_LENGTH],
        text=plain(ticket.subject or t("(no subject)"), MAX_LABEL_LENGTH),
        description=plain(" · ".join(filter(None, about)), MAX_LABEL_LENGTH),
    )


def form(
    state: BulkState,
    t: Translator,
    *,
    offered: Sequence[Option],
    kind: str = "resolve",
    selected: Collection[str] = (),
) -> View:
    """Returns the form with the fields of this operation; the `selected` tickets are ticked.

    Slack keeps later ticks, because the block ids stay.
    """
    operations = select(Id.WHAT, {each: t(name) for each, name in _NAMES.items()}, kind)
    count = len(offered)
    blocks: list[Block] = [
        field(Id.WHAT, t("What to do"), operations, dispatches=True),
        *_field_of(kind, state, t),
        ActionsBlock(elements=[_select_all(count, t, clears=count == len(selected))]),
        *_checkboxes(offered, state, selected, t),
    ]
    if count < state.total:
        where = {"first": state.first + 1, "last": state.first + count, "total": state.total}
        blocks.append(small(t("These are tickets {first} to {last} of {total}.", **where)))
    return modal(Id.CHOOSE, state, blocks, t, title=t("Choose several"), submit=t("Next"))


def again(view: Mapping[str, Any], t: Translator, *, which: str = "") -> View:
    """Returns the form with the fields of the chosen operation; input is preserved.

    `which` ticks `ALL` tickets or `NONE`. Raises `StaleButton` for a form of another version.
    """
    state = BulkState.of_view(view)
    kept: dict[str, Any] = {}
    if _shows(view, Id.TAGS):
        kept["tags"] = tuple(ticked(view, Id.TAGS))
    if _shows(view, Id.DEPARTMENT):
        kept["department"] = chosen_option(view, Id.DEPARTMENT)
    offered, selected = list(_offered(view)), _selected(view)
    if which:
        kept["resets"] = state.resets + 1  # Slack keeps the ticks of a block id
        selected = [str(each.value) for each in offered] if which == ALL else []
    kind = chosen(view, Id.WHAT)
    if kind not in _NAMES or not offered:
        raise StaleButton
    return form(state.model_copy(update=kept), t, offered=offered, kind=kind, selected=selected)


def read(view: Mapping[str, Any], t: Translator) -> BulkChoice | Errors | View:
    """Returns the form again if it did not yet show the fields of the chosen operation.

    Raises `StaleButton` for operations that only another version of the bot knows.
    """
    picked = _selected(view)
    kind, department = chosen(view, Id.WHAT), chosen_option(view, Id.DEPARTMENT)
    tags = tuple(ticked(view, Id.TAGS))
    if kind in _FIELDS and not _shows(view, _FIELDS[kind]):
        return again(view, t)
    if not picked:
        return {Id.WHAT: t("Select at least one ticket.")}
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


def _selected(view: Mapping[str, Any]) -> list[str]:
    return [
        str(each["value"])
        for name, held in values(view)
        if name == Id.TICKET
        for each in held.get("selected_options") or ()
    ]


def _offered(view: Mapping[str, Any]) -> Iterator[Option]:
    """Yields the options of the form's checkboxes."""
    for block in view.get("blocks") or ():
        for element in block.get("elements") or ():
            if element.get("type") == "checkboxes":
                yield from Option.parse_all(element["options"]) or ()


def _shows(view: Mapping[str, Any], name: Id) -> bool:
    return any(block.get("block_id") == name for block in view.get("blocks") or ())


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


def under_way(wanted: BulkChoice, tickets: Sequence[ReviewTicket], t: Translator) -> View:
    """Names the tickets on which the same operation is already active, so nothing was stored."""
    why = t("This is already in progress for these tickets, so it won't be done twice:")
    codes = [[text_part(each.code or each.id)] for each in tickets]
    blocks = [lines([[text_part(why, bold=True)], *codes])]
    return display_modal(blocks, t, title=t(_NAMES[wanted.kind]))


def describe(wanted: BulkChoice, t: Translator) -> str:
    """Returns the operation with the tags or the department."""
    about = t.enumeration(list(wanted.tags)) or line(wanted.department_name)
    name = t(_NAMES[wanted.kind])
    return t("{what} ({about})", what=name, about=about) if about else name


def _field_of(kind: str, state: BulkState, t: Translator) -> Iterator[InputBlock]:
    if kind == "tags":
        tags = ExternalDataMultiSelectElement(
            action_id=Id.TAGS,
            min_query_length=0,
            max_selected_items=MAX_TAGS,
            initial_options=[option(name, name) for name in state.tags] or None,
            placeholder=plain(t("Choose tags"), 150),
        )
        yield field(Id.TAGS, t("Tags"), tags)
    elif kind == "transfer":
        department = option(*state.department) if state.department else None
        yield department_field(department, t, dispatches=False)


def _select_all(count: int, t: Translator, *, clears: bool) -> ButtonElement:
    label = t("Clear selection") if clears else t("Select all ({count})", count=count)
    return button(label, Id.SELECT_ALL, NONE if clears else ALL)


def _checkboxes(
    offered: Sequence[Option], state: BulkState, selected: Collection[str], t: Translator
) -> Iterator[Block]:
    """Splits the tickets into groups of ten, Slack's limit.

    They are not input blocks, each of which Slack would label optional or require a tick in.
    """
    for start in range(0, len(offered), _GROUP):
        group = offered[start : start + _GROUP]
        if len(offered) > _GROUP:
            heading = _numbered(state.first + start + 1, len(group), t)
            yield lines([[text_part(heading, bold=True)]])
        yield ActionsBlock(
            block_id=f"{Id.TICKET}.{start}.{state.resets}",
            elements=[
                CheckboxesElement(
                    action_id=f"{Id.TICKET}.{start}",
                    options=group,
                    initial_options=[each for each in group if each.value in selected] or None,
                )
            ],
        )


def _numbered(first: int, count: int, t: Translator) -> str:
    if count == 1:
        return t("Ticket {number}", number=first)
    return t("Tickets {first} to {last}", first=first, last=first + count - 1)


def failed(
    state: BulkState, why: Sequence[str], t: Translator, kind: Id = Id.CONFIRM_SEVERAL
) -> View:
    """Replaces the form after a failure; it can be submitted again."""
    title, submit = t("Choose several"), t("Try again")
    blocks: list[Block] = [lines([[text_part(each, limit=300)] for each in why])]
    return modal(kind, state, blocks, t, title=title, submit=submit)
