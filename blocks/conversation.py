"""The form that shows what was said in a ticket, newest first, page by page."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from blocks import rich, words
from blocks.card import as_of, customer, file_name, open_in_liveagent
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.text import Part, emoji, lines, moment, plain, said, small, variant
from bot.domain.ref import Account
from bot.domain.ticket import Message, MessageKind, TicketView
from bot.i18n import Translator

PAGE_MESSAGES = 10
PAGE_CHARACTERS = 8000
MESSAGE_CHARACTERS = 2000


def loading(title: str, t: Translator) -> View:
    """Shown at once, while LiveAgent is asked."""
    return _form([SectionBlock(text=plain(t("Asking LiveAgent …"), 100))], title, t)


def failed(text: str, t: Translator, *, typed: str = "") -> View:
    """In place of what was asked for, why it is not there; and what was typed, so that it stays."""
    blocks: list[Block] = [SectionBlock(text=plain(text, 2900))]
    if typed:
        blocks.append(lines([[said(typed, limit=2900)]]))
    return _form(blocks, t("Not possible"), t)


def conversation(view: TicketView, page: int, t: Translator, account: Account) -> View:
    """Page 0 is the newest; a page beyond the last shows the last."""
    all_pages = pages(view.messages or ())
    page = max(0, min(page, len(all_pages) - 1))
    blocks: list[Block] = [SectionBlock(text=plain(view.ticket.subject or t("(no subject)"), 300))]
    if view.messages is None:
        text = t("LiveAgent did not give the messages of this ticket.")
        blocks.append(small(text))
    elif not view.messages:
        blocks.append(small(t("Nothing was said yet.")))
    for message in all_pages[page]:
        blocks += _message(message, view, t)
    blocks.append(DividerBlock())
    blocks.append(
        ContextBlock(
            elements=[MarkdownTextObject(text=as_of(view, t)), _number(page, len(all_pages), t)]
        )
    )
    blocks.append(ActionsBlock(elements=_buttons(view, page, len(all_pages), t, account)))
    return _form(blocks, view.ticket.code or view.ticket.id, t)


def pages(messages: Sequence[Message]) -> list[list[Message]]:
    """Newest first, each page short enough for Slack; at least one page, which may be empty."""
    all_pages: list[list[Message]] = [[]]
    size = 0
    for message in reversed([message for message in messages if not message.is_technical]):
        length = min(len(message.body), MESSAGE_CHARACTERS)
        full = len(all_pages[-1]) >= PAGE_MESSAGES or size + length > PAGE_CHARACTERS
        if full and all_pages[-1]:
            all_pages.append([])
            size = 0
        all_pages[-1].append(message)
        size += length
    return all_pages


def _form(blocks: Sequence[Block], title: str, t: Translator) -> View:
    return View(
        type="modal",
        callback_id=Id.CONVERSATION,
        title=plain(title, 24),
        close=plain(t("Close"), 24),
        blocks=list(blocks),
    )


def _message(message: Message, view: TicketView, t: Translator) -> Iterator[Block]:
    yield DividerBlock()
    yield lines([_heading(message, view, t)])
    if message.is_file:
        yield lines([[emoji("paperclip"), said(" "), said(file_name(message))]])
        return
    mail = read_mail(message.body)
    kept, is_cut = rich.shorten(mail.pieces, MESSAGE_CHARACTERS)
    if kept and message.kind != MessageKind.QUOTE:
        yield RichTextBlock(elements=rich.elements(kept, quoted=False))
    if is_cut:
        yield small(t("Shortened. The whole of it is in LiveAgent."))
    elif mail.history or message.kind == MessageKind.QUOTE:
        yield small(t("Earlier mail quoted below is folded."))


def _heading(message: Message, view: TicketView, t: Translator) -> Iterator[Part]:
    if message.is_note:
        yield emoji("lock")
        yield said(" ")
    yield said(_author(message, view, t), bold=True)
    if message.created:
        yield said("  ·  ")
        yield moment(message.created)
    named = (words.channel(message.channel, t), words.kind(message.kind, t))
    for word in dict.fromkeys(word for word in named if word):
        yield said("  ·  ")
        yield said(word, bold=message.is_note)


def _author(message: Message, view: TicketView, t: Translator) -> str:
    if agent := view.author(message):
        return agent.name
    return customer(view.ticket, t) if view.is_of_customer(message) else "LiveAgent"


def _number(page: int, count: int, t: Translator) -> PlainTextObject:
    return PlainTextObject(text=t("Page {page} of {count}", page=page + 1, count=count))


def _buttons(
    view: TicketView, page: int, count: int, t: Translator, account: Account
) -> list[ButtonElement]:
    ticket = view.ticket
    buttons = []
    if page > 0:
        buttons.append(variant(t("Newer"), Id.TURN_PAGE, f"{ticket.id} {page - 1}", "newer"))
    if page + 1 < count:
        buttons.append(variant(t("Older"), Id.TURN_PAGE, f"{ticket.id} {page + 1}", "older"))
    return [*buttons, open_in_liveagent(ticket, t, account)]
