"""A digest as a channel reads it, and the list of a channel's digests."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum, auto
from functools import partial
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    SectionBlock,
)

from blocks import notices, words
from blocks.ids import Id
from blocks.paging import Place
from blocks.shared import public_name
from blocks.text import (
    Part,
    Post,
    age,
    button,
    cut,
    emoji,
    line,
    lines,
    moment,
    plain,
    small,
    text_part,
)
from blocks.values import ChannelPage, DigestPage, Number, TicketsFrom, TicketSource
from bot.domain.digest import Contents, Digest, Shown
from bot.domain.errors import BotError
from bot.domain.ticket import Ticket
from bot.i18n import Translator

MAX_ROWS = 20
MAX_DIGESTS = 8
_status = attrgetter("status")


def digest_post(
    digest: Digest,
    contents: Contents,
    t: Translator,
    *,
    late: datetime | None = None,
    is_preview: bool = False,
    is_partial: bool = False,
) -> Post:
    """Returns the post. `late` is when it was due, if that was some time ago.

    `is_partial` marks a preview without tickets that its reader may not see.
    """
    summary = summarise(contents, digest, t)
    blocks: list[Block] = [
        HeaderBlock(text=plain(digest.name, 150)),
        lines([[text_part(summary, bold=True, limit=500)]]),
    ]
    if is_preview:
        blocks.append(small(t("Preview. Only you can see this.")))
    if is_partial:
        blocks.append(small(t("Tickets in departments you don't belong to aren't shown.")))
    if late:
        when = moment(late.astimezone(ZoneInfo(digest.schedule.zone)))
        blocks.append(lines([[text_part(t("Posted late. It was due:")), text_part(" "), when]]))
    blocks += [*_cut_off(contents, t), *rows(contents, digest, t)]
    more = contents.listed - len(contents.shown)
    if more > 0:
        blocks.append(small(t.plural("and one more", "and {count} more", more)))
    if not digest.created_by:
        blocks.append(
            small(
                t(
                    "The person who set up this digest is no longer an agent, so nobody is told if "
                    "something goes wrong. To take it over, type /ticket digest, press Change and "
                    "save."
                )
            )
        )
    if contents.tickets:
        show_all = t.plural("Show all ({count})", "Show all ({count})", len(contents.tickets))
        show = button(show_all, Id.SHOW_DIGEST, DigestPage(digest.id))
        blocks.append(ActionsBlock(elements=[show, *_at_once(digest, 0, t)]))
    return Post(f"{digest.name}: {summary}", blocks)


def _at_once(digest: Digest, first: int, t: Translator) -> Iterator[ButtonElement]:
    """Yields buttons for all tickets that the clicker may see; `first` is the page's start."""
    yield button(t("Go through these"), Id.GO_THROUGH, TicketSource(digest.id))
    yield button(t("Choose several"), Id.CHOOSE, TicketsFrom(first, digest.id))


def _cut_off(contents: Contents, t: Translator) -> Iterator[Block]:
    if contents.is_cut:
        yield small(t("There are more tickets than could be loaded."))


def summarise(contents: Contents, digest: Digest, t: Translator) -> str:
    """Returns one line with what a team lead needs to act."""
    groups = [list(group) for _, group in groupby(contents.tickets, key=_status)]
    parts = [_count(group[0].status, len(group), t) for group in groups] or [t("No tickets")]
    opened = [group[0].created for group in groups if group[0].created]  # the oldest is first
    if opened:
        parts.append(t("oldest {age}", age=age(contents.seen - min(opened), t)))
    change = _change(contents, digest, t)
    found = t.listed(parts)
    return t("{found}; {change}", found=found, change=change) if change else found


def _count(status: str, count: int, t: Translator) -> str:
    _, word = words.status(status, t)
    return t("{count} {status}", count=count, status=word.lower())


def _change(contents: Contents, digest: Digest, t: Translator) -> str:
    """Returns the comparison with the previous run."""
    if contents.before is None or contents.before_at is None:
        return ""
    zone = ZoneInfo(digest.schedule.zone)
    days = (contents.seen.astimezone(zone).date() - contents.before_at.astimezone(zone).date()).days
    difference = len(contents.tickets) - len(contents.before)
    if not contents.tickets and difference == 0:
        return ""
    if difference == 0:
        return t("as many as yesterday") if days == 1 else t("as many as last time")
    if difference > 0:
        if days == 1:
            return t("{count} more than yesterday", count=difference)
        return t("{count} more than last time", count=difference)
    if days == 1:
        return t("{count} fewer than yesterday", count=-difference)
    return t("{count} fewer than last time", count=-difference)


def rows(contents: Contents, digest: Digest, t: Translator) -> Iterator[Block]:
    """Yields tickets by status, each with a button that shows its card to the clicker only."""
    for status, group in groupby(contents.shown, key=_status):
        icon, word = words.status(status, t)
        yield lines([[emoji(icon), text_part(" "), text_part(word, bold=True)]])
        for ticket in group:
            yield SectionBlock(
                text=PlainTextObject(text=_row(ticket, contents, digest, t), emoji=False),
                accessory=button(t("Show ticket"), Id.OPEN_TICKET, ticket.id),
            )


