"""The card for a whole channel: without customers' text, and with their address masked."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    HeaderBlock,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
)

from blocks import words
from blocks.ids import Id
from blocks.text import Post, button, line, lines, plain, small, text_part
from blocks.ticket import MAX_SUBJECT, after, as_of, facts, status_and_link
from blocks.values.tickets import SharedCard, Target
from bot.domain.characters import compatible
from bot.domain.markup import plain as entities_undone
from bot.domain.ref import Account
from bot.domain.ticket import OVER, Ticket, TicketView
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
    """`sharer` is the Slack user who shares it. Its buttons answer only the clicker."""
    ticket, name = view.ticket, view.ticket.name
    again = SharedCard(ticket.id, shows_subject, sharer, comment)
    _, status = words.status(ticket.status, t)
    title = f"{name} · {status}"
    subject = line(ticket.subject) if shows_subject else ""
    if subject:
        title = f"{title} · {subject}"
    blocks: list[Block] = [
        HeaderBlock(text=plain(subject or name, MAX_SUBJECT)),
        *_comment(sharer, comment, t),
        shared_facts(view, t, account),
        as_of(view.seen, t, tags_seen=view.tags_seen),
        ActionsBlock(
            elements=[
                *_take(view, t),
                button(t("Show ticket"), Id.OPEN_TICKET, ticket.id, about=name),
                button(t("Show conversation"), Id.SHOW_CONVERSATION, ticket.id, about=name),
                button(t("Refresh"), Id.REFRESH_SHARED, again, about=name),
            ]
        ),
    ]
    return Post(title, blocks)


def content_of(post: Post) -> str:
    """Returns a digest by which two posts can be compared without storing their text."""
    return sha256(json.dumps(post.to_dict(), sort_keys=True).encode()).hexdigest()[:32]


def hidden_card(t: Translator) -> Post:
    """Returns what replaces tickets once another company reads the channel."""
    text = t("Tickets aren't shown here because the channel is shared with another company.")
    return Post(text, [small(text)])


def ended_card(ticket_id: str, code: str, t: Translator) -> Post:
    """Returns what replaces a card whose sharer may no longer see the ticket."""
    text = t("This card isn't updated: the person who shared it can no longer see the ticket.")
    show = button(t("Show ticket"), Id.OPEN_TICKET, ticket_id, about=code)
    return Post(f"{code} {text}", [small(f"{code} {text}"), ActionsBlock(elements=[show])])


def gone_card(code: str, t: Translator) -> Post:
    text = t("{code} no longer exists in LiveAgent.", code=code)
    return Post(text, [small(text)])


def merged_card(code: str, ticket: Ticket, t: Translator) -> Post:
    """Returns what replaces the card of a ticket that was merged into another."""
    text = t("{code} was merged into {other}.", code=code, other=ticket.name)
    show = button(t("Show ticket"), Id.OPEN_TICKET, ticket.id, about=ticket.name)
    return Post(text, [small(text), ActionsBlock(elements=[show])])


def shared_facts(view: TicketView, t: Translator, account: Account) -> RichTextBlock:
    return lines(facts(view, t, account, customer=masked_owner(view.ticket)))


def preview(ticket: Ticket, t: Translator, account: Account) -> Sequence[Block]:
    """Returns the preview of a link: the ticket, its status and department."""
    department = line(ticket.department.name) or "?"
    heading = [*status_and_link(ticket, t, account), *after("  ·  ", department)]
    show = button(t("Show ticket"), Id.OPEN_TICKET, ticket.id)
    return [lines([heading]), ActionsBlock(elements=[show])]


def _take(view: TicketView, t: Translator) -> Iterator[ButtonElement]:
    """Yields the button to assign it to the clicker; its value does not name the customer."""
    ticket = view.ticket
    if ticket.status not in OVER:
        taken = Target.to_take(ticket)
        is_free, name = not ticket.assignee_id, ticket.name
        yield button(t("Assign to me"), Id.TAKE, taken, primary=is_free, about=name)


def masked_owner(ticket: Ticket) -> str:
    """Returns the name, and the address reduced to its first letter and domain."""
    name, email = public_name(ticket), line(ticket.owner_email)
    user, _, domain = email.rpartition("@")
    masked = f"{user[:1]}…@{domain}" if user else ""
    return f"{name} <{masked}>" if name and masked else name or masked


def public_name(ticket: Ticket) -> str:
    """Returns the customer's name; "" for an address, which LiveAgent uses as a substitute."""
    name = line(ticket.owner_name)
    return "" if "@" in compatible(entities_undone(name)) else name


def _comment(sharer: str, comment: str, t: Translator) -> Iterator[Block]:
    user = RichTextElementParts.User(user_id=sharer)
    shared = text_part(" " + t("shared this ticket"))
    typed = [text_part("\n"), text_part(comment, limit=500)] if comment else []
    yield RichTextBlock(elements=[RichTextSectionElement(elements=[user, shared, *typed])])
