"""The fields of forms, and how they are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    RichTextBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import (
    ExternalDataSelectElement,
    InputInteractiveElement,
    PlainTextInputElement,
    RichTextElementParts,
    RichTextSectionElement,
)
from slack_sdk.models.views import View

from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.text import lines, plain
from bot.i18n import Translator

MAX_OTHERS = 3
MAX_LABEL_LENGTH, MAX_VALUE_LENGTH = 75, 150  # of an option of Slack's


@dataclass(frozen=True, slots=True)
class OtherForm:
    """Somebody else has one open for the same ticket."""

    slack_user: str
    minutes: int


Errors = dict[str, str]
"""What is wrong with what was typed, by the field's block id."""


def values(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each field's name with what it holds; a block id may have more behind a dot."""
    state: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    for block_id, held in state.items():
        for value in held.values():
            yield block_id.partition(".")[0], value


def typed(view: Mapping[str, Any], field: Id) -> str:
    """The words in a plain field; "" where there are none."""
    return next(
        (str(value.get("value") or "") for name, value in values(view) if name == field), ""
    )


def chosen(view: Mapping[str, Any], field: Id) -> str:
    """The value of the option that is chosen; "" where none is."""
    options = (value.get("selected_option") or {} for name, value in values(view) if name == field)
    return next((str(option.get("value") or "") for option in options), "")


def chosen_option(view: Mapping[str, Any], field: Id) -> tuple[str, str] | None:
    """The value and the label of the option that is chosen."""
    options = (value.get("selected_option") for name, value in values(view) if name == field)
    option = next(options, None)
    return (str(option["value"]), str(option["text"]["text"])) if option else None


def ticked(view: Mapping[str, Any], field: Id) -> list[str]:
    """The values of all options that are ticked or chosen."""
    held = next((value for name, value in values(view) if name == field), {})
    return [str(option.get("value") or "") for option in held.get("selected_options") or ()]


def first_field(view: Mapping[str, Any]) -> str:
    """The block id of the first input, under which Slack shows what concerns the whole form.

    "" where there is none.
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
    """`dispatches`: the bot is told of every change."""
    return InputBlock(
        block_id=block_id,
        label=plain(label, 2000),
        element=element,
        optional=optional or None,
        dispatch_action=dispatches or None,
        hint=plain(hint, 2000) if hint else None,
    )


def department_field(
    chosen: Option | None,
    t: Translator,
    *,
    dispatches: bool,
    optional: bool = False,
    hint: str = "",
) -> InputBlock:
    """Its options are asked for as somebody types: see `handlers/choices.py`."""
    element = ExternalDataSelectElement(
        action_id=Id.DEPARTMENT,
        min_query_length=0,
        initial_option=chosen,
        placeholder=plain(t("Choose a department"), 150),
    )
    label = t("Department")
    return field(Id.DEPARTMENT, label, element, dispatches=dispatches, optional=optional, hint=hint)


def select(name: Id, texts: Mapping[str, str], initial: str) -> StaticSelectElement:
    """One of a few; `texts` by the value of each."""
    options = {value: option(value, text) for value, text in texts.items()}
    return StaticSelectElement(
        action_id=name, options=list(options.values()), initial_option=options[initial]
    )


def multi_select(
    name: Id,
    label: str,
    texts: Mapping[str, str],
    initial: Sequence[str],
    *,
    placeholder: str = "",
    optional: bool = False,
) -> InputBlock:
    """Some of a few; `texts` by the value of each."""
    options = {value: option(value, text) for value, text in texts.items()}
    element = StaticMultiSelectElement(
        action_id=name,
        options=list(options.values()),
        initial_options=[options[each] for each in initial if each in options] or None,
        placeholder=plain(placeholder, 150) if placeholder else None,
    )
    return field(name, label, element, optional=optional)


def email_field(t: Translator, *, is_ticked: bool) -> InputBlock:
    """Whether the customer is e-mailed."""
    yes = option("yes", t("E-mail the customer"))
    element = CheckboxesElement(
        action_id=Id.EMAIL_CUSTOMER, options=[yes], initial_options=[yes] if is_ticked else None
    )
    return field(Id.EMAIL_CUSTOMER, t("E-mail"), element, optional=True)


def line_field(
    name: Id,
    label: str,
    text: str,
    max_length: int = 200,
    *,
    optional: bool = False,
    hint: str = "",
) -> InputBlock:
    """One line of words, `text` at first."""
    element = PlainTextInputElement(
        action_id=name, initial_value=text[:max_length] or None, max_length=max_length
    )
    return field(name, label, element, optional=optional, hint=hint)


def others_here(others: Sequence[OtherForm], kind: Id, t: Translator) -> list[Block]:
    """Who else has such a form open: two answers to one question help nobody."""
    blocks: list[Block] = []
    for other in others[:MAX_OTHERS]:
        ago = t.plural("a minute ago", "{count} minutes ago", max(other.minutes, 1))
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


def say_what_is_left_out(form: View, rest: str, t: Translator) -> View:
    """Of a message that is longer than the field for it; as it is where nothing is."""
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


def modal(
    kind: Id, state: FormState, blocks: Sequence[Block], t: Translator, *, title: str, submit: str
) -> View:
    """A form that is submitted."""
    return View(
        type="modal",
        callback_id=kind,
        title=plain(title, 24),
        submit=plain(submit, 24),
        close=plain(t("Cancel"), 24),
        private_metadata=state.to_metadata(),
        blocks=list(blocks),
    )
