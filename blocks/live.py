"""A live channel: its messages, the lines in their threads, and the settings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    HeaderBlock,
)

from blocks import words
from blocks.ids import Id
from blocks.mail import read_mail
from blocks.notices import channel_notice, explain
from blocks.text import (
    Part,
    Post,
    asks_first,
    button,
    cut,
    emoji,
    line,
    lines,
    link,
    moment,
    plain,
    small,
    text_part,
)
from blocks.ticket import after
from blocks.values.lists import FilterValue
from blocks.values.tickets import Target
from bot.domain.changes import Change, What
from bot.domain.errors import BotError
from bot.domain.filter import Filter, Order, only
from bot.domain.live import LiveChannel
from bot.domain.ref import Account
from bot.domain.ticket import OVER, Ticket
from bot.i18n import N_, Translator

MAX_SUBJECT, MAX_QUOTE, MAX_NAME = 150, 200, 60
MAX_ANSWERING = 3
_LINES: Mapping[What, tuple[str, str]] = {  # with the agent's name, and without
    What.CUSTOMER_WROTE: (N_("The customer replied."), N_("The customer replied.")),
    What.AGENT_REPLIED: (N_("{agent} replied."), N_("An agent replied.")),
    What.NOTED: (N_("{agent} added a note."), N_("A note was added.")),
    What.RESOLVED: (N_("{agent} resolved it."), N_("It was resolved.")),
    What.DELETED: (N_("{agent} deleted it."), N_("It was deleted.")),
}
_LINES_OF_LIVEAGENT: Mapping[What, tuple[str, str]] = {
    **_LINES,
    What.RESOLVED: (N_("{agent} resolved it in LiveAgent."), N_("It was resolved in LiveAgent.")),
    What.DELETED: (N_("{agent} deleted it in LiveAgent."), N_("It was deleted in LiveAgent.")),
}


class Answering(NamedTuple):
    """The names of those replying in LiveAgent when it was `seen`, as far as known."""

    names: Sequence[str] = ()
    seen: datetime | None = None


NOBODY = Answering()


def live_message(
    ticket: Ticket,
    agent: str,
    t: Translator,
    account: Account,
    *,
    shows_subject: bool,
    answering: Answering = NOBODY,
) -> Post:
    """Returns a ticket's message. `agent` is the assignee's name, "" for nobody."""
    icon, status = words.status(ticket.status, t)
    subject = line(ticket.subject) if shows_subject else ""
    first = [
        emoji(icon),
        text_part(f" {status}", bold=True),
        text_part("  ·  "),
        link(account.panel_url(ticket.id), ticket.name),
        *after("  ·  ", subject[:MAX_SUBJECT]),
    ]
    holder = t("Assigned to {agent}", agent=line(agent)) if agent else t("Unassigned")
    second = [text_part(holder, bold=not agent), *after("  ·  ", ticket.department.name)]
    if ticket.created:
        opened = t("Opened")
        second += [text_part(f"  ·  {opened}: "), moment(ticket.created)]
    title = " · ".join(filter(None, (ticket.name, status, subject[:MAX_SUBJECT])))
    rows = [first, second, *_answering(answering, t)]
    return Post(title, [lines(rows), ActionsBlock(elements=[*_buttons(ticket, t)])])


def _answering(answering: Answering, t: Translator) -> Iterator[list[Part]]:
    """Yields a line for each name, with the time: the message is redrawn only with the ticket."""
    when = [text_part("  ·  "), moment(answering.seen)] if answering.seen else []
    for name in answering.names[:MAX_ANSWERING]:
        who = text_part(t("{agent} is replying in LiveAgent", agent=_name(name)), bold=True)
        yield [emoji("eyes"), text_part(" "), who, *when]


def _buttons(ticket: Ticket, t: Translator) -> Iterator[ButtonElement]:
    """Yields buttons for anybody; their values do not name the customer."""
    target = Target.of_ticket(ticket)
    if ticket.status not in OVER:
        is_free = not ticket.assignee_id
        yield button(t("Assign to me"), Id.TAKE, target, primary=is_free, about=ticket.name)
        yield button(t("Reply"), Id.REPLY, target, about=ticket.name)
        yield button(t("Note"), Id.NOTE, target, about=ticket.name)
        yield button(t("Resolve"), Id.RESOLVE, target, about=ticket.name)
    yield button(t("Show ticket"), Id.OPEN_TICKET, ticket.id, about=ticket.name)


def moved_message(code: str, t: Translator) -> Post:
    """Returns what replaces the message of a ticket that moved to another department."""
    text = t("{code} was transferred to a department that this channel doesn't show.", code=code)
    return Post(text, [small(text)])


def thread_lines(
    changes: Sequence[Change],
    names: Mapping[int, str],
    departments: Mapping[str, str],
    t: Translator,
    bodies: Mapping[int, str] = MappingProxyType({}),
) -> Post:
    """Returns the lines of a thread: what happened, with customers' words only from `bodies`.

    `names` are those who did it, `bodies` what customers wrote, both by the change's id;
    `departments` are the names that may be shown.
    """
    rows, texts = list[list[Part]](), list[str]()
    for change in changes:
        texts.append(_line(change, names.get(change.id, ""), departments, t))
        rows.append([text_part(texts[-1])])
        words_ = " ".join(line(piece.text) for piece in read_mail(bodies.get(change.id, "")).pieces)
        quote = t("“{words}”", words=cut(line(words_), MAX_QUOTE))
        rows.append([text_part(quote)] if line(words_) else [])
    return Post("\n".join(texts), [lines(rows)])


def _line(change: Change, agent: str, departments: Mapping[str, str], t: Translator) -> str:
    match change.what:
        case What.STATUS_CHANGED:
            return t("The status is now: {status}", status=words.status(change.after, t)[1])
        case What.TRANSFERRED:
            department = departments.get(change.after)
            if department:
                return t("It was transferred to {department}.", department=_name(department))
            return t("It was transferred to another department.")
        case What.ASSIGNED:
            if not change.after:
                return t("It is no longer assigned to anyone.")
            return t("It was assigned to {agent}.", agent=_name(agent) or t("an unknown agent"))
    with_name, without = (_LINES if change.by else _LINES_OF_LIVEAGENT)[change.what]
    return t(with_name, agent=_name(agent)) if agent else t(without)


def _name(text: str) -> str:
    return cut(line(text), MAX_NAME)


def summary(live: LiveChannel, count: int, t: Translator) -> Post:
    """Returns one message for many changes."""
    text = t.plural(
        "One ticket changed, but couldn't be reported in time.",
        "{count} tickets changed at once, or couldn't be reported in time.",
        count,
    )
    wanted = Filter(live.statuses, department=only(live.departments), order=Order.CHANGED)
    show = button(t("Show list"), Id.LIST, FilterValue(wanted))
    return Post(text, [lines([[text_part(text)]]), ActionsBlock(elements=[show])])


def live_of_channel(live: LiveChannel | None, channel: str, t: Translator) -> Post:
    """Returns the channel's settings, with buttons."""
    title = t("Live tickets in this channel")
    blocks: list[Block] = [HeaderBlock(text=plain(title, 150))]
    if live is None:
        text = t(
            "Each ticket gets one message here, which changes as the ticket does. Its thread says "
            "who did what."
        )
        blocks.append(lines([[text_part(text)]]))
        start = button(t("Set up"), Id.SET_UP_LIVE, channel, primary=True)
        waits = button(t("Overdue alerts"), Id.SHOW_OVERDUE, channel)
        return Post(title, [*blocks, ActionsBlock(elements=[start, waits])])
    described = lines(describe_live(live, t))
    return Post(title, [*blocks, described, ActionsBlock(elements=live_buttons(live, t))])


