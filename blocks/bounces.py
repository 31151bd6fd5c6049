"""The notice that a mail could not be delivered."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, RichTextBlock

from blocks import rich
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.text import Post, button, cut, line, lines, link, text_part
from blocks.values.tickets import TicketInList
from blocks.values.value import Number
from bot.domain.bounces import addresses_in
from bot.domain.outbox import Row
from bot.domain.ref import Account
from bot.domain.ticket import Message, Ticket
from bot.i18n import Translator
from bot.operations import Kind

MAX_SUBJECT, MAX_REPORT, MAX_ADDRESSES = 100, 600, 5
MAX_REPORTS, MAX_BODY, MAX_TEXT = 5, 20_000, 5000  # that are read


def undelivered(
    ticket: Ticket,
    reports: Sequence[Message],
    mail_id: str,
    t: Translator,
    account: Account,
    row: Row,
) -> Post:
    """Returns the notice, with the mail servers' reports; a report may be the mail itself.

    `row` sent the mail, and keeps its text.
    """
    is_new = row.kind == Kind.CREATE
    title = t("Your message was not delivered") if is_new else t("Your reply was not delivered")
    code, subject = ticket.name, cut(line(ticket.subject), MAX_SUBJECT)
    heading = " · ".join(filter(None, [f"⚠️ {title}", subject]))
    others = [each for each in reports if each.id != mail_id][:MAX_REPORTS]
    mails = [read_mail(each.body[:MAX_BODY], MAX_TEXT) for each in others]
    pieces = [piece for mail in mails for piece in (*mail.pieces, *mail.history)]
    sentence = _to_whom(ticket, " ".join(piece.text for piece in pieces), t)
    rows = [
        [text_part(f"{heading} · ", bold=True), link(account.panel_url(ticket.id), code)],
        [text_part(sentence)],
    ]
    blocks: list[Block] = [lines(rows)]
    kept, _ = rich.shorten(pieces, MAX_REPORT)
    if kept:
        blocks.append(RichTextBlock(elements=rich.elements(kept, quoted=True)))
    (place,) = TicketInList.each([ticket.id])
    again = button(t("Send again"), Id.SEND_AGAIN, Number(row.id))
    elsewhere = button(t("Write to another address"), Id.WRITE_ELSEWHERE, Number(row.id))
    show = button(t("Show ticket"), Id.OPEN_TICKET, place)
    blocks.append(ActionsBlock(elements=[again, elsewhere, show]))
    return Post(f"{heading} · {code}: {sentence}", blocks)


def _to_whom(ticket: Ticket, texts: str, t: Translator) -> str:
    """Returns the sentence that names the addresses found in the reports' text."""
    to = t.listed(addresses_in(texts, ticket.owner_email)[:MAX_ADDRESSES])
    if to:
        return t("LiveAgent couldn't deliver it to {address}.", address=cut(line(to), 300))
    if ticket.owner_email:
        owner = cut(line(ticket.owner_email), 300)
        return t("LiveAgent doesn't say to whom; the customer is {address}.", address=owner)
    return t("LiveAgent doesn't say to whom.")
