"""The message above a ticket's file, in its reader's conversation with the bot."""

from blocks.text import Post, emoji, lines, link, text_part
from blocks.ticket import file_label
from bot.domain.ref import Account
from bot.domain.ticket import Ticket
from bot.domain.ticket_file import TicketFile
from bot.i18n import Translator


def file_post(ticket: Ticket, name: str, size: int, t: Translator, account: Account) -> Post:
    label, code = file_label(TicketFile(name, size)), ticket.code or ticket.id
    said = t("{file} of {code}", file=label, code=code)
    shown = [
        emoji("paperclip"),
        text_part(f" {label} · "),
        link(account.panel_url(ticket.id), code),
    ]
    return Post(said, [lines([shown])])
