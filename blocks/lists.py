"""Tickets in rows, each with a button that opens its card."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, SectionBlock

from blocks.card import headline
from blocks.ids import Id
from blocks.text import Post, button, plain
from bot.domain.ticket import Ticket
from bot.i18n import Translator


def tickets(rows: Sequence[Ticket], title: str, t: Translator) -> Post:
    """As many rows as given: at most 40 fit into a message."""
    blocks: list[Block] = [SectionBlock(text=plain(title, 300))]
    blocks += [_row(ticket, t) for ticket in rows]
    return Post(title, blocks)


def _row(ticket: Ticket, t: Translator) -> SectionBlock:
    return SectionBlock(
        text=plain(headline(ticket, t), 200),
        accessory=button(t("Show ticket"), Id.OPEN_TICKET, ticket.id),
    )
