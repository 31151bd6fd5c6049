"""The field that inserts a saved answer into a reply, and the form after that.

Slack keeps what is typed while a field's block id stays, so changed fields get another id.
"""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

from slack_sdk.models.blocks import InputBlock
from slack_sdk.models.blocks.block_elements import ExternalDataSelectElement

from blocks import rich
from blocks.forms.fields import field, tags_field
from blocks.forms.frame import with_blocks
from blocks.forms.reading import as_typed, name_of, rich_text_in, ticked
from blocks.html_mail import MAX_TEXT as MAX_HTML
from blocks.html_mail import read_html
from blocks.ids import Id
from blocks.text import line, plain, small
from bot.domain.answers import MAX_TEXT, SavedAnswer, with_names
from bot.domain.errors import AnswerTooLong
from bot.i18n import Translator
from bot.operations.inserting import below, with_text
from bot.operations.rich_text import to_text

_REMARK = "insertion"


def insertion_field(t: Translator) -> InputBlock:
    """Its options are loaded while somebody types: see `handlers/listeners/choices.py`."""
    element = ExternalDataSelectElement(
        action_id=Id.INSERT_ANSWER,
        min_query_length=0,
        placeholder=plain(t("Name or words"), 150),
    )
    hint = t("It goes below what you have typed. Save answers with /ticket answers.")
    return field(
        Id.INSERT_ANSWER, t("Insert an answer"), element, optional=True, dispatches=True, hint=hint
    )


def with_answer(
    view: Mapping[str, Any], answer: SavedAnswer, t: Translator, *, customer: str, agent: str
) -> dict[str, Any]:
    """Returns the form with the answer below the typed text, and its effects after sending.

    Raises `AnswerTooLong`.
    """
    names = {"customer": line(customer), "agent": line(agent)}
    added = with_text(rich_text_of(answer), lambda text: with_names(text, **names))
    message = below(rich_text_in(view, Id.MESSAGE), added)
    if len(to_text(message)) > MAX_TEXT:
        raise AnswerTooLong
    changed: dict[str, dict[str, Any]] = {
        Id.MESSAGE: {"initial_value": message},
        Id.INSERT_ANSWER: {},
    }
    if then := _option(view, Id.THEN, answer.then):
        changed[Id.THEN] = {"initial_option": then}
    blocks = [
        _renewed(block, changed[name]) if (name := name_of(block)) in changed else block
        for block in view["blocks"]
    ]
    if answer.tags:
        blocks = _with_tags(view, blocks, answer.tags, t)
    done = t("Inserted: {name}", name=line(answer.name))
    return _with_remark(view, blocks, done)


def rich_text_of(answer: SavedAnswer) -> Mapping[str, Any]:
    """Returns the text as Slack's field takes it. Raises `AnswerTooLong`."""
    if not answer.html:
        return answer.rich_text
    pieces, is_cut = read_html(answer.html, MAX_HTML)
    if is_cut:
        raise AnswerTooLong
    elements = [each.to_dict() for each in rich.elements(pieces, quoted=False)]
    return {"type": "rich_text", "elements": elements}


def with_trouble(view: Mapping[str, Any], why: str) -> dict[str, Any]:
    """Returns the form with the reason why nothing was inserted, ready for another choice."""
    blocks = [
        _renewed(block, {}) if name_of(block) == Id.INSERT_ANSWER else block
        for block in as_typed(view, Id.MESSAGE)
    ]
    return _with_remark(view, blocks, f"⚠️ {why}")


def _with_remark(
    view: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]], text: str
) -> dict[str, Any]:
    remark = {**small(line(text)).to_dict(), "block_id": _REMARK}
    shown = [each for each in blocks if each.get("block_id") != _REMARK]
    place = [name_of(each) for each in shown].index(Id.INSERT_ANSWER) + 1
    return with_blocks(view, [*shown[:place], remark, *shown[place:]])


def _with_tags(
    view: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]], tags: Sequence[str], t: Translator
) -> list[Mapping[str, Any]]:
    """Adds the tags to those already chosen; the field exists only after an answer with tags."""
    shown = tags_field(t("Tags to add"), [*ticked(view, Id.TAGS), *tags], t).to_dict()
    before = next((each for each in blocks if name_of(each) == Id.TAGS), shown)
    rest = [each for each in blocks if name_of(each) != Id.TAGS]
    return [*rest, _renewed(before, shown["element"])]


def _renewed(block: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the block with a new id, so that two quick choices can't mix their texts."""
    return {
        **block,
        "block_id": f"{name_of(block)}.{token_hex(4)}",
        "element": {**block["element"], **content},
    }


def _option(view: Mapping[str, Any], name: str, value: str) -> Mapping[str, Any] | None:
    """Returns the field's option with this value."""
    options = (
        option
        for block in view["blocks"]
        if name_of(block) == name
        for option in block["element"]["options"]
    )
    return next((option for option in options if option["value"] == value), None)
