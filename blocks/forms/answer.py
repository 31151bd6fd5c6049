"""The form of a saved answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from slack_sdk.models.blocks import Option
from slack_sdk.models.blocks.block_elements import ExternalDataSelectElement
from slack_sdk.models.views import View

from blocks.forms.fields import field, line_field, message_field, option, select, tags_field
from blocks.forms.frame import modal
from blocks.forms.reading import (
    Errors,
    chosen,
    chosen_option,
    rich_text_error,
    rich_text_in,
    ticked,
    typed,
)
from blocks.forms.reply import THEN
from blocks.forms.state import AnswerToField, FormState
from blocks.ids import Id
from blocks.text import line
from bot.domain.answer_to import Home
from bot.domain.answers import MAX_TEXT, Audience, SavedAnswer
from bot.domain.people import Department
from bot.i18n import N_, Translator
from bot.operations.rich_text import to_text

MAX_NAME = 70
AS_CHOSEN = "as_chosen"
_DEPARTMENT = "department "
_AUDIENCES: Mapping[str, str] = {Audience.ME: N_("Only me"), Audience.EVERYONE: N_("All agents")}


class AnswerState(FormState):
    """The answer being changed (0 for a new one), and the fingerprint of the form's content."""

    answer: int = 0
    shown: str = ""
    answer_to: AnswerToField = Field(default=Home(), alias="response_url")


def form(state: AnswerState, t: Translator, answer: SavedAnswer | None = None) -> View:
    """Returns the form; `answer` is the initial input."""
    whose = ExternalDataSelectElement(
        action_id=Id.FOR_WHOM,
        min_query_length=0,
        initial_option=_whose(answer, t),
    )
    names = t(
        "{customer} and {agent} are replaced with their names.",
        customer="{customer}",
        agent="{agent}",
    )
    texts = {AS_CHOSEN: t("As chosen in the reply")} | {
        str(each): t(label) for each, label in THEN.items()
    }
    then = answer.then if answer and answer.then in texts else AS_CHOSEN
    blocks = [
        line_field(Id.NAME, t("Name"), answer.name if answer else "", MAX_NAME),
        message_field(answer.rich_text if answer else None, t, hint=names),
        field(Id.FOR_WHOM, t("Who can use it"), whose),
        field(Id.THEN, t("After sending"), select(Id.THEN, texts, then)),
        tags_field(t("Tags to add"), answer.tags if answer else (), t),
    ]
    return modal(Id.ANSWER, state, blocks, t, title=t("Saved answer"), submit=t("Save"))


def audiences(departments: Iterable[Department], t: Translator) -> Mapping[str, str]:
    """Returns the labels of *Who can use it* by value."""
    of_departments = {f"{_DEPARTMENT}{each.id}": line(each.name) for each in departments}
    return {each: t(label) for each, label in _AUDIENCES.items()} | of_departments


def read(
    view: Mapping[str, Any], state: AnswerState, user: str, t: Translator
) -> SavedAnswer | Errors:
    """Returns the answer, or errors by field."""
    name, rich_text = line(typed(view, Id.NAME)), rich_text_in(view, Id.MESSAGE)
    if not name:
        return {Id.NAME: t("Type something first.")}
    if why := rich_text_error(rich_text, t):
        return {Id.MESSAGE: why}
    if len(to_text(rich_text)) > MAX_TEXT:
        too_long = t("This is too long: {count} characters fit.", count=MAX_TEXT)
        return {Id.MESSAGE: too_long}
    whose, then = _chosen_audience(view), chosen(view, Id.THEN)
    if whose is None:
        return {Id.FOR_WHOM: t("You can't choose this.")}
    return SavedAnswer(
        id=state.answer,
        name=name,
        rich_text=rich_text,
        author=user,
        audience=whose.audience,
        department=whose.department,
        then=then if then in THEN else "",
        tags=tuple(ticked(view, Id.TAGS)),
    )


@dataclass(frozen=True, slots=True)
class _Whose:
    audience: Audience
    department: Department | None = None


def _chosen_audience(view: Mapping[str, Any]) -> _Whose | None:
    value, label = chosen_option(view, Id.FOR_WHOM) or ("", "")
    if department := value.removeprefix(_DEPARTMENT) if value.startswith(_DEPARTMENT) else "":
        return _Whose(Audience.DEPARTMENT, Department(department, label))
    return _Whose(Audience(value)) if value in _AUDIENCES else None


def _whose(answer: SavedAnswer | None, t: Translator) -> Option:
    if answer and answer.department:
        ((value, label),) = audiences([answer.department], t).items() - audiences((), t).items()
        return option(value, label)
    audience = answer.audience if answer else Audience.ME
    return option(audience, t(_AUDIENCES[audience]))
