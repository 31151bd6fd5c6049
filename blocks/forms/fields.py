"""Fields of forms, and readers of their input."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

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
from slack_sdk.models.views import View

from blocks.forms.state import ChoiceState, FormState
from blocks.ids import Id
from blocks.text import lines, plain, small
from bot.domain.people import OpenForm
from bot.i18n import Translator
from bot.operations.rich_text import is_empty, names_somebody_in_slack

MAX_OTHERS = 3
MAX_OPTIONS = 100  # Slack's limit
MAX_TITLE_LENGTH = 24
MAX_AREA_LENGTH = 1000  # of a reason or comment
MAX_LABEL_LENGTH, MAX_VALUE_LENGTH = 75, 150  # Slack's limits for an option


Errors = dict[str, str]
"""Error texts by the field's block id."""


def values(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields each field's name and value; a block id may have a suffix after a dot."""
    state: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    for block_id, held in state.items():
        for value in held.values():
            yield block_id.partition(".")[0], value


def name_of(block: Mapping[str, Any]) -> str:
    """Returns the name of a block's field: its block id without the suffix after a dot."""
    return str(block.get("block_id") or "").partition(".")[0]


def at_their_blocks(errors: Errors, view: Mapping[str, Any]) -> Errors:
    """Returns errors by field's name as errors by block id, as Slack takes them."""
    ids = {name_of(each): str(each["block_id"]) for each in view["blocks"] if name_of(each)}
    return {ids.get(name, name): text for name, text in errors.items()}


def rich_text_in(view: Mapping[str, Any], field: Id) -> dict[str, Any]:
    """Returns what is typed in a rich text field so far."""
    held = (value.get("rich_text_value") for name, value in values(view) if name == field)
    return next(held, None) or {}


def rich_text_error(rich_text: Mapping[str, Any], t: Translator) -> str:
    """Returns why customers can't get the text, "" if they can."""
    if names_somebody_in_slack(rich_text):
        return t("Customers can't see Slack mentions. Type the name instead.")
    return t("Type something first.") if is_empty(rich_text) else ""


def as_typed(view: Mapping[str, Any], field: Id) -> list[Mapping[str, Any]]:
    """Returns the form's blocks, with what is typed in a rich text field as its initial value.

    Slack keeps what is typed while the field stays, but the form may be shown with another field
    meanwhile: after two clicks, whichever is drawn last.
    """
    initial = {"initial_value": held} if (held := rich_text_in(view, field)) else {}
    return [
        {**block, "element": {**block["element"], **initial}} if name_of(block) == field else block
        for block in view["blocks"]
    ]


def typed(view: Mapping[str, Any], field: Id) -> str:
    """Returns the text of a plain field, or ""."""
    return next(
        (str(value.get("value") or "") for name, value in values(view) if name == field), ""
    )


def chosen(view: Mapping[str, Any], field: Id) -> str:
    """Returns the value of the chosen option, or ""."""
    options = (value.get("selected_option") or {} for name, value in values(view) if name == field)
    return next((str(option.get("value") or "") for option in options), "")


def chosen_option(view: Mapping[str, Any], field: Id) -> tuple[str, str] | None:
    """Returns the value and label of the chosen option."""
    options = (value.get("selected_option") for name, value in values(view) if name == field)
    option = next(options, None)
    return (str(option["value"]), str(option["text"]["text"])) if option else None


def ticked(view: Mapping[str, Any], field: Id) -> list[str]:
    """Returns the values of all ticked or chosen options."""
    held = next((value for name, value in values(view) if name == field), {})
    return [str(option.get("value") or "") for option in held.get("selected_options") or ()]


def with_blocks(view: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Returns the form, as Slack sent it, with these blocks."""
    kept = ("type", "callback_id", "title", "close", "submit", "private_metadata")
    return {**{name: view[name] for name in kept}, "blocks": blocks}


def first_field(view: Mapping[str, Any]) -> str:
    """Returns the block id of the first input, or "".

    Slack shows errors of the whole form there.
    """
    inputs = (block for block in view.get("blocks") or () if block.get("type") == "input")
    return next((str(block.get("block_id") or "") for block in inputs), "")


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


def read_zone(view: Mapping[str, Any]) -> str:
    """Returns the chosen time zone, "" if there is no such zone."""
    zone = chosen(view, Id.ZONE)
    return zone if zone in available_timezones() else ""


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
    """Returns a field for one value, all of which are in sight; `texts` maps values to labels."""
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
    """Shows who else has such a form open, to avoid two answers to one question."""
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


def say_what_is_left_out(form: View, rest: str, t: Translator, *, dropped: str = "") -> View:
    """Adds a note if a message is too long for its field, and what else was `dropped`."""
    if dropped:
        form.blocks = [small(f"⚠️ {dropped}"), *form.blocks]
    if rest:
        text = t.plural(
            "The message is too long for this form: one character is left out, “{words}”.",
            "The message is too long for this form: {count} characters are left out, "
            "from “{words}” on.",
            len(rest),
            words=" ".join(rest[:60].split()),
        )
        note = lines([[RichTextElementParts.Text(text=f"⚠️ {text}")]])
        form.blocks = [note, *form.blocks]
    return form


def display_modal(
    blocks: Sequence[Block],
    t: Translator,
    *,
    title: str,
    kind: Id | None = None,
    state: FormState | None = None,
) -> View:
    """Returns a form that is only read: it has no submit button."""
    return View(
        type="modal",
        callback_id=kind,
        title=plain(title, MAX_TITLE_LENGTH),
        close=plain(t("Close"), MAX_TITLE_LENGTH),
        private_metadata=state.to_metadata() if state else None,
        blocks=list(blocks),
    )


def modal(
    kind: Id, state: FormState, blocks: Sequence[Block], t: Translator, *, title: str, submit: str
) -> View:
    """Returns a form with a submit button."""
    return View(
        type="modal",
        callback_id=kind,
        title=plain(title, MAX_TITLE_LENGTH),
        submit=plain(submit, MAX_TITLE_LENGTH),
        close=plain(t("Cancel"), MAX_TITLE_LENGTH),
        private_metadata=state.to_metadata(),
        blocks=list(blocks),
    )
