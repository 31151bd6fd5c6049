"""The list of saved answers, and their options in fields."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    Option,
)

from blocks.forms.fields import MAX_LABEL_LENGTH, option
from blocks.forms.reply import THEN
from blocks.ids import Id
from blocks.paging import Paging
from blocks.text import Part, Post, asks_first, button, cut, line, lines, plain, text_part
from blocks.values.lists import AnswersPage
from blocks.values.value import Number
from bot.domain.answers import Audience, SavedAnswer, Usable
from bot.i18n import Translator

MAX_ANSWERS = 8
MAX_EXCERPT = 200
MAX_DEPARTMENT = 30


def answers_post(
    found: Sequence[Usable],
    t: Translator,
    *,
    page: int = 0,
    words: str = "",
    lacks_liveagents: bool = False,
) -> Post:
    """Returns a page of the answers that the reader may use, with their buttons.

    `words` are the search words, "" for none. `lacks_liveagents`: LiveAgent's answers could not be
    loaded.
    """
    title = t("Saved answers")
    paging = Paging.of(page, len(found), MAX_ANSWERS)
    first = paging.page * MAX_ANSWERS
    blocks: list[Block] = [HeaderBlock(text=plain(title, 150))]
    if words and not found:
        blocks.append(lines([[text_part(t("No saved answer contains these words."))]]))
    elif not (found or lacks_liveagents):
        none = t("None yet. Save an answer here to insert it into any reply.")
        blocks.append(lines([[text_part(none)]]))
    for each in found[first : first + MAX_ANSWERS]:
        blocks += [DividerBlock(), lines(_described(each, t))]
        blocks += [ActionsBlock(elements=_buttons(each.answer, t))] if each.is_changeable else []
    blocks += [ContextBlock(elements=[each]) for each in paging.labels(t)]
    if lacks_liveagents:
        missing = t("LiveAgent's predefined answers can't be loaded at the moment.")
        blocks.append(ContextBlock(elements=[plain(missing, 150)]))
    add = button(t("Add answer"), Id.ADD_ANSWER, "new", primary=True)
    turns = paging.turns(Id.TURN_ANSWERS, lambda page: AnswersPage(page, words), t)
    return Post(title, [*blocks, DividerBlock(), ActionsBlock(elements=[add, *turns])])


def answer_option(answer: SavedAnswer) -> Option:
    """Returns the option for a field, named by the answer and its department."""
    department = (
        f" · {cut(line(answer.department.name), MAX_DEPARTMENT)}" if answer.department else ""
    )
    name = cut(line(answer.name), MAX_LABEL_LENGTH - len(department))
    return option(answer.key, f"{name}{department}")


def _for_whom(answer: SavedAnswer, t: Translator) -> str:
    match answer.audience:
        case Audience.DEPARTMENT:
            return line(answer.department.name if answer.department else "")
        case Audience.ME:
            return t("Only me")
        case Audience.EVERYONE:
            return t("All agents")


def _described(usable: Usable, t: Translator) -> Iterator[list[Part]]:
    answer = usable.answer
    whose = [_for_whom(answer, t), *(["LiveAgent"] if answer.remote_id else [])]
    label = "".join(f"  ·  {each}" for each in whose)
    yield [text_part(line(answer.name), bold=True), text_part(label)]
    yield [text_part(cut(line(usable.begins), MAX_EXCERPT))]
    if then := THEN.get(answer.then):
        yield [text_part(t("After sending")), text_part(f": {t(then)}")]
    if answer.tags:
        yield [text_part(t("Tags to add")), text_part(f": {t.listed(answer.tags)}")]


def _buttons(answer: SavedAnswer, t: Translator) -> list[ButtonElement]:
    name, value = line(answer.name), Number(answer.id)
    delete = button(t("Delete"), Id.DELETE_ANSWER, value, about=name)
    delete = asks_first(delete, t("Delete this answer?"), cut(name, 200) or "?", t)
    return [button(t("Change"), Id.CHANGE_ANSWER, value, about=name), delete]
