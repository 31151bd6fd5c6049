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
from blocks.operations import CardSlot, Presented, offered
from blocks.others import others
from blocks.presence import present
from blocks.text import Post, button, lines, plain, small
from blocks.ticket import MAX_SUBJECT, as_of, facts, headline, owner
from blocks.values.tickets import Target, TicketValue
from blocks.values.value import MenuEntry, Value
from bot.domain.people import Agent
from bot.domain.ref import Account
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Kind

MAX_TEXT = 2500
MAX_ENTRIES = 5  # Slack's limit for a menu


def card(
    view: TicketView,
    actor: Agent,
    t: Translator,
    account: Account,
    *,
    without: Collection[Kind] = (),
) -> Post:
    """Returns the card, within Slack's limits. Untrusted text is escaped or unparsed.

    Its buttons are those that the ticket's status and the actor's role allow, except `without`.
    """
    ticket = view.ticket
    blocks: list[Block] = [
        HeaderBlock(text=plain(ticket.subject or t("(no subject)"), MAX_SUBJECT)),
        lines([*facts(view, t, account, customer=owner(ticket)), *present(view, t)]),
        *others(view, t),
        *ending(view, t, MAX_TEXT, can_get=actor.can_get_files),
        *_missing(view, t),
        as_of(view.seen, t, tags_seen=view.tags_seen),
        ActionsBlock(elements=_actions(view, actor, t, without)),
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


def _actions(
    view: TicketView, actor: Agent, t: Translator, without: Collection[Kind]
) -> Sequence[InteractiveElement]:
    """Returns buttons for the most frequent operations, and a menu of the others.

    *Refresh*, and then the menu's first entries, become buttons when Slack's menu is full.
    """
    value = Target.of(view)
    buttons = [
        button(t(row.label), row.action, value, primary=row.action == Id.REPLY)
        for row in offered(CardSlot.BUTTON, view.ticket, actor, without)
    ]
    buttons.append(button(t("Show conversation"), Id.SHOW_CONVERSATION, view.ticket.id))
    refresh = (Id.REFRESH_CARD, t("Refresh"), TicketValue(view.ticket.id))
    entries = [
        *_entries(offered(CardSlot.MENU, view.ticket, actor, without), value.without_names, t),
        (Id.SHARE, t("Share in channel"), value.without_names),
        *_entries(offered(CardSlot.MENU_END, view.ticket, actor, without), value.without_names, t),
    ]
    if len(entries) < MAX_ENTRIES:
        entries.insert(0, refresh)
    else:
        buttons.append(button(refresh[1], refresh[0], refresh[2]))
    for action, text, _ in entries[:-MAX_ENTRIES]:
        buttons.append(button(text, action, value))
    return [
        *buttons,
        OverflowMenuElement(
            action_id=Id.MORE, options=[_option(*each) for each in entries[-MAX_ENTRIES:]]
        ),
    ]


def _entries(
    rows: Iterator[Presented], value: Target, t: Translator
) -> Iterator[tuple[str, str, Value]]:
    yield from ((row.action, t(row.label), value) for row in rows)


def _option(action: str, label: str, value: Value) -> Option:
    return Option(value=MenuEntry(action, value.to_value()).to_value(), text=plain(label, 75))
