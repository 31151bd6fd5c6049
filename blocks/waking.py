"""The notice that a postponed ticket has woken."""

from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ActionsBlock, Block

from blocks import words
from blocks.ids import Id
from blocks.text import Post, button, cut, line, lines, link, text_part
from blocks.values.tickets import TicketValue
from bot.domain.ref import Account
from bot.domain.ticket import Status, Ticket
from bot.i18n import Translator
from bot.operations import Postpone

MAX_SUBJECT = 100


def woke(ticket: Ticket, operation: Postpone, t: Translator, account: Account) -> Post:
    """Returns the notice, with the author's reason if there is one."""
    reason = operation.reason
    is_late = ticket.status == Status.POSTPONED
    code, subject = ticket.name, cut(line(ticket.subject), MAX_SUBJECT)
    title = t("Still postponed") if is_late else t("Woke up")
    heading = " · ".join(filter(None, [f"{'⚠️' if is_late else '⏰'} {title}", subject]))
    sentence = t.sentences([_since(operation, t), "" if is_late else _now(ticket, t)])
    rows = [
        [text_part(f"{heading} · ", bold=True), link(account.panel_url(ticket.id), code)],
        [text_part(sentence)],
        [text_part(reason, limit=1000)] if reason else [],
    ]
    show = button(t("Show ticket"), Id.REFRESH_CARD, TicketValue(ticket.id))
    blocks: list[Block] = [lines(rows), ActionsBlock(elements=[show])]
    return Post(f"{heading} · {code}: {sentence} {reason}".strip(), blocks)


def _since(operation: Postpone, t: Translator) -> str:
    until = operation.until.astimezone(ZoneInfo(operation.zone))
    return t("You postponed it until {when}.", when=t.moment(until))


def _now(ticket: Ticket, t: Translator) -> str:
    _, status = words.status(ticket.status, t)
    return t("The ticket is {status}.", status=status)
