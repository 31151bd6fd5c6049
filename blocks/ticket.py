"""The facts of a ticket that messages and forms share."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from slack_sdk.models.blocks import (
    ButtonElement,
    ContextBlock,
    MarkdownTextObject,
)

from blocks import words
from blocks.ids import Id
from blocks.text import Part, age, button, cut, emoji, file_size, line, link, moment, text_part
from bot.domain.ref import Account
from bot.domain.ticket import Ticket, TicketView, Wake
from bot.domain.ticket_file import TicketFile
from bot.i18n import Translator

MAX_SUBJECT = 150
MAX_TAGS = 15
MAX_FILE_NAME_LENGTH = 80


def headline(ticket: Ticket, t: Translator) -> str:
    """Returns a ticket in one line: code, status and subject."""
    _, status = words.status(ticket.status, t)
    return f"{ticket.name} · {status} · {line(ticket.subject) or t('(no subject)')}"


def status_and_link(ticket: Ticket, t: Translator, account: Account) -> Sequence[Part]:
    icon, status = words.status(ticket.status, t)
    known = [emoji(icon), text_part(" "), text_part(status, bold=True), text_part("  ·  ")]
    return [*known, link(account.panel_url(ticket.id), ticket.name)]


def facts(
    view: TicketView, t: Translator, account: Account, *, customer: str
) -> Iterator[list[Part]]:
    """Yields facts without the customer's text; `customer` is the name to show."""
    ticket = view.ticket
    yield [*status_and_link(ticket, t, account), *after("  ·  ", ticket.department.name)]
    if view.wake:
        yield _wakes(view.wake, t)
    yield [*_label(t("Customer")), text_part(customer or t("unknown"))]
    yield _assignee(view, t)
    if ticket.created:
        old = t(" ({age} old)", age=age(view.seen - ticket.created, t))
        is_past = ticket.created <= view.seen  # untrue if the account's zone is configured wrongly
        shown = [text_part(old)] if is_past else []
        yield [*_label(t("Opened")), moment(ticket.created), *shown]
    if ticket.changed:
        yield [*_label(t("Last updated")), moment(ticket.changed)]
    if view.tags:
        yield [*_label(t("Tags")), *_tags([tag.name for tag in view.tags])]


def _label(text: str) -> list[Part]:
    return [text_part(f"{text}: ", bold=True)]


def after(separator: str, text: str) -> list[Part]:
    """Returns the text after the separator; nothing for an empty text."""
    return [text_part(separator), text_part(line(text))] if line(text) else []


def owner(ticket: Ticket) -> str:
    """Returns name and address as in a mail."""
    name, email = line(ticket.owner_name), line(ticket.owner_email)
    return f"{name} <{email}>" if name and email else name or email


def customer(ticket: Ticket, t: Translator) -> str:
    """Returns the shortest designation of the customer."""
    return line(ticket.owner_name) or line(ticket.owner_email) or t("the customer")


def _wakes(wake: Wake, t: Translator) -> list[Part]:
    _, status = words.status(wake.status, t)
    shown = [text_part(t(" (as {status})", status=status))] if wake.status else []
    return [*_label(t("Wakes")), moment(wake.at), *shown]


def _assignee(view: TicketView, t: Translator) -> list[Part]:
    if not view.ticket.assignee_id:
        return [text_part(t("Unassigned"), bold=True)]
    name = line(view.assignee.name) if view.assignee else t("an unknown agent")
    return [*_label(t("Assigned to")), text_part(name)]


def now_in(department: str, agent: str, t: Translator) -> str:
    """Returns a ticket's department and assignee; `agent` is "" for nobody."""
    place = line(department) or "?"
    if not line(agent):
        return t("Now in {department}, unassigned.", department=place)
    return t("Now in {department}, assigned to {agent}.", department=place, agent=line(agent))


def _tags(names: Sequence[str]) -> Iterator[Part]:
    for name in names[:MAX_TAGS]:
        yield text_part(line(name) or "?", code=True, limit=50)
        yield text_part(" ")
    if len(names) > MAX_TAGS:
        yield text_part(f"+{len(names) - MAX_TAGS}")


def file_label(file: TicketFile) -> str:
    """Returns a file's name, and its size if LiveAgent gives it."""
    name = cut(line(file.name), MAX_FILE_NAME_LENGTH)
    return f"{name} ({file_size(file.size)})" if file.size else name


def as_of(seen: datetime, t: Translator, *, tags_seen: datetime | None = None) -> ContextBlock:
    return ContextBlock(elements=[as_of_text(seen, t, tags_seen=tags_seen)])


def as_of_text(
    seen: datetime, t: Translator, *, tags_seen: datetime | None = None
) -> MarkdownTextObject:
    """Says when it was read, and when the tags were if that was in an earlier minute."""
    parts = [t("As of {when}", when=date(seen))]
    if tags_seen and _minute(tags_seen) != _minute(seen):
        parts.append(t("tags as of {when}", when=date(tags_seen)))
    return MarkdownTextObject(text=" · ".join(parts))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def date(moment: datetime) -> str:
    """Shows a time in each reader's zone."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment:%H:%M %Z}>"


def open_in_liveagent(ticket: Ticket, t: Translator, account: Account) -> ButtonElement:
    """Links to the agent panel; Slack still reports the click."""
    leading = button(t("Open in LiveAgent"), Id.OPEN_IN_LIVEAGENT, ticket.id)
    leading.url = account.panel_url(ticket.id)
    return leading
