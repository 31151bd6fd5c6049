"""The list of a channel's digests, with buttons to change them."""

from collections.abc import Iterator, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
)

from blocks import words
from blocks.ids import Id
from blocks.paging import Paging
from blocks.text import (
    Part,
    Post,
    asks_first,
    button,
    cut,
    describe_days,
    line,
    lines,
    plain,
    small,
    text_part,
)
from blocks.values.lists import ChannelPage
from blocks.values.value import Number
from bot.domain.digest import Digest, DigestKind, Shown
from bot.domain.ticket import WAITING
from bot.i18n import N_, Translator, clock_time

MAX_DIGESTS = 8
_WEEK_SHOWS = {
    Shown.COMMENTS: N_("with customers' comments"),
    Shown.AGENTS: N_("with ratings per agent"),
}


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

    `viewer` is the reader's Slack id: only owners see questions for owners. `invites` is the bot's
    id if the bot is not in the channel yet.
    """
    title = t("Digests in this channel")
    blocks: list[Block] = [HeaderBlock(text=plain(title, 150))]
    if not found:
        blocks.append(lines([[text_part(t("None yet."))]]))
    paging = Paging.of(page, len(found), MAX_DIGESTS)
    first = paging.page * MAX_DIGESTS
    for digest in found[first : first + MAX_DIGESTS]:
        blocks += _digest(digest, t, is_owner=digest.created_by == viewer)
    blocks += [ContextBlock(elements=[each]) for each in paging.labels(t)]
    if invites:
        text = t("The bot isn't in this channel yet. To invite it, type: /invite")
        invited = RichTextElementParts.User(user_id=invites)
        sentence = [text_part(text, bold=True), text_part(" "), invited]
        blocks.append(RichTextBlock(elements=[RichTextSectionElement(elements=sentence)]))
    buttons = [
        button(t("Add digest"), Id.ADD_DIGEST, channel, primary=True),
        button(t("Add weekly digest"), Id.ADD_WEEK, channel),
        button(t("Live tickets"), Id.SHOW_LIVE, channel),
        button(t("Overdue alerts"), Id.SHOW_OVERDUE, channel),
    ]
    buttons += paging.turns(Id.TURN_DIGESTS, partial(ChannelPage, channel), t)
    blocks += [*([DividerBlock()] if found else []), ActionsBlock(elements=buttons)]
    return Post(title, blocks)


def _digest(digest: Digest, t: Translator, *, is_owner: bool) -> Iterator[Block]:
    yield DividerBlock()
    yield lines(describe(digest, t))
    if is_owner and digest.omits_waiting_tickets:
        yield from _offer(digest, t)
    value = Number(digest.id)
    pause = button(t("Pause"), Id.PAUSE_DIGEST, value)
    resume = button(t("Resume"), Id.RESUME_DIGEST, value)
    remove = button(t("Remove"), Id.REMOVE_DIGEST, value)
    send = button(t("Send now"), Id.SEND_DIGEST, value)
    send.confirm = ConfirmObject(
        title=t("Post it now?"),
        text=PlainTextObject(
            text=t(
                "Everyone in the channel will see it. The next scheduled one still comes on time."
            )
        ),
        confirm=t("Post now"),
        deny=t("Cancel"),
    )
    remove = asks_first(remove, t("Remove this digest?"), cut(line(digest.name), 200) or "?", t)
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
            "This digest leaves out waiting tickets that are {statuses}. New digests include them.",
            statuses=t.enumeration(missing),
        )
    )
    value = Number(digest.id)
    yield ActionsBlock(
        elements=[
            button(t("Include them too"), Id.WIDEN_DIGEST, value),
            button(t("Keep as it is"), Id.SETTLE_DIGEST, value),
        ]
    )


def describe(digest: Digest, t: Translator) -> Iterator[list[Part]]:
    """Yields its name, contents, schedule, and last and next times."""
    yield [text_part(line(digest.name), bold=True, limit=100)]
    statuses = t.enumeration([words.status(status, t)[1] for status in digest.statuses])
    subject = t("last week in figures") if digest.kind is DigestKind.WEEK else statuses
    departments = t.enumeration(list(digest.departments.values())) or t("All departments")
    yield [text_part(f"{departments} · {subject}", limit=500)]
    yield [text_part(_schedule(digest, t), limit=500)]
    if times := " · ".join(_times(digest, t)):
        yield [text_part(times)]


def _schedule(digest: Digest, t: Translator) -> str:
    """As "Mon-Fri 9:00, London · only changes"."""
    schedule = digest.schedule
    days = describe_days(schedule.days, t)
    times = t.listed([clock_time(each) for each in schedule.times])
    zone = t.zone(schedule.zone)
    parts = [t("{days} {times}, {zone}", days=days, times=times, zone=zone)]
    if digest.kind is DigestKind.WEEK:
        parts += [t(text) for shown, text in _WEEK_SHOWS.items() if shown in digest.shows]
    else:
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
