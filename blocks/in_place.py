"""An operation's state where it was clicked: in place of the card, and above its buttons."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import ActionsBlock, Block

from blocks.card import card
from blocks.deliveries import decisions, delivery
from blocks.ids import Id
from blocks.states import describe, sentence, sign_and_label, stays, title, title_text, unseen
from blocks.text import Post, button, lines, small, text_part
from blocks.values.tickets import TicketValue
from bot.domain.outbox import ACTIVE_STATES, Row, State
from bot.domain.people import Agent
from bot.domain.ref import Account
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Create, Kind, Operation

MAX_LINES = 5


def in_place_of_card(row: Row, operation: Operation, t: Translator, account: Account) -> Post:
    """Returns the notice with a button for the card; it needs nothing from LiveAgent."""
    post = delivery(row, operation, t, account)
    above = [block for block in post.blocks if not isinstance(block, ActionsBlock)]
    buttons = [*decisions(row, t)]
    if row.state in {State.HELD, State.SENDING} and stays(row):
        above.append(small(t("The result follows below.")))
    if not isinstance(operation, Create):
        buttons.append(button(t("Show ticket"), Id.REFRESH_CARD, TicketValue(row.ticket_id)))
    return Post(post.text, [*above, ActionsBlock(elements=buttons)] if buttons else above)


def card_with(
    view: TicketView,
    actor: Agent,
    t: Translator,
    account: Account,
    rows: Sequence[tuple[Row, Operation]],
) -> Post:
    """Returns the card with active and recently finished operations, and their decisions.

    It does not offer active operations again.
    """
    active = frozenset(Kind(row.kind) for row, _ in rows if row.state in ACTIVE_STATES)
    shown = card(view, actor, t, account, without=active)
    *above, buttons = shown.blocks
    states = [block for row, operation in rows[-MAX_LINES:] for block in _line(row, operation, t)]
    text = " ".join(_in_words(*each, t) for each in rows[-1:])
    return Post(text or shown.text, [*above, *states, buttons])


def line_with_decisions(
    row: Row, operation: Operation, t: Translator, account: Account
) -> Iterator[Block]:
    """Yields the operation, its ticket and state, and the author's decisions."""
    states = [title(row, operation, t, account), sentence(row, operation, t)]
    news = unseen(row, t)
    yield lines([*states, [text_part(news)]] if news else states)
    yield from _decisions(row, t)


def _line(row: Row, operation: Operation, t: Translator) -> Iterator[Block]:
    """Yields the state alone: the card names the ticket."""
    named = text_part(f"{sign_and_label(row, t)}: ", bold=True)
    yield lines([[named, *sentence(row, operation, t)]])
    yield from _decisions(row, t)


def _decisions(row: Row, t: Translator) -> Iterator[Block]:
    if choices := list(decisions(row, t)):
        yield ActionsBlock(elements=choices)


def _in_words(row: Row, operation: Operation, t: Translator) -> str:
    return f"{title_text(row, operation, t)}: {describe(row, operation, t)}"
