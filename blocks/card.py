"""The message that shows a ticket."""

from collections.abc import Collection, Iterator, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    HeaderBlock,
    InteractiveElement,
    Option,
    OverflowMenuElement,
)

from blocks.ending import ending
from blocks.ids import Id
from blocks.operations import Place, Presented, offered
from blocks.presence import present
from blocks.text import Post, button, lines, plain, small
from blocks.ticket import MAX_SUBJECT, as_of, facts, headline, owner
from blocks.values import MenuEntry, Target, TicketValue, Value
from bot.domain.people import Agent
from bot.domain.ref import Account
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Kind

MAX_WORDS = 2500
MAX_ENTRIES = 5  # Slack's limit for a menu


def card(
    view: TicketView,
    actor: Agent,
    t: Translator,
    account: Account,
    *,
    without: Collection[Kind] = (),
) -> Post:
    """Returns the card, with text escaped or unparsed, and within Slack's limits.

    Its buttons are those that the ticket's status and the actor's role allow, except `without`.
    """
    ticket = view.ticket
    blocks: list[Block] = [
        HeaderBlock(text=plain(ticket.subject or t("(no subject)"), MAX_SUBJECT)),
        lines([*facts(view, t, account, customer=owner(ticket)), *present(view, t)]),
        *ending(view, t, MAX_WORDS),
        *_missing(view, t),
        as_of(view.seen, t, tags_seen=view.tags_seen),
        ActionsBlock(
            elements=[*_buttons(view, actor, t, without), *_menus(view, actor, t, without)]
        ),
    ]
    return Post(headline(ticket, t), blocks)


def _missing(view: TicketView, t: Translator) -> Iterator[Block]:
    """Names the parts that LiveAgent did not return."""
    if view.messages is None:
        text = t("Couldn't load this ticket's messages from LiveAgent.")
        yield small(text)
    if view.tags is None:
        text = t("Couldn't load this ticket's tags from LiveAgent.")
        yield small(text)


def _buttons(
    view: TicketView, actor: Agent, t: Translator, without: Collection[Kind]
) -> Iterator[InteractiveElement]:
    """Yields the most frequent operations."""
    value = Target.of(view)
    for row in offered(Place.BUTTON, view.ticket, actor, without):
        is_first = row.action == Id.REPLY
        yield button(t(row.label), row.action, value, primary=is_first)
    yield button(t("Show conversation"), Id.SHOW_CONVERSATION, view.ticket.id)


def _menus(
    view: TicketView, actor: Agent, t: Translator, without: Collection[Kind]
) -> Iterator[InteractiveElement]:
    """Yields menus of all other operations, because one of Slack's menus may be too short."""
    value = Target.of(view).without_names
    rows: Sequence[tuple[str, str, Value]] = [
        (Id.REFRESH_CARD, t("Refresh"), TicketValue(view.ticket.id)),
        *_entries(offered(Place.MENU, view.ticket, actor, without), value, t),
        (Id.SHARE, t("Share in channel"), value),
        *_entries(offered(Place.MENU_END, view.ticket, actor, without), value, t),
    ]
    for start in range(0, len(rows), MAX_ENTRIES):
        entries = [_option(*row) for row in rows[start : start + MAX_ENTRIES]]
        action = f"{Id.MORE}.{start}" if start else Id.MORE
        yield OverflowMenuElement(action_id=action, options=entries)


def _entries(
    rows: Iterator[Presented], value: Target, t: Translator
) -> Iterator[tuple[str, str, Value]]:
    yield from ((row.action, t(row.label), value) for row in rows)


def _option(action: str, label: str, value: Value) -> Option:
    return Option(value=MenuEntry(action, value.to_value()).to_value(), text=plain(label, 75))
