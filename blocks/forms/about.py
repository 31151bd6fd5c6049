"""The form's title and first lines, which name the ticket."""

from slack_sdk.models.blocks import Block

from blocks import words
from blocks.forms.form import Start
from blocks.forms.frame import MAX_TITLE_LENGTH
from blocks.text import cut, line, lines, small, text_part
from blocks.ticket import owner
from bot.i18n import Translator

MAX_ABOUT_LENGTH = 500


def titled(name: str, code: str) -> str:
    """Returns the form's title, with the ticket's code if Slack's 24 characters suffice."""
    both = f"{name} · {code}"
    return both if code and len(both) <= MAX_TITLE_LENGTH else name


def about(start: Start, code: str, t: Translator) -> list[Block]:
    """Returns the lines that name the ticket; none if it is not known yet."""
    subject, customer, status = start.subject, start.customer, ""
    if start.view:
        ticket = start.view.ticket
        subject, customer = line(ticket.subject) or t("(no subject)"), owner(ticket)
        code, (_, status) = ticket.name, words.status(ticket.status, t)
    rest = " · ".join(filter(None, [code, status, customer]))
    return [
        *([lines([[text_part(subject, bold=True)]])] if subject else []),
        *([small(cut(rest, MAX_ABOUT_LENGTH))] if rest else []),
    ]
