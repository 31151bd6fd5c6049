"""The notice of a bulk action's results for its author."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, OverflowMenuElement, SectionBlock

from blocks import operations
from blocks.deliveries import decisions
from blocks.forms.fields import option
from blocks.ids import Id
from blocks.states import in_words, place
from blocks.text import Post, button, lines, plain, text_part
from blocks.values import MenuEntry
from bot.domain.outbox import Row, State
from bot.i18n import Translator
from bot.operations import Operation


def batch(rows: Sequence[tuple[Row, Operation]], t: Translator) -> Post:
    """Shows what the author must decide first; a message has room for at most 40 rows."""
    first, _ = rows[0]
    what = operations.label(first.kind, t)
    title = t.plural("{what}: one ticket", "{what}: {count} tickets", len(rows), what=what)
    open_ = [(row, operation) for row, operation in rows if _is_open(row, t)]
    rest = [(row, operation) for row, operation in rows if not _is_open(row, t)]
    blocks: list[Block] = [lines([[text_part(title, bold=True)]])]
    blocks += [_open_row(row, operation, t) for row, operation in open_]
    if rest:
        blocks.append(lines([[text_part(_in_words(*each, t), limit=400)] for each in rest]))
    if any(row.state is State.HELD for row, _ in rows):
        undo = button(t("Undo"), Id.UNDO_ALL, first.batch)
        send = button(operations.now_label(first.kind, t), Id.SEND_ALL, first.batch)
        blocks.append(ActionsBlock(elements=[undo, send]))
    return Post(title, blocks)


def _is_open(row: Row, t: Translator) -> bool:
    """Excludes held rows, which are undone together."""
    return row.state is not State.HELD and any(decisions(row, t))


def _open_row(row: Row, operation: Operation, t: Translator) -> SectionBlock:
    entries = [
        option(_entry(str(each.action_id), str(each.value)), str(each.text and each.text.text))
        for each in decisions(row, t)
    ]
    entries.append(option(_entry(Id.OPEN_TICKET, row.ticket_id), t("Show ticket")))
    menu = OverflowMenuElement(action_id=Id.MORE, options=entries)
    return SectionBlock(text=plain(_in_words(row, operation, t), 1000), accessory=menu)


def _entry(action: str, value: str) -> str:
    return MenuEntry(action, value).to_value()


def _in_words(row: Row, operation: Operation, t: Translator) -> str:
    return f"{place(row, operation)}  {in_words(row, operation, t)}"
