"""An operation's state where somebody clicked: in place of the card, and above its buttons."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import ActionsBlock, Block

from blocks.card import card
from blocks.deliveries import SIGNS, decisions, delivery, in_short
from blocks.ids import Id
from blocks.text import Post, button, lines, text_part
from blocks.values import TicketValue
from bot.domain.outbox import ACTIVE_STATES, Row
from bot.domain.people import Agent
from bot.domain.ref import Account
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Create, Kind, Operation

MAX_LINES = 5


def in_place_of_card(
    row: Row, operation: Operation, seconds: int, t: Translator, account: Account
) -> Post:
    """Returns the notice with a button for the card; it needs nothing from LiveAgent."""
    told = delivery(row, operation, seconds, t, account)
    if isinstance(operation, Create):
        return told
    show = button(t("Show ticket"), Id.REFRESH_CARD, TicketValue(row.ticket_id))
    above = [block for block in told.blocks if not isinstance(block, ActionsBlock)]
    return Post(told.text, [*above, ActionsBlock(elements=[*decisions(row, t), show])])


def card_with(
    view: TicketView,
    actor: Agent,
    t: Translator,
    account: Account,
    rows: Sequence[tuple[Row, Operation]],
) -> Post:
    """Returns the card with active and just finished operations, and their decisions.

    It does not offer active operations again.
    """
    active = frozenset(Kind(row.kind) for row, _ in rows if row.state in ACTIVE_STATES)
    shown = card(view, actor, t, account, without=active)
    *above, buttons = shown.blocks
    said = [block for row, operation in rows[-MAX_LINES:] for block in _line(row, operation, t)]
    text = " ".join(_in_words(*each, t) for each in rows[-1:])
    return Post(text or shown.text, [*above, *said, buttons])


def _line(row: Row, operation: Operation, t: Translator) -> Iterator[Block]:
    yield lines([[text_part(_in_words(row, operation, t), bold=True, limit=600)]])
    if choices := list(decisions(row, t)):
        yield ActionsBlock(elements=choices)


def _in_words(row: Row, operation: Operation, t: Translator) -> str:
    named, sentence = in_short(row, operation, t)
    return f"{SIGNS[row.state]} {named}: {sentence}"
