"""The form for choosing which tickets to list."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field
from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
)
from slack_sdk.models.blocks.block_elements import EmailInputElement
from slack_sdk.models.views import View

from blocks import words
from blocks.forms.fields import (
    checkbox,
    department_field,
    field,
    line_field,
    multi_select,
    option,
    select,
)
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, chosen, chosen_option, ticked, typed, values
from blocks.forms.state import AnswerToField, FormState
from blocks.ids import Id
from blocks.lists import ORDERS
from blocks.text import capitalised, line
from bot.domain.answer_to import Home
from bot.domain.filter import FIRST_DAY, LAST_DAY, Filter, Order
from bot.domain.people import Department
from bot.domain.spelling import tidy_address
from bot.domain.ticket import Status
from bot.i18n import Translator

MAX_SUBJECT_LENGTH = 200
MAX_ADDRESS_LENGTH = 254


class FindState(FormState):
    """`in_place`: the list replaces the message from which the form was opened.

    `full_text`: messages are searched too.
    """

    answer_to: AnswerToField = Field(default=Home(), alias="response_url")
    in_place: bool = False
    full_text: bool = False


def form(state: FindState, t: Translator, *, wanted: Filter) -> View:
    """Returns the form; `wanted` is the initial input."""
    statuses = {str(each): words.status(each, t)[1] for each in Status}
    orders = {str(order): capitalised(t(text)) for order, text in ORDERS.items()}
    department = wanted.department and option(wanted.department.id, wanted.department.name)
    blocks: list[Block] = [
        multi_select(
            Id.STATUS,
            t("Status"),
            statuses,
            wanted.statuses,
            placeholder=t("Any status"),
            optional=True,
        ),
        department_field(department or None, t, dispatches=False, optional=True),
        field(
            Id.CUSTOMER_EMAIL,
            t("Customer's e-mail"),
            EmailInputElement(action_id=Id.CUSTOMER_EMAIL, initial_value=wanted.owner or None),
            optional=True,
        ),
        line_field(
            Id.SUBJECT,
            t("Words") if state.full_text else t("Subject"),
            wanted.words or wanted.subject,
            MAX_SUBJECT_LENGTH,
            optional=True,
            hint=t("In the subject, the messages, or the customer's name or address, in any order")
            if state.full_text
            else t("Words in the subject, in any order"),
        ),
        _day(Id.SINCE, t("Opened on or after"), wanted.since),
        _day(Id.UNTIL, t("Opened on or before"), wanted.until),
        field(Id.ORDER, t("Sort by"), select(Id.ORDER, orders, wanted.order)),
        field(
            Id.MINE,
            t("Assigned to"),
            checkbox(Id.MINE, t("Only tickets assigned to me"), is_ticked=wanted.is_mine),
            optional=True,
        ),
    ]
    return modal(Id.FIND, state, blocks, t, title=t("Find tickets"), submit=t("Show"))


def read(view: Mapping[str, Any], t: Translator) -> Filter | Errors:
    """Returns the filter, or errors by field."""
    since, until = _chosen_day(view, Id.SINCE), _chosen_day(view, Id.UNTIL)
    for name, day in ((Id.SINCE, since), (Id.UNTIL, until)):
        if day and not FIRST_DAY <= day <= LAST_DAY:
            first, last = FIRST_DAY.year, LAST_DAY.year
            return {name: t("Choose a day between {first} and {last}.", first=first, last=last)}
    if since and until and until < since:
        return {Id.UNTIL: t("This is before the start date.")}
    department = chosen_option(view, Id.DEPARTMENT)
    letters = ticked(view, Id.STATUS)
    return Filter(
        statuses=tuple(each for each in Status if each in letters),
        department=Department(*department) if department else None,
        owner=tidy_address(typed(view, Id.CUSTOMER_EMAIL))[:MAX_ADDRESS_LENGTH],
        words=line(typed(view, Id.SUBJECT)),
        since=since,
        until=until,
        order=Order(chosen(view, Id.ORDER) or Order.OLDEST),
        is_mine=bool(ticked(view, Id.MINE)),
    )


def _day(name: Id, label: str, initial: date | None) -> Block:
    shown = initial.isoformat() if initial else None
    return field(name, label, DatePickerElement(action_id=name, initial_date=shown), optional=True)


def _chosen_day(view: Mapping[str, Any], name: Id) -> date | None:
    picked = next(
        (value.get("selected_date") for each, value in values(view) if each == name), None
    )
    return date.fromisoformat(picked) if picked else None
