"""The waiting tickets by department, with buttons to open them."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock, RichTextBlock

from blocks.ids import Id
from blocks.text import Part, Post, button, line, lines, plain, small, text_part, variant
from blocks.ticket import as_of
from blocks.values.lists import FilterValue
from bot.domain.filter import MINE, WAITING_LONGEST
from bot.domain.ticket import Queue, QueueLine
from bot.i18n import Translator

MAX_LINES = 40


def queue(waiting: Queue, t: Translator) -> Post:
    """Returns the queue for an agent of these departments."""
    title = t("Waiting")
    hint = t("To see a ticket, type its code: /ticket AX4-B4T-FD8")
    return Post(
        f"{title}: {_total(waiting.lines, t)}",
        [
            HeaderBlock(text=plain(title, 150)),
            *queue_blocks(waiting, t),
            small(hint),
            navigation(t, button(t("Refresh"), Id.SHOW_QUEUE, "queue")),
        ],
    )


def queue_blocks(waiting: Queue, t: Translator) -> Iterator[Block]:
    yield queue_lines(waiting, t)
    if waiting.seen:
        yield as_of(waiting.seen, t)


def queue_lines(waiting: Queue, t: Translator) -> RichTextBlock:
    """Returns a line for each department, preceded by the sum if there are several."""
    rows = [list(_row(row, t)) for row in waiting.lines[:MAX_LINES]]
    if len(waiting.lines) > MAX_LINES:
        rest = len(waiting.lines) - MAX_LINES
        more = t.plural("and one more department", "and {count} more departments", rest)
        rows.append([text_part(more)])
    if not waiting.is_complete:
        rows.append([text_part(still_reading(t))])
    if not rows:
        rows = [[text_part(t("You aren't in any LiveAgent department yet."))]]
    if len(waiting.lines) > 1:
        rows.insert(0, [text_part(_total(waiting.lines, t), bold=True)])
    return lines(rows)


def still_reading(t: Translator) -> str:
    """Returns the hint that departments may be missing, in a large account soon after the start."""
    return t("Your departments are still loading. Some may be missing here for a few minutes.")


def navigation(t: Translator, *more: ButtonElement) -> ActionsBlock:
    """Returns buttons that lead to tickets."""
    return ActionsBlock(
        elements=[
            variant(t("Waiting longest"), Id.LIST, FilterValue(WAITING_LONGEST), "longest"),
            variant(t("My tickets"), Id.LIST, FilterValue(MINE), "mine"),
            button(t("Find tickets"), Id.FIND, FilterValue(None)),
            button(t("New ticket"), Id.NEW_TICKET, "new"),
            *more,
            button(t("Help"), Id.SHOW_HELP, "help"),
        ]
    )


def _total(waiting: Sequence[QueueLine], t: Translator) -> str:
    new, replied = sum(row.new for row in waiting), sum(row.customer_replied for row in waiting)
    return t.listed([_new(new, t), _replied(replied, t)])


def _row(row: QueueLine, t: Translator) -> Iterator[Part]:
    yield text_part(line(row.department.name), bold=True, limit=60)
    counts = [_new(row.new, t), _replied(row.customer_replied, t)]
    if row.chats:
        counts.append(t.plural("{count} chat", "{count} chats", row.chats))
    yield text_part(f"   {t.enumeration(counts)}")


def _new(count: int, t: Translator) -> str:
    return t.plural("{count} new", "{count} new", count)


def _replied(count: int, t: Translator) -> str:
    return t.plural("{count} waiting for our reply", "{count} waiting for our reply", count)
