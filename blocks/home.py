"""The app's Home: what needs the reader, what waits longest, recent operations, and settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    SectionBlock,
)
from slack_sdk.models.views import View

from blocks import words
from blocks.channel_digests import describe
from blocks.deliveries import decisions
from blocks.forms.fields import select
from blocks.ids import Id
from blocks.live import describe_live, live_buttons
from blocks.my_tickets import offer
from blocks.my_tickets import settings as my_tickets_settings
from blocks.presence import present_in
from blocks.queue import navigation, queue_blocks
from blocks.states import title_and_state, unseen
from blocks.text import age, button, cut, escape, line, lines, plain, small, text_part
from blocks.ticket import customer
from blocks.values.lists import TicketSource
from blocks.values.tickets import TicketInList
from blocks.values.value import Number
from bot.domain.activity import Present
from bot.domain.digest import Digest
from bot.domain.filter import TO_DO
from bot.domain.live import LiveChannel
from bot.domain.my_tickets import MyTicketsChoice
from bot.domain.outbox import AWAITING_AUTHOR, Row, State
from bot.domain.people import Agent, Role
from bot.domain.ref import Account
from bot.domain.ticket import Queue, Ticket
from bot.i18n import LANGUAGES, N_, Translator
from bot.operations import Operation

MAX_DIGESTS, MAX_TICKETS, MAX_RECENT = 5, 6, 6
MAX_DEPARTMENTS = 600
REACHABLE_SECONDS = 60.0  # a shorter hold ends before anybody finds its *Undo* here
_NEEDING = AWAITING_AUTHOR | {State.WAITING, State.LOOKING}
AS_IN_SLACK = "-"
EVERYTHING, WHAT_NEEDS_ME = "everything", "needed"

_ROLES = {
    Role.ADMIN: N_("admin"),
    Role.OWNER: N_("owner"),
    Role.AGENT: N_("agent"),
}
_STEPS = (
    N_("Type /ticket and a ticket's code anywhere in Slack. Only you see the card."),
    N_("Press Reply or Note on the card. You can undo a reply for a few seconds."),
    N_("On a message that mentions a ticket, use the Open ticket shortcut."),
    N_("Type /ticket digest in a channel to get new tickets posted there on a schedule."),
    N_("Type /ticket live in a channel to see each ticket there as it changes."),
)


@dataclass(frozen=True, slots=True)
class UpNext:
    """The longest-waiting tickets of `count` in all, as of `seen`.

    `is_to_do`: none of them is assigned to somebody else.
    """

    tickets: Sequence[Ticket]
    count: int
    seen: datetime
    is_to_do: bool = True
    present: Present | None = None
    """Who else is in these tickets in LiveAgent, if known."""


@dataclass(frozen=True, slots=True)
class HomeContents:
    """The content of one person's Home.

    `trouble` says why LiveAgent's part is missing. `recent` are the last operations.
    `is_forgetful`: the database failed, so these and the digests are missing. `can_read_messages`:
    whether the bot may read messages to it; None if unknown.
    """

    agent: Agent | None = None
    departments: Sequence[str] = ()
    trouble: str = ""
    up_next: UpNext | None = None
    waiting: Queue | None = None
    recent: Sequence[tuple[Row, Operation]] = ()
    digests: Sequence[Digest] = field(default=())
    language: str = ""
    wants_all_notices: bool = False
    my_tickets_choice: MyTicketsChoice = field(default_factory=lambda: MyTicketsChoice(""))
    hides_guide: bool = False
    is_forgetful: bool = False
    can_read_messages: bool | None = None
    live: Sequence[LiveChannel] = ()
    postpone_times: Sequence[str] = ()
    can_try_again: bool = False


def home(shown: HomeContents, t: Translator, account: Account) -> View:
    needing = [each for each in shown.recent if each[0].state in _NEEDING]
    others = [each for each in shown.recent if each[0].state not in _NEEDING]
    blocks: list[Block] = [*_identity(shown, t)]
    if shown.agent:
        blocks += _operations(needing, t("Needs you"), t, account)
        blocks += [] if shown.hides_guide else _guide(t)
        blocks += [] if shown.my_tickets_choice.was_asked else offer(t)
        blocks += _up_next(shown, t, account)
    if shown.waiting is not None:
        blocks += [HeaderBlock(text=plain(t("Waiting"), 150)), *queue_blocks(shown.waiting, t)]
    if shown.agent:
        blocks += _operations(others[:MAX_RECENT], t("Recent activity"), t, account)
        blocks += _digests(shown.digests, t)
        blocks += _live(shown.live, t)
        blocks += _writing_to_the_bot(shown, t)
    blocks += [DividerBlock(), *_settings(shown, t)]
    return View(type="home", blocks=blocks)


def loading_home(t: Translator) -> View:
    """Returns what a user sees until LiveAgent has answered."""
    return View(type="home", blocks=[_heading(t), small(t("Loading from LiveAgent …"))])


def _heading(t: Translator) -> HeaderBlock:
    return HeaderBlock(text=plain(t("LiveAgent tickets in Slack"), 150))


def _identity(shown: HomeContents, t: Translator) -> Iterator[Block]:
    yield _heading(t)
    if shown.agent:
        role = t(_ROLES[shown.agent.role])
        who = t("Signed in to LiveAgent as {name} ({role})", name=line(shown.agent.name), role=role)
        where = t.listed([line(each) for each in shown.departments])
        is_known = where or shown.waiting is None or shown.waiting.is_complete
        rest = [cut(where or t("No department"), MAX_DEPARTMENTS)] if is_known else []
        yield small(" · ".join([cut(who, 200), *rest]))
    if shown.trouble:
        yield lines([[text_part(shown.trouble, limit=600)]])
    if shown.can_try_again:
        yield ActionsBlock(elements=[button(t("Try again"), Id.SHOW_HOME, "home")])
    if shown.is_forgetful:
        yield small(t("Your recent activity and digests can't be loaded right now."))


def _guide(t: Translator) -> Iterator[Block]:
    steps = [[text_part(f"{number}.  {t(step)}")] for number, step in enumerate(_STEPS, 1)]
    yield HeaderBlock(text=plain(t("Getting started"), 150))
    yield lines(steps)
    yield ActionsBlock(elements=[button(t("Got it"), Id.HIDE_GUIDE, "guide")])


def _up_next(shown: HomeContents, t: Translator, account: Account) -> Iterator[Block]:
    """Yields a line for each ticket and the buttons below; *Start* goes through all of them."""
    up_next = shown.up_next
    yield HeaderBlock(text=plain(t("Up next"), 150))
    if up_next is None:
        yield small(t("Your tickets can't be loaded right now."))
        yield navigation(t)
        return
    listed = up_next.tickets[:MAX_TICKETS]
    places = TicketInList.each([ticket.id for ticket in listed])
    for ticket, place in zip(listed, places, strict=True):
        yield _line(ticket, place, up_next.seen, t, account)
    yield from present_in(listed, up_next.present, t)
    yield small(_up_next_summary(up_next, t))
    start = button(t("Start"), Id.GO_THROUGH, TicketSource(TO_DO), primary=True)
    ways = navigation(t)
    ways.elements = [*([start] if up_next.count else []), *ways.elements]
    yield ways


def _up_next_summary(up_next: UpNext, t: Translator) -> str:
    if not up_next.count:
        return t("Nothing is waiting for you.")
    whose = t("Yours or unassigned") if up_next.is_to_do else t("In your departments")
    order = t("least recently updated first")
    rest = up_next.count - len(up_next.tickets[:MAX_TICKETS])
    more = [t.plural("and one more", "and {count} more", rest)] if rest else []
    return " · ".join([whose, order, *more])


def _line(
    ticket: Ticket, place: TicketInList, seen: datetime, t: Translator, account: Account
) -> SectionBlock:
    """Returns the code, linked to LiveAgent, and the age, beside unparsed untrusted text."""
    changed = ticket.changed or ticket.created
    ago = t("updated {age} ago", age=age(seen - changed, t)) if changed else ""
    linked = f"<{escape(account.panel_url(ticket.id))}|{escape(ticket.name)}>"
    known = f"{words.sign(ticket.status)} {linked}\n{escape(ago)}"
    subject = cut(line(ticket.subject) or t("(no subject)"), 120)
    whose = f"{cut(customer(ticket, t), 60)} · {cut(line(ticket.department.name), 60)}"
    below = PlainTextObject(text=f"{subject}\n{whose}", emoji=False)
    show = button(t("Show"), Id.OPEN_TICKET, place, about=ticket.name)
    return SectionBlock(fields=[MarkdownTextObject(text=known), below], accessory=show)


def _operations(
    found: Sequence[tuple[Row, Operation]], heading: str, t: Translator, account: Account
) -> Iterator[Block]:
    if not found:
        return
    yield HeaderBlock(text=plain(heading, 150))
    for row, operation in found:
        news = unseen(row, t)
        yield lines(
            [title_and_state(row, operation, t, account), *([[text_part(news)]] if news else [])]
        )
        is_late = row.state is State.HELD and row.due - row.created < REACHABLE_SECONDS
        if buttons := [] if is_late else list(decisions(row, t)):
            yield ActionsBlock(elements=buttons)


def _writing_to_the_bot(shown: HomeContents, t: Translator) -> Iterator[Block]:
    if shown.can_read_messages:
        yield small(t("You can also write to this bot in Messages: a ticket's code, mine, next …"))
    elif shown.can_read_messages is False:
        yield small(
            t(
                "This bot can't read what you write in Messages. Type /ticket instead, or ask your "
                "admin to grant it im:history."
            )
        )


def _digests(digests: Sequence[Digest], t: Translator) -> Iterator[Block]:
    if not digests:
        return
    yield HeaderBlock(text=plain(t("Your digests"), 150))
    for digest in digests[:MAX_DIGESTS]:
        channel = RichTextElementParts.Channel(channel_id=digest.channel)
        yield RichTextBlock(elements=[RichTextSectionElement(elements=[channel])])
        yield lines(describe(digest, t))
        value = Number(digest.id)
        pause = button(t("Pause"), Id.PAUSE_DIGEST, value)
        resume = button(t("Resume"), Id.RESUME_DIGEST, value)
        change = button(t("Change"), Id.CHANGE_DIGEST, value)
        overdue = button(t("Overdue alerts"), Id.SHOW_OVERDUE, digest.channel)
        yield ActionsBlock(elements=[change, resume if digest.is_paused else pause, overdue])
    if len(digests) > MAX_DIGESTS:
        rest = len(digests) - MAX_DIGESTS
        yield small(t.plural("and one more", "and {count} more", rest))


def _live(channels: Sequence[LiveChannel], t: Translator) -> Iterator[Block]:
    if not channels:
        return
    yield HeaderBlock(text=plain(t("Your live channels"), 150))
    for live in channels[:MAX_DIGESTS]:
        channel = RichTextElementParts.Channel(channel_id=live.channel)
        yield RichTextBlock(elements=[RichTextSectionElement(elements=[channel])])
        yield lines(describe_live(live, t))
        yield ActionsBlock(elements=live_buttons(live, t))
    if len(channels) > MAX_DIGESTS:
        rest = len(channels) - MAX_DIGESTS
        yield small(t.plural("and one more", "and {count} more", rest))


def _settings(shown: HomeContents, t: Translator) -> Iterator[Block]:
    """Yields a block for each personal setting."""
    yield _language(shown.language, t)
    if shown.agent:
        yield _notices(t, everything=shown.wants_all_notices)
        yield from my_tickets_settings(shown.my_tickets_choice, t)
        if shown.agent.can_postpone:
            yield _postponing(shown.postpone_times, t)
        show = button(t("Show"), Id.SHOW_ANSWERS, "answers", about=t("Saved answers"))
        yield SectionBlock(text=plain(t("Saved answers"), 100), accessory=show)


def _postponing(times: Sequence[str], t: Translator) -> SectionBlock:
    name = t("Times offered for Postpone")
    change = button(t("Change"), Id.POSTPONE_TIMES, "times", about=name)
    own = line(" · ".join(times))
    return SectionBlock(text=plain(f"{name}: {own}" if own else name, 400), accessory=change)


def _language(language: str, t: Translator) -> SectionBlock:
    texts = {AS_IN_SLACK: t("Same as Slack"), **LANGUAGES}
    chosen = language if language in texts else AS_IN_SLACK
    return SectionBlock(
        text=plain(t("Language"), 100), accessory=select(Id.CHOOSE_LANGUAGE, texts, chosen)
    )


def _notices(t: Translator, *, everything: bool) -> SectionBlock:
    texts = {WHAT_NEEDS_ME: t("Only what needs me"), EVERYTHING: t("Everything I do")}
    chosen = EVERYTHING if everything else WHAT_NEEDS_ME
    return SectionBlock(
        text=plain(t("Tell me in direct messages"), 100),
        accessory=select(Id.CHOOSE_NOTICES, texts, chosen),
    )
