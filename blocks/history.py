"""The history of a ticket's changes made in Slack, with authors and results."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import HeaderBlock

from blocks import operations
from blocks.outcomes import result
from blocks.text import Part, Post, lines, moment, plain, text_part
from blocks.ticket import headline
from bot.domain.outbox import AuditEntry
from bot.domain.ticket import Ticket
from bot.i18n import Translator
from bot.operations.outcome import read_outcome


def history(ticket: Ticket, entries: Sequence[AuditEntry], t: Translator) -> Post:
    """Shows the newest entries first."""
    rows = [list(_row(entry, t)) for entry in entries]
    nothing = [[text_part(t("Nothing has been done to this ticket from Slack yet."))]]
    title = headline(ticket, t)
    return Post(title, [HeaderBlock(text=plain(title, 150)), lines(rows or nothing)])


def _row(entry: AuditEntry, t: Translator) -> Iterator[Part]:
    yield moment(entry.at)
    yield text_part(f"  {operations.label(entry.kind, t)}", bold=True)
    yield text_part(
        f"  {entry.agent or '?'}: {result(entry.state, read_outcome(entry.outcome), t)}", limit=300
    )
