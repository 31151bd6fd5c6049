"""Fields of forms."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    RadioButtonsElement,
    RichTextBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import (
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
    InputInteractiveElement,
    PlainTextInputElement,
    RichTextElementParts,
    RichTextInputElement,
    RichTextSectionElement,
)

from blocks.forms.state import ChoiceState
from blocks.ids import Id
from blocks.text import plain
from bot.domain.people import OpenForm
from bot.i18n import Translator

MAX_OTHERS = 3
MAX_OPTIONS = 100  # Slack's limit
MAX_AREA_LENGTH = 1000  # of a reason or comment
MAX_LABEL_LENGTH, MAX_VALUE_LENGTH = 75, 150  # Slack's limits for an option


def option(value: str, text: str) -> Option:
    return Option(value=value[:MAX_VALUE_LENGTH], text=plain(text, MAX_LABEL_LENGTH))


def field(
    block_id: str,
    label: str,
    element: InputInteractiveElement,
    *,
    optional: bool = False,
    dispatches: bool = False,
    hint: str = "",
) -> InputBlock:
    """With `dispatches`, Slack sends every change to the bot."""
    return InputBlock(
        block_id=block_id,
        label=plain(label, 2000),
        element=element,
        optional=optional or None,
        dispatch_action=dispatches or None,
        hint=plain(hint, 2000) if hint else None,
    )


def department_field(
    chosen: Option | None, t: Translator, *, dispatches: bool, optional: bool = False
) -> InputBlock:
    """Its options are loaded while somebody types: see `handlers/listeners/choices.py`."""
    element = ExternalDataSelectElement(
        action_id=Id.DEPARTMENT,
        min_query_length=0,
        initial_option=chosen,
        placeholder=plain(t("Choose a department"), 150),
    )
    label = t("Department")
    return field(Id.DEPARTMENT, label, element, dispatches=dispatches, optional=optional)


def select(name: Id, texts: Mapping[str, str], initial: str) -> StaticSelectElement:
    """Returns a menu for one value; `texts` maps values to labels."""
    options = {value: option(value, text) for value, text in texts.items()}
    return StaticSelectElement(
        action_id=name, options=list(options.values()), initial_option=options[initial]
    )


def zone_field(zone: str, t: Translator) -> Block:
    element = ExternalDataSelectElement(
        action_id=Id.ZONE, min_query_length=0, initial_option=option(zone, zone)
    )
    return field(Id.ZONE, t("Time zone"), element)


def checkboxes(
    name: Id, options: Mapping[str, Option], initial: Sequence[str] | frozenset[str]
) -> CheckboxesElement:
    return CheckboxesElement(
        action_id=name,
        options=list(options.values()),
        initial_options=[shown for value, shown in options.items() if value in initial] or None,
    )


def radio_buttons(
    name: Id, label: str, texts: Mapping[str, str], initial: str, *, dispatches: bool = False
) -> InputBlock:
    """Returns a field for one of several visible values; `texts` maps values to labels."""
    options = {value: option(value, text) for value, text in texts.items()}
    element = RadioButtonsElement(
        action_id=name, options=list(options.values()), initial_option=options[initial]
    )
    return field(name, label, element, dispatches=dispatches)


def multi_select(
    name: Id,
    label: str,
    texts: Mapping[str, str],
    initial: Sequence[str],
    *,
    placeholder: str = "",
    optional: bool = False,
) -> InputBlock:
    """Returns a menu for several values; `texts` maps values to labels."""
    options = {value: option(value, text) for value, text in texts.items()}
    element = StaticMultiSelectElement(
        action_id=name,
        options=list(options.values()),
        initial_options=[options[each] for each in initial if each in options] or None,
        placeholder=plain(placeholder, 150) if placeholder else None,
    )
    return field(name, label, element, optional=optional)


def tags_field(label: str, names: Iterable[str], t: Translator) -> InputBlock:
    """Returns the field to choose tags in; `names` are the initial ones.

    Its options are loaded while somebody types: see `handlers/listeners/choices.py`.
    """
    fitting = [name for name in dict.fromkeys(names) if 0 < len(name) <= MAX_VALUE_LENGTH]
    select = ExternalDataMultiSelectElement(
        action_id=Id.TAGS,
        min_query_length=0,
        initial_options=[option(name, name) for name in fitting[:MAX_OPTIONS]] or None,
        placeholder=plain(t("Choose tags"), 150),
    )
    return field(Id.TAGS, label, select, optional=True)


def checkbox(name: Id, text: str, *, is_ticked: bool = False) -> CheckboxesElement:
    return checkboxes(name, {"yes": option("yes", text)}, ["yes"] if is_ticked else [])


def email_field(t: Translator, *, is_ticked: bool) -> InputBlock:
    """Returns the choice whether the customer is e-mailed."""
    box = checkbox(Id.EMAIL_CUSTOMER, t("E-mail the customer"), is_ticked=is_ticked)
    return field(Id.EMAIL_CUSTOMER, t("E-mail"), box, optional=True)


def line_field(
    name: Id,
    label: str,
    text: str,
    max_length: int = 200,
    *,
    optional: bool = False,
    hint: str = "",
) -> InputBlock:
    """Returns a one-line field with the initial `text`."""
    element = PlainTextInputElement(
        action_id=name, initial_value=text[:max_length] or None, max_length=max_length
    )
    return field(name, label, element, optional=optional, hint=hint)


def text_area(
    name: Id, max_length: int = MAX_AREA_LENGTH, *, text: str = "", is_focused: bool = False
) -> PlainTextInputElement:
    """Returns an element for several lines with the initial `text`."""
    return PlainTextInputElement(
        action_id=name,
        multiline=True,
        max_length=max_length,
        initial_value=text[:max_length] or None,
        focus_on_load=is_focused or None,
    )


def reason_field(t: Translator) -> InputBlock:
    hint, area = t("Saved as an internal note."), text_area(Id.REASON)
    return field(Id.REASON, t("Reason"), area, optional=True, hint=hint)


def message_field(
    rich_text: Mapping[str, Any] | None,
    t: Translator,
    block_id: str = Id.MESSAGE,
    *,
    hint: str = "",
    is_focused: bool = False,
) -> InputBlock:
    """Returns the field of a text for customers, with its initial content."""
    elements = (rich_text or {}).get("elements")
    element = RichTextInputElement(
        action_id=Id.MESSAGE,
        initial_value=RichTextBlock(elements=elements) if elements else None,
        focus_on_load=is_focused or None,
    )
    return field(block_id, t("Message"), element, hint=hint)


def others_here(others: Sequence[OpenForm], kind: Id, t: Translator) -> list[Block]:
    """Shows who else has the same form open, to avoid two answers to one question."""
    blocks: list[Block] = []
    for other in others[:MAX_OTHERS]:
        ago = t.plural("a minute ago", "{count} minutes ago", max(int(other.seconds // 60), 1))
        if kind is Id.REPLY:
            opened = t("opened a reply form {ago}", ago=ago)
        else:
            opened = t("opened a note form {ago}", ago=ago)
        parts = [
            RichTextElementParts.Emoji(name="eyes"),
            RichTextElementParts.Text(text=" "),
            RichTextElementParts.User(user_id=other.slack_user),
            RichTextElementParts.Text(text=f" {opened}"),
        ]
        blocks.append(RichTextBlock(elements=[RichTextSectionElement(elements=parts)]))
    return blocks


def ticket_field(
    state: ChoiceState,
    t: Translator,
    *,
    chosen: Option | None = None,
    dispatches: bool = False,
) -> InputBlock:
    """Returns the field to choose a ticket in."""
    element = ExternalDataSelectElement(
        action_id=Id.TICKET,
        min_query_length=0,
        initial_option=chosen,
        placeholder=plain(t("Code, ID or link"), 150),
    )
    hint = t("Tickets you opened recently come first.")
    if state.among:
        hint = t("The tickets of the message above this thread come first.")
    return field(Id.TICKET, t("Ticket"), element, hint=hint, dispatches=dispatches)
