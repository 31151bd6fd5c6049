"""The message that shows a ticket."""

from collections.abc import Iterator

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    HeaderBlock,
    InteractiveElement,
    Option,
    OverflowMenuElement,
)

from blocks.ids import Id
from blocks.operations import Place, offered
from blocks.text import (
    Post,
    button,
    emoji,
    lines,
    link,
    plain,
    small,
    text_part,
)
from blocks.ticket import (
    MAX_SUBJECT,
    as_of,
    facts,
    file_name,
    headline,
    last_words,
    open_in_liveagent,
    owner,
)
from blocks.values import MenuEntry, Target
from bot.domain.people import Agent
from bot.domain.ref import Account
from bot.domain.ticket import TicketView
from bot.i18n import Translator

MAX_WORDS = 2500
MAX_FILES = 10


def card(view: TicketView, actor: Agent, t: Translator, account: Account) -> Post:
    """Escaped or unparsed, and within Slack's limits, whatever the ticket holds.

    Its buttons are what the ticket's status and the actor's role allow.
    """
    ticket = view.ticket
    blocks: list[Block] = [
        HeaderBlock(text=plain(ticket.subject or t("(no subject)"), MAX_SUBJECT)),
        lines(facts(view, t, account, customer=owner(ticket))),
        *last_words(view, t, MAX_WORDS),
        *_files(view, t, account),
        *_missing(view, t),
        as_of(view.seen, t, tags_seen=view.tags_seen),
        ActionsBlock(elements=_buttons(view, actor, t, account)),
    ]
    return Post(headline(ticket, t), blocks)


def _files(view: TicketView, t: Translator, account: Account) -> Iterator[Block]:
    files = view.files
    names = [file_name(message) for message in files[:MAX_FILES]]
    if not names:
        return
    more = len(files) - MAX_FILES
    yield lines(
        [
            [
                emoji("paperclip"),
                text_part(" "),
                text_part(t.enumeration(names), limit=900),
                *([text_part(f" +{more}")] if more > 0 else []),
                text_part("  ·  "),
                link(account.panel_url(view.ticket.id), t("open in LiveAgent")),
            ]
        ]
    )


def _missing(view: TicketView, t: Translator) -> Iterator[Block]:
    """LiveAgent gave the ticket, but not all of its parts."""
    if view.messages is None:
        text = t("Couldn't load this ticket's messages from LiveAgent.")
        yield small(text)
    if view.tags is None:
        text = t("Couldn't load this ticket's tags from LiveAgent.")
        yield small(text)


def _buttons(
    view: TicketView, actor: Agent, t: Translator, account: Account
) -> list[InteractiveElement]:
    """What there is to do, then the ways onward."""
    value = Target.of(view)
    buttons: list[InteractiveElement] = [
        button(t(row.label), row.action, value, primary=row.action == Id.REPLY)
        for row in offered(Place.BUTTON, view.ticket, actor)
    ]
    onward: list[InteractiveElement] = [
        button(t("Show conversation"), Id.SHOW_CONVERSATION, view.ticket.id),
        open_in_liveagent(view.ticket, t, account),
        button(t("Refresh"), Id.REFRESH_CARD, view.ticket.id),
    ]
    entries = [
        *(
            _entry(row.action, t(row.label), value)
            for row in offered(Place.MENU, view.ticket, actor)
        ),
        _entry(Id.SHARE, t("Share in channel"), value),
        *(
            _entry(row.action, t(row.label), value)
            for row in offered(Place.MENU_END, view.ticket, actor)
        ),
    ]
    return [*buttons, *onward, OverflowMenuElement(action_id=Id.MORE, options=entries)]


def _entry(action: str, label: str, value: Target) -> Option:
    return Option(value=MenuEntry(action, value.to_value()).to_value(), text=plain(label, 75))
