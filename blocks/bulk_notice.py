"""The notice of a bulk action's results."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    OverflowMenuElement,
    SectionBlock,
)

from blocks import operations
from blocks.deliveries import decisions
from blocks.forms.fields import option
from blocks.ids import Id
from blocks.states import (
    MAX_SENTENCE,
    SIGNS,
    describe,
    sentence,
    ticket_name,
    title_and_code,
    title_and_state,
    unseen,
)
from blocks.text import Part, Post, button, cut, lines, link, small, text_part, titled_row
from blocks.values.value import MenuEntry
from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR, Row, State
from bot.domain.ref import Account
from bot.i18n import Translator
from bot.operations import Operation

Rows = Sequence[tuple[Row, Operation]]
_LIMITS = (MAX_SENTENCE, 200, 100, 20)
"""Lengths of each ticket's text to try in turn; the last leaves little more than its code."""


def batch(rows: Rows, t: Translator, account: Account, *, back: str = "") -> Post:
    """Returns the notice; operations that need a decision come first.

    A message has room for at most 40 rows. `back` is the value of the button back to the list that
    the notice replaced.
    """
    for limit in _LIMITS:
        post = _batch(rows, t, account, back, limit)
        if not post.is_too_long:
            break
    return post


def _batch(rows: Rows, t: Translator, account: Account, back: str, limit: int) -> Post:
    title = _title(rows, t)
    open_ = [each for each in rows if _is_open(each[0], t)]
    rest = [each for each in rows if not _is_open(each[0], t)]
    blocks: list[Block] = [lines([[text_part(title, bold=True)]])]
    if all(_is_held(row) for row, _ in rows):
        blocks.append(lines([sentence(*rows[0], t)]))
    blocks += [_open_row(row, operation, t, account, limit) for row, operation in open_]
    held = [each for each in rest if _is_held(each[0])]
    rest = [each for each in rest if not _is_held(each[0])]
    if held:  # all have the same text
        blocks.append(lines([list(_codes(held, account))]))
    if rest:
        blocks.append(lines([title_and_state(*each, t, account, limit=limit) for each in rest]))
    if open_ and any(row.state in ACTIVE_STATES for row, _ in rows):
        blocks.append(small(t("The others are still being worked on.")))
    if buttons := [*_undo(rows, t), *_way_back(rows, back, t)]:
        blocks.append(ActionsBlock(elements=buttons))
    return Post(title, blocks)


def _title(rows: Rows, t: Translator) -> str:
    """Names the most urgent results first: not done, then pending, then done."""
    states = {row.state for row, _ in rows}
    kind = rows[0][0].kind
    label, doing = operations.label(kind, t), operations.doing(kind, t)
    if not_done := sum(row.state in AWAITING_AUTHOR for row, _ in rows):
        what, sign = operations.not_done(kind, t), SIGNS[State.ASKS]
        of_all = t("{count} of {total} tickets", count=not_done, total=len(rows))
        return f"{sign} {what} · {of_all}"
    if states & ACTIVE_STATES:
        sign, what = SIGNS[State.HELD], doing
    elif State.DONE in states:
        sign, what = SIGNS[State.DONE], label
    else:
        sign, what = SIGNS[State.UNDONE], label
    phrase = t.plural("{what}: one ticket", "{what}: {count} tickets", len(rows), what=what)
    return f"{sign} {phrase}"


def _undo(rows: Rows, t: Translator) -> Iterator[ButtonElement]:
    """Once the first ones are sent, only those that wait for another operation can be undone."""
    first, _ = rows[0]
    is_held = all(row.state is State.HELD for row, _ in rows)
    if is_held or any(row.state is State.HELD and row.is_queued for row, _ in rows):
        yield button(t("Undo"), Id.UNDO_ALL, first.batch)
        yield button(operations.now_label(first.kind, t), Id.SEND_ALL, first.batch)


def _way_back(rows: Rows, back: str, t: Translator) -> Iterator[ButtonElement]:
    """Shown once all is over: earlier, the list would hide *Undo* and be replaced again."""
    if back and not any(row.state in ACTIVE_STATES for row, _ in rows):
        yield button(t("Show list"), Id.TURN_LIST, back)


def _is_open(row: Row, t: Translator) -> bool:
    """Excludes held rows, which are undone together."""
    return row.state is not State.HELD and any(decisions(row, t))


def _open_row(
    row: Row, operation: Operation, t: Translator, account: Account, limit: int
) -> SectionBlock:
    entries = [
        option(_entry(str(each.action_id), str(each.value)), str(each.text and each.text.text))
        for each in decisions(row, t)
    ]
    entries.append(option(_entry(Id.OPEN_TICKET, row.ticket_id), t("Show ticket")))
    menu = OverflowMenuElement(action_id=Id.MORE, options=entries)
    title, code = title_and_code(row, operation, t)
    phrases = [describe(row, operation, t), unseen(row, t)]
    url, words = account.panel_url(row.ticket_id), " · ".join(filter(None, phrases))
    text = titled_row(cut(title, limit), [cut(words, limit)], url, code)
    return SectionBlock(text=text, accessory=menu)


def _entry(action: str, value: str) -> str:
    return MenuEntry(action, value).to_value()


def _is_held(row: Row) -> bool:
    return row.state is State.HELD and not row.is_queued


def _codes(rows: Rows, account: Account) -> Iterator[Part]:
    for number, (row, operation) in enumerate(rows):
        if number:
            yield text_part(" · ")
        yield link(account.panel_url(row.ticket_id), ticket_name(row, operation))
