"""The end of a conversation: the customer's last message and the entries around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import Block, RichTextBlock

from blocks import rich
from blocks.files import MAX_NAMED_LENGTH, beside_button, named_in
from blocks.mail import read_mail
from blocks.pieces import Mail
from blocks.text import Part, emoji, line, lines, moment, small, text_part
from blocks.ticket import customer
from bot.domain.ticket import Message, MessageKind, TicketView
from bot.i18n import Translator

MAX_ENTRIES = 3
MAX_LINE = 160
MAX_READ = 800  # characters of a body, enough for one line


@dataclass(slots=True)
class Entry:
    """A message with its files, or files without text."""

    message: Message
    files: list[Message] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return not self.message.is_file


def ending(
    view: TicketView, t: Translator, limit: int, *, can_get: bool = False
) -> Iterator[Block]:
    """Yields the last entries in order, by any author.

    The customer's newest is quoted, up to `limit` characters; the others take a line each. Quoted
    history of mails is left out. `can_get`: the bot may send files to the reader.
    """
    everything = entries(view)
    theirs = (e for e in reversed(everything) if e.has_text and view.is_of_customer(e.message))
    quoted = next(theirs, None)
    last = everything[-MAX_ENTRIES:]
    skipped = 0
    if quoted and quoted not in last:
        skipped = len(everything) - everything.index(quoted) - MAX_ENTRIES
        last = [quoted, *everything[-MAX_ENTRIES + 1 :]]
    for entry in last:
        way = list(beside_button(view.ticket.id, entry.files, t)) if can_get else []
        if entry is quoted:
            yield from _in_full(entry, view, t, limit)
            yield from way or _files_alone(entry, t)
            if skipped:
                yield small(t.plural("… one more entry …", "… {count} more entries …", skipped))
        else:
            yield lines([_in_a_line(entry, view, t, names_files=not way)])
            yield from way


def entries(view: TicketView) -> list[Entry]:
    """Returns what people wrote, each with the same author's files."""
    found: list[Entry] = []
    for message in view.messages or ():
        if message.is_file:
            if found and found[-1].message.author_id == message.author_id:
                found[-1].files.append(message)
            else:
                found.append(Entry(message, [message]))
        elif message.may_be_text and message.kind != MessageKind.QUOTE:
            found.append(Entry(message))
    return found


def _in_full(entry: Entry, view: TicketView, t: Translator, limit: int) -> Iterator[Block]:
    heading = [text_part(t("{name} wrote", name=customer(view.ticket, t)), bold=True)]
    yield lines([[*heading, *_time_parts(entry)]])
    mail = read_mail(entry.message.body, 2 * limit)
    kept, is_cut = rich.shorten(mail.pieces, limit)
    if kept:
        yield RichTextBlock(elements=rich.elements(kept, quoted=True))
    if note := _left_out(mail, t, is_cut=is_cut or mail.has_more_text):
        yield small(note)


def _left_out(mail: Mail, t: Translator, *, is_cut: bool) -> str:
    if is_cut:
        return t("Shortened. Read it in full in the conversation or in LiveAgent.")
    return t("Earlier quoted mail is hidden.") if mail.history else ""


def _in_a_line(
    entry: Entry, view: TicketView, t: Translator, *, names_files: bool
) -> Iterator[Part]:
    icon, done = _headline(entry, view, t)
    yield emoji(icon)
    yield text_part(" ")
    yield text_part(done, bold=True)
    yield from _time_parts(entry)
    if entry.has_text and (words := _excerpt(entry.message)):
        yield text_part(f": {words}")
    if entry.files and names_files:
        yield text_part("  ")
        yield from _files(entry.files, t)


def _headline(entry: Entry, view: TicketView, t: Translator) -> tuple[str, str]:
    """Returns an emoji and who did what; internal notes are marked."""
    message = entry.message
    if message.kind == MessageKind.UNDELIVERED:
        return "warning", t("Not delivered")
    name = author(message, view, t)
    if message.is_note:
        return "lock", t("{name} noted", name=name)
    if not entry.has_text:
        return "inbox_tray", t("{name} sent a file", name=name)
    if view.is_of_customer(message):
        return "envelope", t("{name} wrote", name=name)
    return "leftwards_arrow_with_hook", t("{name} replied", name=name)


def author(message: Message, view: TicketView, t: Translator) -> str:
    if agent := view.author(message):
        return line(agent.name)
    return customer(view.ticket, t) if view.is_of_customer(message) else "LiveAgent"


def _time_parts(entry: Entry) -> list[Part]:
    created = entry.message.created
    return [text_part("  ·  "), moment(created)] if created else []


def _excerpt(message: Message) -> str:
    mail = read_mail(message.body, MAX_READ)
    words = line(" ".join(piece.text for piece in mail.pieces))
    return words if len(words) <= MAX_LINE else words[: MAX_LINE - 1].rstrip() + "…"


def _files_alone(entry: Entry, t: Translator) -> Iterator[Block]:
    if entry.files:
        yield lines([_files(entry.files, t)])


def _files(files: Sequence[Message], t: Translator) -> Iterator[Part]:
    yield emoji("paperclip")
    yield text_part(" ")
    yield text_part(named_in(files, t), limit=MAX_NAMED_LENGTH)
