"""A new ticket's link, for everybody in the thread it came from."""

from slack_sdk.models.blocks import ActionsBlock

from blocks.ids import Id
from blocks.text import Post, button, line, lines, link, text_part
from blocks.values.tickets import TicketInList
from bot.domain.ref import Account
from bot.i18n import Translator


def created_link(author: str, ticket_id: str, code: str, t: Translator, account: Account) -> Post:
    """Shows only the author's name and the code; the button shows the clicker the ticket."""
    text = t("🎫 {name} created a ticket from this thread:", name=line(author) or "?")
    show = button(t("Show ticket"), Id.OPEN_TICKET, TicketInList(ticket_id), about=code)
    named = [text_part(f"{text} "), link(account.panel_url(ticket_id), code)]
    return Post(f"{text} {code}", [lines([named]), ActionsBlock(elements=[show])])
