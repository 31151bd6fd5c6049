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

from blocks.ending import ending
from blocks.forms.frame import display_modal
from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.in_place import line_with_decisions
from blocks.operations import offered_in_review
from blocks.others import others
from blocks.presence import present
from blocks.states import title_and_state
from blocks.text import button, lines, plain, small, text_part, variant
from blocks.ticket import MAX_SUBJECT, as_of, facts, owner
from blocks.values.lists import ReviewPlace
from blocks.values.tickets import Target
from bot.domain.outbox import ACTIVE_STATES, ENDED, Row
from bot.domain.people import Agent
from bot.domain.ref import Account
from bot.domain.review import Review
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Kind, Operation

MAX_TEXT = 2000
MAX_DONE = 60
MAX_PENDING = 20
MAX_FOLLOWED = 5
_GROUP = 20  # lines per block


class ReviewState(FormState):
    """The state of a review's form."""

    review_id: str = Field(default="", alias="round")


Done = Mapping[int, tuple[Row, Operation]]
"""The review's operations, and the active ones on its ticket, by outbox row."""


def review_form(
    review: Review,
    view: TicketView,
    actor: Agent,
    done: Done,
    t: Translator,
    account: Account,
) -> View:
    """Returns the form of the next ticket, below what was done.

    It does not offer active operations again.
    """
    ticket = view.ticket
    is_done = any(row_id in done for row_id in review.done_to(ticket.id))
    ways = [*_at_work(view, actor, done, t), *_navigation(review, t, is_done=is_done)]
    blocks: list[Block] = [
        *_followed(review, done, t, account),
        *_order(review, t),
        HeaderBlock(text=plain(ticket.subject or t("(no subject)"), MAX_SUBJECT)),
        lines([*facts(view, t, account, customer=owner(ticket)), *present(view, t)]),
        *others(view, t),
        *(_limit_note(review, t) if review.position == 0 else ()),
        ActionsBlock(elements=ways),
        *ending(view, t, MAX_TEXT, can_get=actor.can_get_files),
        as_of(view.seen, t, tags_seen=view.tags_seen),
    ]
    return _form(review, blocks, t)


def _order(review: Review, t: Translator) -> Iterator[Block]:
    if review.order:
        yield small(t("Sorted: {order}", order=review.order))


def _followed(review: Review, done: Done, t: Translator, account: Account) -> Iterator[Block]:
    """Yields unfinished operations, those on this ticket, and the last ones."""
    last = [row_id for _, row_id in review.done[-1:]]
    here = review.done_to(review.next_ticket.id) if review.next_ticket else ()
    followed = [
        row_id
        for row_id, (row, _) in done.items()
        if row_id in last or row_id in here or row.state not in ENDED
    ]
    for row_id in sorted(followed)[-MAX_FOLLOWED:]:
        yield from line_with_decisions(*done[row_id], t, account)
    if followed:
        yield DividerBlock()


def _at_work(view: TicketView, actor: Agent, done: Done, t: Translator) -> Iterator[ButtonElement]:
    value, ticket = Target.of(view), view.ticket
    active = {
        Kind(row.kind)
        for row, _ in done.values()
        if row.ticket_id == ticket.id and row.state in ACTIVE_STATES
    }
    for row in offered_in_review(ticket, actor, active):
        is_first = row.action == Id.REPLY
        yield button(t(row.label), row.action, value, primary=is_first)
    yield button(t("Show conversation"), Id.SHOW_CONVERSATION, ticket.id)


def _navigation(review: Review, t: Translator, *, is_done: bool) -> Iterator[ButtonElement]:
    if review.position > 0:
        yield button(t("Back"), Id.GO_BACK, _place(review, review.position - 1))
    yield _skip(review, t("Next") if is_done else t("Skip"))


def unavailable_form(
    review: Review,
    why: str,
    done: Done,
    t: Translator,
    account: Account,
    *,
    can_try_again: bool = False,
) -> View:
    """Returns the form that replaces a ticket that can't be shown."""
    code = review.next_ticket.code if review.next_ticket else ""
    text = SectionBlock(text=plain(f"{code}: {why}", 1000))
    buttons = [_skip(review, t("Skip"))]
    if can_try_again:
        again = variant(t("Try again"), Id.SKIP, _place(review, review.position), "again")
        buttons.insert(0, again)
    followed = _followed(review, done, t, account)
    return _form(review, [*followed, text, ActionsBlock(elements=buttons)], t)


def summary_form(review: Review, done: Done, t: Translator, account: Account) -> View:
    """Returns the summary of the operations in their current state."""
    touched = [ticket for ticket in review.tickets if review.done_to(ticket.id)]
    skipped = len(review.tickets) - len(touched)
    blocks: list[Block] = [HeaderBlock(text=plain(t("All done"), 150))]
    rows = [done[row_id] for _, row_id in review.done if row_id in done]
    blocks += _done_lines(rows, t, account)
    if not rows:
        blocks.append(lines([[text_part(t("No tickets were handled."))]]))
    if skipped:
        blocks.append(small(t.plural("One skipped", "{count} skipped", skipped)))
    blocks += _limit_note(review, t)
    refresh = button(t("Refresh"), Id.SKIP, _place(review, len(review.tickets)))
    blocks += [DividerBlock(), ActionsBlock(elements=[refresh])]
    return _form(review, blocks, t)


def _done_lines(
    rows: Sequence[tuple[Row, Operation]], t: Translator, account: Account
) -> Iterator[Block]:
    """Yields pending decisions first, and the last of the rest: Slack allows 100 blocks."""
    pending = [each for each in rows if each[0].state not in ENDED][-MAX_PENDING:]
    for each in pending:
        yield from line_with_decisions(*each, t, account)
    rest = [each for each in rows if each not in pending]
    shown = rest[-MAX_DONE:]
    if hidden := len(rest) - len(shown):
        yield small(t.plural("One more before these", "{count} more before these", hidden))
    for start in range(0, len(shown), _GROUP):
        yield lines([title_and_state(*each, t, account) for each in shown[start : start + _GROUP]])


def _limit_note(review: Review, t: Translator) -> Iterator[Block]:
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
