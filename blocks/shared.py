"""The card for a whole channel: without customers' text, and with their address masked."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    HeaderBlock,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
)

from blocks import words
from blocks.ids import Id
from blocks.text import Post, button, emoji, line, lines, link, plain, text_part
from blocks.ticket import MAX_SUBJECT, as_of, facts
from blocks.values import SharedCard
from bot.domain.characters import compatible
from bot.domain.markup import plain as entities_undone
from bot.domain.ref import Account
from bot.domain.ticket import Ticket, TicketView
from bot.i18n import Translator


def shared_card(
    view: TicketView,
    t: Translator,
    account: Account,
    *,
    sharer: str,
    comment: str = "",
    shows_subject: bool = False,
) -> Post:
    """`sharer` is the Slack user who shares it. Its buttons answer only the user who clicks."""
    ticket = view.ticket
    again = SharedCard(ticket.id, shows_subject, sharer, comment)
    _, status = words.status(ticket.status, t)
    title = f"{ticket.code or ticket.id} · {status}"
    if shows_subject and ticket.subject:
        title = f"{title} · {line(ticket.subject)}"
    blocks: list[Block] = [
        HeaderBlock(text=plain(title, MAX_SUBJECT)),
        *_comment(sharer, comment, t),
        shared_facts(view, t, account),
        as_of(view.seen, t, tags_seen=view.tags_seen),
        ActionsBlock(
            elements=[
                button(t("Show ticket"), Id.OPEN_TICKET, ticket.id, primary=True),
                button(t("Show conversation"), Id.SHOW_CONVERSATION, ticket.id),
                button(t("Refresh"), Id.REFRESH_SHARED, again),
            ]
        ),
    ]
    return Post(title, blocks)


def shared_facts(view: TicketView, t: Translator, account: Account) -> RichTextBlock:
    return lines(facts(view, t, account, customer=masked_owner(view.ticket)))


def preview(ticket: Ticket, t: Translator, account: Account) -> Sequence[Block]:
    """Returns the preview of a link: the ticket, its status and department."""
    icon, status = words.status(ticket.status, t)
    heading = [
        emoji(icon),
        text_part(" "),
        text_part(status, bold=True),
        text_part("  ·  "),
        link(account.panel_url(ticket.id), ticket.code or ticket.id),
        text_part("  ·  "),
        text_part(line(ticket.department.name) or "?"),
    ]
    show = button(t("Show ticket"), Id.OPEN_TICKET, ticket.id)
    return [lines([heading]), ActionsBlock(elements=[show])]


def masked_owner(ticket: Ticket) -> str:
    """Returns the name, and the address reduced to its first letter and domain."""
    name, email = public_name(ticket), line(ticket.owner_email)
    user, _, domain = email.rpartition("@")
    masked = f"{user[:1]}…@{domain}" if user else ""
    return f"{name} <{masked}>" if name and masked else name or masked


def public_name(ticket: Ticket) -> str:
    """Returns the customer's name; "" for an address, by which LiveAgent names unnamed ones."""
    name = line(ticket.owner_name)
    return "" if "@" in compatible(entities_undone(name)) else name


def _comment(sharer: str, comment: str, t: Translator) -> Iterator[Block]:
    user = RichTextElementParts.User(user_id=sharer)
    shared = text_part(" " + t("shared this ticket"))
    typed = [text_part("\n"), text_part(comment, limit=500)] if comment else []
    yield RichTextBlock(elements=[RichTextSectionElement(elements=[user, shared, *typed])])
