"""A digest as a channel reads it, and the list of a channel's digests."""

from collections import Counter
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
from blocks.lists import show_button
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
    plain,
    small,
    text_part,
)
from blocks.values import (
    ChannelPage,
    DigestPage,
    Number,
    TicketInList,
    TicketsFrom,
    TicketSource,
)
from bot.domain.digest import WAITING, WEEKDAYS, Contents, Digest, Shown, in_status_order
from bot.domain.errors import BotError
from bot.domain.ticket import Ticket
from bot.i18n import Translator, clock_time

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
    blocks = _top(digest, summary, is_quiet=_is_quiet(digest, contents))
    if is_preview:
        blocks.append(small(t("Preview. Only you can see this.")))
    if is_partial:
        blocks.append(small(t("Tickets in departments you don't belong to aren't shown.")))
    if late:
        when = t.moment(late.astimezone(ZoneInfo(digest.schedule.zone)))
        blocks.append(small(t("Posted late. It was due: {when}", when=when)))
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


def _is_quiet(digest: Digest, contents: Contents) -> bool:
    """Whether it lists no ticket because nothing has changed, and so is a single line."""
    return digest.only_changes and contents.before is not None and not contents.listed


def _top(digest: Digest, summary: str, *, is_quiet: bool) -> list[Block]:
    if is_quiet:
        name = text_part(f"{line(digest.name)}: ", bold=True, limit=150)
        return [lines([[name, text_part(summary, limit=500)]])]
    header = HeaderBlock(text=plain(digest.name, 150))
    return [header, lines([[text_part(summary, bold=True, limit=500)]])]


def _at_once(digest: Digest, first: int, t: Translator) -> Iterator[ButtonElement]:
    """Yields buttons for all tickets that the clicker may see; `first` is the page's start."""
    yield button(t("Go through these"), Id.GO_THROUGH, TicketSource(digest.id))
    yield button(t("Choose several"), Id.CHOOSE, TicketsFrom(first, digest.id))


def _cut_off(contents: Contents, t: Translator) -> Iterator[Block]:
    if contents.is_cut:
        yield small(t("There are more tickets than could be loaded."))


def summarise(contents: Contents, digest: Digest, t: Translator) -> str:
    """Returns one line with what a team lead needs to act."""
    oldest = _oldest(contents, t)
    if contents.tickets and _is_quiet(digest, contents):
        count = len(contents.tickets)
        if not oldest:
            return t("Nothing new. Still waiting: {count}", count=count)
        return t("Nothing new. Still waiting: {count}, the oldest {age}", count=count, age=oldest)
    counts = Counter(map(_status, contents.tickets))
    parts = [_count(status, counts[status], t) for status in in_status_order(counts)]
    if oldest:
        parts.append(t("oldest {age}", age=oldest))
    parts = parts or [t("Nobody is waiting")]
    change = _change(contents, digest, t)
    found = t.listed(parts)
    return t("{found}; {change}", found=found, change=change) if change else found


def _oldest(contents: Contents, t: Translator) -> str:
    """Returns the age of the oldest ticket; "" if LiveAgent gives none."""
    opened = [ticket.created for ticket in contents.tickets if ticket.created]
    return age(contents.seen - min(opened), t) if opened else ""


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
    places = TicketInList.each([ticket.id for ticket in contents.shown])
    shows_subject = Shown.SUBJECT in digest.shows
    for status, group in groupby(contents.shown, key=_status):
        icon, word = words.status(status, t)
        yield lines([[emoji(icon), text_part(" "), text_part(word, bold=True)]])
        for ticket, place in zip(group, places, strict=False):
            show = show_button(ticket, place, t, names_subject=shows_subject)
            text = PlainTextObject(text=_row(ticket, contents, digest, t), emoji=False)
            yield SectionBlock(text=text, accessory=show)


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
    viewer: str,
    invites: str = "",
    page: int = 0,
) -> Post:
    """Returns a page of digests with their buttons, and how to invite the bot.

    `viewer` is the reader's Slack id: only owners are asked what owners decide. `invites` is the
    bot's id if the bot is not in the channel yet.
    """
    title = t("Digests in this channel")
    blocks: list[Block] = [HeaderBlock(text=plain(title, 150))]
    if not found:
        blocks.append(lines([[text_part(t("None yet."))]]))
    place = Place.of(page, len(found), MAX_DIGESTS)
    first = place.page * MAX_DIGESTS
    for digest in found[first : first + MAX_DIGESTS]:
        blocks += _digest(digest, t, is_owner=digest.created_by == viewer)
    blocks += [ContextBlock(elements=[each]) for each in place.in_words(t)]
    if invites:
        text = t("The bot isn't in this channel yet. To invite it, type: /invite")
        invited = RichTextElementParts.User(user_id=invites)
        sentence = [text_part(text, bold=True), text_part(" "), invited]
        blocks.append(RichTextBlock(elements=[RichTextSectionElement(elements=sentence)]))
    buttons = [button(t("Add digest"), Id.ADD_DIGEST, channel, primary=True)]
    buttons += place.turns(Id.TURN_DIGESTS, partial(ChannelPage, channel), t)
    blocks += [*([DividerBlock()] if found else []), ActionsBlock(elements=buttons)]
    return Post(title, blocks)


