"""A ticket's files: their names with a button to get them, and the result of a click."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from slack_sdk.models.blocks import Block, SectionBlock
from slack_sdk.models.views import View

from blocks.forms.display import display_form
from blocks.ids import Id
from blocks.text import Post, button, emoji, line, lines, link, plain, text_part
from blocks.ticket import file_label
from blocks.values.tickets import TicketFiles
from bot.domain.ref import Account
from bot.domain.ticket import Message, Ticket
from bot.domain.ticket_file import FilePlace, TicketFile, gettable, placed
from bot.i18n import Translator

MAX_NAMED = 10
MAX_NAMED_LENGTH = 900
MAX_MESSAGES, MAX_READ = 200, 50_000  # that are read, and their length; others are counted
MAX_PLACES, MAX_VALUE_LENGTH = 150, 1900  # Slack's limit for a button is 2000 characters


def named(files: Sequence[TicketFile], t: Translator, *, more: int = 0) -> str:
    """Returns the names and sizes of the first files; `more` is the number of further ones."""
    more += len(files[MAX_NAMED:])
    names = t.listed([file_label(each) for each in files[:MAX_NAMED]])
    return f"{names} +{more}" if more else names


def named_in(messages: Sequence[Message], t: Translator) -> str:
    """Returns the names and sizes of the files in messages."""
    files, unread = _read(messages)
    return named([file for _, file in files], t, more=unread)


def beside_button(
    ticket_id: str, messages: Sequence[Message], t: Translator, *, fewest: int = 1
) -> Iterator[Block]:
    """Yields the files of the messages, with a button if at least `fewest` can be got."""
    files, unread = _read(messages)
    found = gettable(files)
    if len(found) >= fewest:
        label = t("Get it") if len(found) == 1 else t("Get them")
        names = named([file for _, file in files], t, more=unread)
        yield _row(f"📎 {names}", label, ticket_id, found)


def _read(messages: Sequence[Message]) -> tuple[Sequence[tuple[FilePlace, TicketFile]], int]:
    """Returns the files, and how many messages were not read.

    Messages may be long, and reading them blocks the event loop.
    """
    lengths = accumulate(len(each.body) for each in messages[:MAX_MESSAGES])
    first = messages[: max(1, sum(length <= MAX_READ for length in lengths))]
    return list(placed(first)), len(messages) - len(first)


def _row(
    text: str, label: str, ticket_id: str, found: Mapping[FilePlace, TicketFile]
) -> SectionBlock:
    value = TicketFiles(ticket_id, tuple(found)[:MAX_PLACES])
    while len(value.places) > 1 and len(value.to_value()) > MAX_VALUE_LENGTH:
        value = TicketFiles(ticket_id, value.places[:-1])
    names = [each.name for each in found.values()]
    get = button(label, Id.GET_FILE, value, about=" ".join(names[:MAX_NAMED]))
    return SectionBlock(text=plain(text, MAX_NAMED_LENGTH), accessory=get)


def file_post(ticket: Ticket, files: Sequence[TicketFile], t: Translator, account: Account) -> Post:
    """Returns the message above files in the reader's direct messages with the bot."""
    names, code = named(files, t), ticket.name
    shown = [
        emoji("paperclip"),
        text_part(f" {names} · ", limit=MAX_NAMED_LENGTH),
        link(account.panel_url(ticket.id), code),
    ]
    return Post(t("{file} of {code}", file=names, code=code), [lines([shown])])


def files_sent(
    names: Sequence[str],
    t: Translator,
    *,
    ticket_id: str = "",
    failed: Sequence[str] = (),
    rest: Mapping[FilePlace, TicketFile] | None = None,
) -> View:
    """Says where the files are, why some failed, and which remain."""
    blocks: list[Block] = []
    if names:
        blocks.append(SectionBlock(text=plain(_arrival_text(names, t), 300)))
    if failed:
        blocks.append(lines([text_part(each)] for each in failed))
    if rest:
        left = t("Not sent yet: {names}", names=named(list(rest.values()), t))
        blocks.append(_row(left, t("Get the rest"), ticket_id, rest))
    return display_form(blocks, t("Files"), t)


def _arrival_text(names: Sequence[str], t: Translator) -> str:
    if len(names) == 1:
        return t(
            "{name} is in your conversation with the bot, under Messages.", name=line(names[0])
        )
    return t(
        "{count} files are in your conversation with the bot, under Messages.", count=len(names)
    )


def already_sending(t: Translator) -> View:
    """Says that the files are already being sent."""
    text = t("You've asked for this again. It's on its way.")
    return display_form([SectionBlock(text=plain(text, 300))], t("Files"), t)
