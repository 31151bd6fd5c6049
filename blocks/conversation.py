"""The form that shows a ticket's conversation, page by page."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    RichTextBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from blocks import rich, words
from blocks.ending import author, entries
from blocks.files import beside_button
from blocks.forms.display import display_form
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.paging import Paging
from blocks.text import (
    Part,
    button,
    emoji,
    lines,
    moment,
    plain,
    small,
    text_part,
    variant,
)
from blocks.ticket import as_of_text, file_label, open_in_liveagent
from blocks.values.tickets import ConversationPage, MessagePart, TicketFiles
from bot.domain.ref import Account
from bot.domain.ticket import Message, MessageKind, TicketView
from bot.domain.ticket_file import files_in
from bot.i18n import Translator

PAGE_MESSAGES = 10
PAGE_CHARACTERS = 8000
MESSAGE_CHARACTERS = 2000
MAX_FILES = 3  # of one message: a form has a hundred blocks


def conversation(
    view: TicketView,
    page: int,
    t: Translator,
    account: Account,
    *,
    oldest_first: bool = False,
    can_get: bool = False,
) -> View:
    """Shows the last page if `page` is beyond it.

    `can_get`: the bot may send files to the reader.
    """
    all_pages = pages(view.messages or (), oldest_first=oldest_first)
    page = max(0, min(page, len(all_pages) - 1))
    blocks: list[Block] = [SectionBlock(text=plain(view.ticket.subject or t("(no subject)"), 300))]
    if view.messages is None:
        text = t("Couldn't load this ticket's messages from LiveAgent.")
        blocks.append(small(text))
    elif not view.messages:
        blocks.append(small(t("No messages yet.")))
    came_with = {each.message.id: each.files for each in entries(view)} if can_get else {}
    for number, message in all_pages[page]:
        blocks += _message(number, message, view, t, can_get=can_get)
        blocks += beside_button(view.ticket.id, came_with.get(message.id, ()), t, fewest=2)
    blocks.append(DividerBlock())
    where = Paging.of(page, len(all_pages), 1).labels(t)
    blocks.append(ContextBlock(elements=[as_of_text(view.seen, t), *where]))
    turns = _turns(view, page, len(all_pages), t, oldest_first=oldest_first)
    blocks.append(ActionsBlock(elements=[*turns, open_in_liveagent(view.ticket, t, account)]))
    return display_form(blocks, view.ticket.name, t)


def pages(
    messages: Sequence[Message], *, oldest_first: bool = False
) -> list[list[tuple[int, Message]]]:
    """Returns pages that fit Slack, at least one, of messages with their indices in the ticket."""
    shown = [each for each in enumerate(messages) if not each[1].is_technical]
    all_pages: list[list[tuple[int, Message]]] = [[]]
    size = 0
    for number, message in shown if oldest_first else reversed(shown):
        length = min(len(message.body), MESSAGE_CHARACTERS)
        full = len(all_pages[-1]) >= PAGE_MESSAGES or size + length > PAGE_CHARACTERS
        if full and all_pages[-1]:
            all_pages.append([])
            size = 0
        all_pages[-1].append((number, message))
        size += length
    return all_pages


def whole_message(
    view: TicketView,
    number: int,
    part: int,
    t: Translator,
    account: Account,
    *,
    leads_back: bool = False,
) -> View:
    """Returns one message with all its quotes, in parts if it is long.

    `leads_back`: it replaced the conversation, so it has a button back.
    """
    message = (view.messages or ())[number]
    mail = read_mail(message.body)
    history = [piece._replace(is_history=True) for piece in mail.history]
    all_parts = list(rich.parts([*mail.pieces, *history], PAGE_CHARACTERS)) or [[]]
    paging = Paging.of(part, len(all_parts), 1)
    part = paging.page
    blocks: list[Block] = [lines([_heading(message, view, t)])]
    if shown := [
        element
        for is_history, group in groupby(all_parts[part], key=attrgetter("is_history"))
        for element in rich.elements(list(group), quoted=is_history)
    ]:
        blocks.append(RichTextBlock(elements=shown))
    if mail.is_cut and part + 1 == len(all_parts):
        blocks.append(small(t("Shortened here. The rest is in LiveAgent.")))
    blocks.append(DividerBlock())
    blocks += [ContextBlock(elements=[each]) for each in paging.labels(t)]
    turns = list(paging.turns(Id.TURN_MESSAGE, partial(MessagePart, view.ticket.id, number), t))
    if leads_back:
        turns.append(button(t("Show conversation"), Id.SHOW_CONVERSATION, view.ticket.id))
    blocks.append(ActionsBlock(elements=[*turns, open_in_liveagent(view.ticket, t, account)]))
    return display_form(blocks, view.ticket.name, t)


def _message(
    number: int, message: Message, view: TicketView, t: Translator, *, can_get: bool
) -> Iterator[Block]:
    yield DividerBlock()
    yield lines([_heading(message, view, t)])
    if message.is_file:
        yield from _files(message, view, t, can_get=can_get)
        return
    mail = read_mail(message.body, 2 * MESSAGE_CHARACTERS)
    kept, is_cut = rich.shorten(mail.pieces, MESSAGE_CHARACTERS)
    is_cut = is_cut or mail.has_more_text
    if kept and message.kind != MessageKind.QUOTE:
        yield RichTextBlock(elements=rich.elements(kept, quoted=False))
    is_folded = bool(mail.history) or message.kind == MessageKind.QUOTE
    if is_cut or is_folded:
        note = t("Shortened.") if is_cut else t("Earlier quoted mail is hidden.")
        show = button(t("Show full message"), Id.SHOW_MESSAGE, MessagePart(view.ticket.id, number))
        yield SectionBlock(text=plain(note, 200), accessory=show)


def _files(message: Message, view: TicketView, t: Translator, *, can_get: bool) -> Iterator[Block]:
    found = files_in(message)
    for number, file in enumerate(found[:MAX_FILES]):
        get = None
        if can_get and file.url and message.id:
            value = TicketFiles(view.ticket.id, ((message.id, number),))
            get = button(t("Get it"), Id.GET_FILE, value, about=file.name)
        yield SectionBlock(text=plain(f"📎 {file_label(file)}", 200), accessory=get)
    if len(found) > MAX_FILES:
        yield small(f"+{len(found) - MAX_FILES}")


def _heading(message: Message, view: TicketView, t: Translator) -> Iterator[Part]:
    if message.is_note:
        yield emoji("lock")
        yield text_part(" ")
    yield text_part(author(message, view, t), bold=True)
    if message.created:
        yield text_part("  ·  ")
        yield moment(message.created)
    named = (words.channel(message.channel, t), words.kind(message.kind, t))
    for word in dict.fromkeys(word for word in named if word):
        yield text_part("  ·  ")
        yield text_part(word, bold=message.is_note)


def _turns(
    view: TicketView, page: int, count: int, t: Translator, *, oldest_first: bool
) -> list[ButtonElement]:
    def turn(label: str, to: int, way: str, *, order: bool) -> ButtonElement:
        return variant(label, Id.TURN_PAGE, ConversationPage(view.ticket.id, to, order), way)

    before, after = t("Newer"), t("Older")
    if oldest_first:
        before, after = after, before
    turns = []
    if page > 0:
        turns.append(turn(before, page - 1, "before", order=oldest_first))
    if page + 1 < count:
        turns.append(turn(after, page + 1, "after", order=oldest_first))
    if view.messages and len(view.messages) > 1:
        label = t("Newest first") if oldest_first else t("Oldest first")
        turns.append(turn(label, 0, "order", order=not oldest_first))
    return turns
