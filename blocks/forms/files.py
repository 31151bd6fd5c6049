"""The files of a form: those of the message it was opened on, and attached ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, CheckboxesElement, Option
from slack_sdk.models.blocks.block_elements import FileInputElement

from blocks.forms.fields import MAX_LABEL_LENGTH, field
from blocks.forms.reading import values
from blocks.ids import Id
from blocks.text import file_size, line, plain
from bot.domain.files import GONE_FROM_SLACK, FileLimits, is_program, safe_name
from bot.i18n import Translator
from bot.operations import SlackFile

MAX_OFFERED = 10  # Slack's limit for checkboxes


def file_fields(
    limits: FileLimits | None, offered: Sequence[SlackFile], t: Translator
) -> Iterator[Block]:
    """Yields the `offered` files, and the field to attach others; nothing without limits."""
    if limits is None:
        return
    yield from offered_field(limits, offered, t)
    hint = t.plural(
        "One file of at most {size} MB.",
        "Up to {count} files of at most {size} MB each.",
        limits.number,
        size=limits.megabytes,
    )
    element = FileInputElement(action_id=Id.FILES, max_files=limits.number)
    yield field(Id.FILES, t("Attach"), element, optional=True, hint=hint)


def offered_field(
    limits: FileLimits | None, offered: Sequence[SlackFile], t: Translator
) -> Iterator[Block]:
    """Yields the `offered` files, ticked: each is named and can be unticked."""
    if limits and offered:
        options = [_offer(each) for each in offered[:MAX_OFFERED]]
        boxes = CheckboxesElement(
            action_id=Id.OFFERED_FILES, options=options, initial_options=options
        )
        yield field(Id.OFFERED_FILES, t("Files"), boxes, optional=True)


def read_files(view: Mapping[str, Any]) -> tuple[SlackFile, ...]:
    """Returns the ticked and the attached files, without duplicates."""
    found = [*_ticked(view), *_attached(view)]
    return tuple({each.id: each for each in found if each.id}.values())


def file_errors(
    view: Mapping[str, Any], limits: FileLimits | None, t: Translator
) -> Iterator[tuple[str, str]]:
    """Yields errors found in what Slack claims about the files; contents are checked later."""
    files = read_files(view)
    if limits is None or not files:
        return
    where = Id.FILES if any(_attached(view)) else Id.OFFERED_FILES
    programs = [each.name for each in files if is_program(each.name)]
    large = [each.name for each in files if each.size > limits.bytes]
    if len(files) > limits.number:
        yield (
            where,
            t.plural(
                "You can attach only one file.",
                "You can attach at most {count} files.",
                limits.number,
            ),
        )
    elif programs:
        yield where, t("Programs can't be sent: {names}", names=t.enumeration(programs)[:500])
    elif large:
        yield (
            where,
            t(
                "These files are larger than {size} MB: {names}",
                size=limits.megabytes,
                names=t.enumeration(large)[:500],
            ),
        )


def offered_in(view: Mapping[str, Any]) -> Sequence[SlackFile]:
    """Returns what the form offers, ticked or not."""
    blocks = (each.get("element") or {} for each in view.get("blocks") or ())
    boxes = (each for each in blocks if each.get("action_id") == Id.OFFERED_FILES)
    return [_offered(each) for box in boxes for each in box.get("options") or ()]


def files_of_message(message: Mapping[str, Any]) -> Sequence[SlackFile]:
    """Returns the files of a Slack message that Slack still has."""
    return [
        file
        for each in message.get("files") or ()
        if isinstance(each, Mapping) and each.get("mode") not in GONE_FROM_SLACK
        if (file := _slack_file(each)).id
    ]


def named(files: Sequence[SlackFile]) -> str:
    """Returns the names on one line, for notices."""
    return line(", ".join(each.name for each in files))


def _ticked(view: Mapping[str, Any]) -> Iterator[SlackFile]:
    for name, held in values(view):
        if name == Id.OFFERED_FILES:
            yield from map(_offered, held.get("selected_options") or ())


def _attached(view: Mapping[str, Any]) -> Iterator[SlackFile]:
    for name, held in values(view):
        if name == Id.FILES:
            yield from map(_slack_file, held.get("files") or ())


def _slack_file(found: Mapping[str, Any]) -> SlackFile:
    size, name = found.get("size"), str(found.get("name") or found.get("title") or "")
    return SlackFile(
        id=str(found.get("id") or ""),
        name=safe_name(name),
        size=size if isinstance(size, int) else 0,
    )


def _offer(file: SlackFile) -> Option:
    text = plain(file.name, MAX_LABEL_LENGTH)
    size = plain(file_size(file.size), MAX_LABEL_LENGTH) if file.size else None
    return Option(value=f"{file.id} {file.size}", text=text, description=size)


def _offered(given: Mapping[str, Any]) -> SlackFile:
    file_id, _, size = str(given.get("value") or "").partition(" ")
    name = str((given.get("text") or {}).get("text") or "")
    return SlackFile(id=file_id, name=name, size=int(size) if size.isdecimal() else 0)