def _row(ticket: Ticket, contents: Contents, digest: Digest, t: Translator) -> str:
    """Returns two unparsed lines: the ticket, then its age and assignee."""
    first = [line(ticket.code) or ticket.id]
    if Shown.SUBJECT in digest.shows:
        first.append(line(ticket.subject) or t("(no subject)"))
    if Shown.OWNER in digest.shows and public_name(ticket):
        first.append(cut(public_name(ticket), 40))
    second = []
    if ticket.created:
        second.append(t("{age} old", age=age(contents.seen - ticket.created, t)))
    if ticket.id in contents.assignees:
        second.append(line(contents.assignees[ticket.id]) or t("unassigned"))
    mark = ""
    if contents.is_changed(ticket):
        mark = "🆕 "
        is_new = contents.before is not None and ticket.id not in contents.before
        second.append(t("new since last time") if is_new else t("changed since last time"))
    return f"{mark}{cut(' · '.join(first), 180)}\n{cut(' · '.join(second), 120)}"


def all_tickets(digest: Digest, contents: Contents, page: int, t: Translator, *, size: int) -> Post:
    """Returns a page of all tickets that the clicker may see, for them only."""
    place = Place.of(page, contents.listed, size)
    summary = summarise(contents, digest, t)
    blocks: list[Block] = [
        HeaderBlock(text=plain(digest.name, 150)),
        lines([[text_part(summary, bold=True, limit=500)]]),
        *_cut_off(contents, t),
        *rows(contents, digest, t),
    ]
    blocks += [ContextBlock(elements=[each]) for each in place.in_words(t)]
    turns = list(_at_once(digest, page * size, t)) if contents.tickets else []
    turns += place.turns(Id.SHOW_DIGEST, partial(DigestPage, digest.id), t)
    if turns:
        blocks.append(ActionsBlock(elements=turns))
    return Post(f"{digest.name}: {summary}", blocks)


def digests_of_channel(
    found: Sequence[Digest],
    channel: str,
    t: Translator,
    *,
    bot_user: str,
    is_member: bool,
    page: int = 0,
) -> Post:
    """Returns a page of digests with their buttons, and how to invite the bot."""
    title = t("Digests in this channel")
    blocks: list[Block] = [HeaderBlock(text=plain(title, 150))]
    if not found:
        blocks.append(lines([[text_part(t("None yet."))]]))
    place = Place.of(page, len(found), MAX_DIGESTS)
    first = place.page * MAX_DIGESTS
    for digest in found[first : first + MAX_DIGESTS]:
        blocks += _digest(digest, t)
    blocks += [ContextBlock(elements=[each]) for each in place.in_words(t)]
    if not is_member:
        text = t("The bot isn't in this channel yet. To invite it, type: /invite")
        invited = RichTextElementParts.User(user_id=bot_user)
        sentence = [text_part(text, bold=True), text_part(" "), invited]
        blocks.append(RichTextBlock(elements=[RichTextSectionElement(elements=sentence)]))
    buttons = [button(t("Add digest"), Id.ADD_DIGEST, channel, primary=True)]
    buttons += place.turns(Id.TURN_DIGESTS, partial(ChannelPage, channel), t)
    blocks += [*([DividerBlock()] if found else []), ActionsBlock(elements=buttons)]
    return Post(title, blocks)


def _digest(digest: Digest, t: Translator) -> Iterator[Block]:
    yield DividerBlock()
    yield lines(describe(digest, t))
    value = Number(digest.id)
    pause = button(t("Pause"), Id.PAUSE_DIGEST, value)
    resume = button(t("Resume"), Id.RESUME_DIGEST, value)
    remove = button(t("Remove"), Id.REMOVE_DIGEST, value)
    remove.style = "danger"
    remove.confirm = ConfirmObject(
        title=t("Remove this digest?"),
        text=PlainTextObject(text=cut(line(digest.name), 200) or "?"),
        confirm=t("Remove"),
        deny=t("Cancel"),
    )
    yield ActionsBlock(
        elements=[
            button(t("Change"), Id.CHANGE_DIGEST, value),
            resume if digest.is_paused else pause,
            button(t("Send now"), Id.SEND_DIGEST, value),
            button(t("Preview"), Id.PREVIEW_DIGEST, value),
            remove,
        ]
    )


def describe(digest: Digest, t: Translator) -> Iterator[list[Part]]:
    """Yields its name, contents and next time."""
    yield [text_part(line(digest.name), bold=True, limit=100)]
    statuses = t.enumeration([words.status(status, t)[1] for status in digest.statuses])
    departments = t.enumeration(list(digest.departments.values())) or t("All departments")
    yield [text_part(f"{departments} · {statuses}", limit=500)]
    if digest.is_paused:
        yield [text_part(t("Paused"))]
    elif digest.due:
        yield [text_part(t("Next:")), text_part(" "), moment(digest.due)]


class Trouble(Enum):
    """The fate of a digest that could not be posted."""

    LATE = auto()
    GIVEN_UP = auto()
    PAUSED = auto()


def trouble(digest: Digest, error: Exception, due: datetime, t: Translator, what: Trouble) -> Post:
    """Returns the owner's notice that a digest was not posted, and why."""
    why = notices.say(error, t) if isinstance(error, BotError) else ""
    when = f"{due.astimezone(ZoneInfo(digest.schedule.zone)):%Y-%m-%d %H:%M}"
    text = t("The digest “{name}” due {when} couldn't be posted.", name=digest.name, when=when)
    if what is Trouble.LATE:
        text = t(
            "The digest “{name}” due {when} hasn't been posted yet. We'll keep trying for a day.",
            name=digest.name,
            when=when,
        )
    elif what is Trouble.PAUSED:
        text = t(
            "The digest “{name}” is paused because the bot can no longer post in its "
            "channel. To resume it, type /ticket digest there.",
            name=digest.name,
        )
    return notices.notice(t.sentences([text, why]), t)
