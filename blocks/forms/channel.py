"""The departments that a channel shows, in the forms that set it up."""

from collections.abc import Callable, Mapping
from typing import Any, Self

from pydantic import Field
from slack_sdk.models.blocks import Block, ExternalDataMultiSelectElement

from blocks.forms.fields import MAX_OPTIONS, field, option
from blocks.forms.reading import values
from blocks.forms.state import AnswerToField, FormState
from blocks.ids import Id
from blocks.text import plain
from bot.domain.answer_to import Home
from bot.i18n import Translator


class ChannelState(FormState):
    """The channel that is set up.

    `shown_up_to` is the last department id that the form shows, "" if it shows all.
    """

    channel: str = ""
    shown_up_to: str = ""
    answer_to: AnswerToField = Field(default=Home(), alias="response_url")

    def showing(self, departments: Mapping[str, str]) -> Self:
        """Returns the state of a form that shows as many of these as fit."""
        if len(departments) <= MAX_OPTIONS:
            return self
        return self.model_copy(update={"shown_up_to": [*_fitting(departments)][-1]})


def kept_by_channel(unseen: int, t: Translator) -> str:
    """Says that departments that don't fit into the form are kept."""
    return t.plural(
        "One more department doesn't fit here. The channel keeps it.",
        "{count} more departments don't fit here. The channel keeps them.",
        unseen,
    )


def departments_field(
    departments: Mapping[str, str],
    t: Translator,
    *,
    kept: Callable[[int, Translator], str] = kept_by_channel,
) -> Block:
    """`kept` says what happens to that many departments that don't fit."""
    shown = _fitting(departments)
    element = ExternalDataMultiSelectElement(
        action_id=Id.DEPARTMENT,
        min_query_length=0,
        initial_options=[option(each, name) for each, name in shown.items()] or None,
        placeholder=plain(t("All departments"), 150),
    )
    unseen = len(departments) - len(shown)
    hint = kept(unseen, t) if unseen else ""
    return field(Id.DEPARTMENT, t("Departments"), element, optional=True, hint=hint)


def chosen_departments(view: Mapping[str, Any]) -> dict[str, str]:
    held = next((value for name, value in values(view) if name == Id.DEPARTMENT), {})
    options = held.get("selected_options") or ()
    return {str(each["value"]): str(each["text"]["text"]) for each in options}


def _fitting(departments: Mapping[str, str]) -> dict[str, str]:
    return {each: departments[each] for each in sorted(departments)[:MAX_OPTIONS]}