def _digest(digest: Digest, t: Translator, *, is_owner: bool) -> Iterator[Block]:
    yield DividerBlock()
    yield lines(describe(digest, t))
    if is_owner and digest.misses_who_waits:
        yield from _offer(digest, t)
    value = Number(digest.id)
    pause = button(t("Pause"), Id.PAUSE_DIGEST, value)
    resume = button(t("Resume"), Id.RESUME_DIGEST, value)
    remove = button(t("Remove"), Id.REMOVE_DIGEST, value)
    send = button(t("Send now"), Id.SEND_DIGEST, value)
    send.confirm = ConfirmObject(
        title=t("Post it now?"),
        text=PlainTextObject(
            text=t("Everyone in the channel gets it. The next one comes at its time all the same.")
        ),
        confirm=t("Post now"),
        deny=t("Cancel"),
    )
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
            send,
            button(t("Preview"), Id.PREVIEW_DIGEST, value),
            remove,
        ]
    )


def _offer(digest: Digest, t: Translator) -> Iterator[Block]:
    """Offers the current default to the owner of a digest created with an older one."""
    missing = [words.status(each, t)[1] for each in WAITING if each not in digest.statuses]
    yield small(
        t(
            "It leaves out tickets that wait for you: {statuses}. New digests cover them.",
            statuses=t.enumeration(missing),
        )
    )
    value = Number(digest.id)
    yield ActionsBlock(
        elements=[
            button(t("Cover them too"), Id.WIDEN_DIGEST, value),
            button(t("Keep as it is"), Id.SETTLE_DIGEST, value),
        ]
    )


def describe(digest: Digest, t: Translator) -> Iterator[list[Part]]:
    """Yields its name, contents, schedule, and when it last came and comes next."""
    yield [text_part(line(digest.name), bold=True, limit=100)]
    statuses = t.enumeration([words.status(status, t)[1] for status in digest.statuses])
    departments = t.enumeration(list(digest.departments.values())) or t("All departments")
    yield [text_part(f"{departments} · {statuses}", limit=500)]
    yield [text_part(_schedule(digest, t), limit=500)]
    if times := " · ".join(_times(digest, t)):
        yield [text_part(times)]


def _schedule(digest: Digest, t: Translator) -> str:
    """Returns the schedule as in "Mon-Fri 9:00, London · only changes"."""
    schedule = digest.schedule
    is_daily = len(schedule.days) == len(WEEKDAYS)
    days = t("Every day") if is_daily else t.weekdays(map(WEEKDAYS.index, schedule.days))
    times = t.listed([clock_time(each) for each in schedule.times])
    zone = t.zone(schedule.zone)
    parts = [t("{days} {times}, {zone}", days=days, times=times, zone=zone)]
    parts.append(t("only changes") if digest.only_changes else t("everything"))
    if not digest.posts_empty:
        parts.append(t("silent when nobody is waiting"))
    return " · ".join(parts)


def _times(digest: Digest, t: Translator) -> Iterator[str]:
    zone = ZoneInfo(digest.schedule.zone)
    if digest.is_paused:
        yield t("Paused")
    elif digest.due:
        yield t("Next: {when}", when=t.moment(digest.due.astimezone(zone)))
    if digest.last_came:
        yield t("Last: {when}", when=t.moment(digest.last_came.astimezone(zone)))


class Trouble(Enum):
    """The fate of a digest that could not be posted."""

    LATE = auto()
    GIVEN_UP = auto()
    PAUSED = auto()


def trouble(digest: Digest, error: Exception, due: datetime, t: Translator, what: Trouble) -> Post:
    """Returns the owner's notice that a digest was not posted, and why."""
    why = notices.say(error, t) if isinstance(error, BotError) else ""
    when = t.moment(due.astimezone(ZoneInfo(digest.schedule.zone)))
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
