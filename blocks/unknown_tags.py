"""The question whether an unknown tag is misspelt."""

from collections.abc import Sequence
from dataclasses import dataclass

from blocks.ids import Id
from blocks.notices import notice
from blocks.text import MAX_LABEL_LENGTH, Post, button, cut, line, variant
from blocks.values.value import CommandText
from bot.i18n import Translator


@dataclass(frozen=True, slots=True)
class NearTag:
    """An existing `tag` that may be meant by the `typed` one, and the command that takes it."""

    typed: str
    tag: str
    command: str


def unknown_tags(
    unknown: Sequence[str],
    near: Sequence[NearTag],
    t: Translator,
    *,
    create: str = "",
    without: str = "",
    typed: str = "",
) -> Post:
    """Returns the question.

    `create` is the command that creates the unknown tags, `without` the one that leaves them out.
    `typed` is input that no button keeps.
    """
    names = [cut(line(name), MAX_LABEL_LENGTH) for name in unknown]
    if len(names) == 1:
        asked = t("LiveAgent has no tag “{name}”. Nothing has been changed yet.", name=names[0])
        new = t("Create the tag “{name}”", name=names[0])
        others = t("Continue without “{name}”", name=names[0])
    else:
        listed = t.enumeration(names)
        asked = t("LiveAgent has no tags {names}. Nothing has been changed yet.", names=listed)
        new, others = t("Create these tags"), t("Continue without these tags")
    buttons = [
        variant(_label(each, t), Id.COMMAND, CommandText(each.command), str(number))
        for number, each in enumerate(near)
    ]
    if without:
        text = CommandText(without)
        buttons.append(variant(cut(others, MAX_LABEL_LENGTH), Id.COMMAND, text, "without"))
    if create:
        buttons.append(button(cut(new, MAX_LABEL_LENGTH), Id.CREATE_TAGS, CommandText(create)))
    return notice(asked, t, buttons=buttons, typed=typed)


def _label(near: NearTag, t: Translator) -> str:
    tag, typed = line(near.tag), line(near.typed)
    return cut(t("Use “{tag}” instead of “{typed}”", tag=tag, typed=typed), MAX_LABEL_LENGTH)