def live_buttons(live: LiveChannel, t: Translator) -> Sequence[ButtonElement]:
    """Returns *Change*, *Pause* or *Resume*, *Overdue alerts* and *Stop*."""
    stay = t("The messages stay here, but no longer change.")
    stop = button(t("Stop"), Id.STOP_LIVE, live.channel)
    stop = asks_first(stop, t("Stop live tickets?"), stay, t)
    waits = button(t("Overdue alerts"), Id.SHOW_OVERDUE, live.channel)
    pause = button(t("Pause"), Id.PAUSE_LIVE, live.channel)
    resume = button(t("Resume"), Id.RESUME_LIVE, live.channel)
    change = button(t("Change"), Id.SET_UP_LIVE, live.channel)
    return [change, resume if live.is_paused else pause, waits, stop]


def describe_live(live: LiveChannel, t: Translator) -> Iterator[list[Part]]:
    """Yields departments, statuses, and how much the channel sees."""
    statuses = t.enumeration([words.status(status, t)[1] for status in live.statuses])
    departments = t.enumeration(list(live.departments.values())) or t("All departments")
    yield [text_part(f"{departments} · {statuses}", bold=True, limit=500)]
    if live.is_paused:
        yield [text_part(t("Paused: nothing new is posted."))]
    shows = [t("With subjects.") if live.shows_subject else t("Without subjects.")]
    shows += [t("Threads quote customers.")] if live.quotes_customers else []
    yield [text_part(t.sentences(shows))]


def paused(channel: str, error: BotError, t: Translator) -> Post:
    """Returns the owner's notice that a live channel gets no more messages, and why."""
    now = t("Live tickets are paused in this channel.")
    resume = t("To resume, type /ticket live there and press Resume.")
    return channel_notice(channel, t.sentences([now, explain(error, t), resume]))
