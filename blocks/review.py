"""The form for going through tickets one by one, and its summary."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from blocks.deliveries import in_short
from blocks.ending import ending
from blocks.forms.fields import display_modal
from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.operations import offered_in_review
from blocks.text import Part, button, line, lines, plain, small, text_part, variant
from blocks.ticket import MAX_SUBJECT, as_of, facts, owner
from blocks.values import ReviewPlace, Target
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import Account
from bot.domain.review import Review
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Operation

MAX_WORDS = 2000
MAX_DONE = 60
_GROUP = 20  # lines per block


class ReviewState(FormState):
    """The state of a review's form."""

    review_id: str = Field(default="", alias="round")


Done = Mapping[int, tuple[Row, Operation]]
"""The review's operations by outbox row."""


def ticket_form(
    review: Review,
    view: TicketView,
    actor: Agent,
    done: Done,
    t: Translator,
    account: Account,
) -> View:
    """Returns the form of the next ticket, with its operations."""
    ticket = view.ticket
    rows = [done[row_id] for row_id in review.done_to(ticket.id) if row_id in done]
    blocks: list[Block] = [
        HeaderBlock(text=plain(ticket.subject or t("(no subject)"), MAX_SUBJECT)),
        lines(facts(view, t, account, customer=owner(ticket))),
        *_what_was_done(rows, t),
        *(_what_is_left_out(review, t) if review.position == 0 else ()),
        ActionsBlock(elements=[*_at_work(view, actor, t), *_ways(review, t, is_done=bool(rows))]),
        *ending(view, t, MAX_WORDS),
        as_of(view.seen, t, tags_seen=view.tags_seen),
    ]
    return _form(review, blocks, t)


def _at_work(view: TicketView, actor: Agent, t: Translator) -> Iterator[ButtonElement]:
    value = Target.of(view)
    for row in offered_in_review(view.ticket, actor):
        is_first = row.action == Id.REPLY
        yield button(t(row.label), row.action, value, primary=is_first)
    yield button(t("Show conversation"), Id.SHOW_CONVERSATION, view.ticket.id)


def _ways(review: Review, t: Translator, *, is_done: bool) -> Iterator[ButtonElement]:
    if review.position > 0:
        yield button(t("Back"), Id.GO_BACK, _place(review, review.position - 1))
    yield _skip(review, t("Next") if is_done else t("Skip"))


def unavailable_form(
    review: Review, why: str, t: Translator, *, can_try_again: bool = False
) -> View:
    """Returns the form in place of a ticket that can't be shown."""
    code = review.next_ticket.code if review.next_ticket else ""
    text = SectionBlock(text=plain(f"{code}: {why}", 1000))
    buttons = [_skip(review, t("Skip"))]
    if can_try_again:
        again = variant(t("Try again"), Id.SKIP, _place(review, review.position), "again")
        buttons.insert(0, again)
    return _form(review, [text, ActionsBlock(elements=buttons)], t)


def summary_form(review: Review, done: Done, t: Translator) -> View:
    """Returns the summary of the operations in their current state."""
    touched = [ticket for ticket in review.tickets if review.done_to(ticket.id)]
    skipped = len(review.tickets) - len(touched)
    blocks: list[Block] = [HeaderBlock(text=plain(t("All done"), 150))]
    rows = [done[row_id] for _, row_id in review.done if row_id in done]
    blocks += _what_was_done(rows, t)
    if not rows:
        blocks.append(lines([[text_part(t("No tickets were handled."))]]))
    if skipped:
        blocks.append(small(t.plural("One skipped", "{count} skipped", skipped)))
    blocks += _what_is_left_out(review, t)
    refresh = button(t("Refresh"), Id.SKIP, _place(review, len(review.tickets)))
    blocks += [DividerBlock(), ActionsBlock(elements=[refresh])]
    return _form(review, blocks, t)


def _what_was_done(rows: Sequence[tuple[Row, Operation]], t: Translator) -> Iterator[Block]:
    """Shows the last ones only, because Slack allows a hundred blocks."""
    shown = rows[-MAX_DONE:]
    if hidden := len(rows) - len(shown):
        yield small(t.plural("One more before these", "{count} more before these", hidden))
    for start in range(0, len(shown), _GROUP):
        yield lines([_done(*each, t) for each in shown[start : start + _GROUP]])


def _done(row: Row, operation: Operation, t: Translator) -> list[Part]:
    title, sentence = in_short(row, operation, t)
    return [text_part(line(title), bold=True), text_part(f"  {line(sentence)}", limit=200)]


def _what_is_left_out(review: Review, t: Translator) -> Iterator[Block]:
    if review.left_out:
        count, total = len(review.tickets), len(review.tickets) + review.left_out
        yield small(t("These are the first {count} of {total} tickets.", count=count, total=total))


def _skip(review: Review, label: str) -> ButtonElement:
    return button(label, Id.SKIP, _place(review, review.position + 1))


def _place(review: Review, position: int) -> ReviewPlace:
    return ReviewPlace(review.id, position)


def _form(review: Review, blocks: Sequence[Block], t: Translator) -> View:
    title = t("Done")
    if review.next_ticket:
        number, count = review.position + 1, len(review.tickets)
        title = t("Ticket {number} of {count}", number=number, count=count)
    state = ReviewState(review_id=review.id)
    return display_modal(blocks, t, title=title, kind=Id.GO_THROUGH, state=state)
