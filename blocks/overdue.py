"""*Overdue alerts*: the message about tickets that wait too long, and the settings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    SectionBlock,
)

from blocks import words
from blocks.ids import Id
from blocks.notices import channel_notice, explain
from blocks.text import (
    Part,
    Post,
    asks_first,
    button,
    cut,
    escape,
    line,
    lines,
    link,
    plain,
    small,
    text_part,
)
from blocks.ticket import as_of, date
from blocks.values.lists import FilterValue
from blocks.values.tickets import Target
from bot.domain.errors import BotError
from bot.domain.filter import Filter, Order, only
from bot.domain.overdue import USER_GROUP, OverdueAlert, OverdueTicket
from bot.domain.ref import Account
from bot.i18n import Translator

MAX_ROWS = 10


def overdue_message(
    alert: OverdueAlert,
    overdue: Sequence[OverdueTicket],
    assignees: Mapping[str, str],
    outside: int,
    t: Translator,
    account: Account,
) -> Post:
    """Returns the message. `assignees` are names by ticket, "" for nobody; others are unknown.

    `outside` counts tickets that came outside working hours and are waiting, but not too long.
    """
    title = t.plural("One ticket is overdue", "{count} tickets are overdue", len(overdue))
    blocks: list[Block] = [HeaderBlock(text=plain(f"⏰ {title}", 150))]
    blocks += [
        _row(each, assignees.get(each.ticket.id), alert, t, account) for each in overdue[:MAX_ROWS]
    ]
    rest = len(overdue) - MAX_ROWS
    more = [t.plural("and one more", "and {count} more", rest)] if rest > 0 else []
    if outside:
        more.append(
            t.plural(
                "One more came in outside working hours and is waiting.",
                "{count} more came in outside working hours and are waiting.",
                outside,
            )
        )
    blocks += [small(each) for each in more]
    department = only(alert.departments)
    wanted = Filter(tuple(alert.limits), department=department, order=Order.UNCHANGED)
    show = button(t("Show all waiting"), Id.LIST, FilterValue(wanted))
    return Post(title, [*blocks, ActionsBlock(elements=[show])])


def _row(
    overdue: OverdueTicket,
    assignee: str | None,
    alert: OverdueAlert,
    t: Translator,
    account: Account,
) -> SectionBlock:
    """Returns its facts beside unparsed untrusted text; it does not name the customer."""
    ticket = overdue.ticket
    status = f"{words.sign(ticket.status)} {words.status(ticket.status, t)[1]}"
    since = date(alert.calendar.local(overdue.since))
    linked = f"<{escape(account.panel_url(ticket.id))}|{escape(ticket.name)}>"
    waits = t("waiting since {when}", when=since)
    known = f"{linked} · {escape(status)}\n{waits}"
    agent = cut(line(assignee or ""), 60)
    whose = t("Assigned to {agent}", agent=agent) if agent else t("Unassigned")
    whose = "" if assignee is None else whose
    subject = [cut(line(ticket.subject), 120)] if alert.shows_subject else []
    below = " · ".join(filter(None, [cut(line(ticket.department.name), 60), whose]))
    details = PlainTextObject(text="\n".join(filter(None, [*subject, below])) or "…", emoji=False)
    take = button(t("Assign to me"), Id.TAKE, Target.to_take(ticket), about=ticket.name)
    return SectionBlock(fields=[MarkdownTextObject(text=known), details], accessory=take)


def dated(post: Post, seen: datetime, t: Translator, *, is_cut: bool = False) -> Post:
    """Adds when the shown tickets were read, and whether there are more."""
    more = [small(t("There are more tickets than could be loaded."))] if is_cut else []
    return Post(post.text, [*post.blocks, *more, as_of(seen, t)])


def none_overdue(t: Translator) -> Post:
    """Returns what replaces the message once no ticket is overdue."""
    text = t("✅ No tickets are overdue.")
    return Post(text, [small(text)])


def continued(t: Translator) -> Post:
    """Returns what replaces a message that a newer one continues."""
    text = t("This list continues in a newer message below.")
    return Post(text, [small(text)])


def ended(t: Translator) -> Post:
    """Returns what replaces the message after the alerts were stopped."""
    text = t("This list is no longer updated.")
    return Post(text, [small(text)])


def escalation(
    alert: OverdueAlert,
    overdue: Sequence[OverdueTicket],
    t: Translator,
    account: Account,
    *,
    is_gone: bool = False,
) -> Post:
    """Returns the line below the message that mentions a person or group.

    If that one `is_gone` from Slack, it mentions the alert's owner and says so.
    """
    text = t.plural(
        "One ticket is long overdue.",
        "{count} tickets are long overdue.",
        len(overdue),
    )
    rows: list[list[Part]] = [
        [link(account.panel_url(each.ticket.id), each.ticket.name)] for each in overdue[:MAX_ROWS]
    ]
    rest = len(overdue) - MAX_ROWS
    rows += [[text_part(t.plural("and one more", "and {count} more", rest))]] if rest > 0 else []
    whom = mention(alert.created_by if is_gone else alert.escalates_to)
    phrase = RichTextSectionElement(elements=[whom, text_part(f" {text}")])
    why = t(
        "Whoever was to be mentioned is no longer in Slack. To choose someone else, type "
        "/ticket overdue."
    )
    below = [small(why)] if is_gone else []
    return Post(text, [RichTextBlock(elements=[phrase]), lines(rows), *below])


def mention(slack_id: str) -> Part:
    """Returns the mention of a person or user group, which notifies them."""
    if slack_id.startswith(USER_GROUP):
        return RichTextElementParts.UserGroup(usergroup_id=slack_id)
    return RichTextElementParts.User(user_id=slack_id)


def purpose(t: Translator) -> str:
    return t(
        "Alerts this channel when customers wait too long: one message, updated as tickets are "
        "answered."
    )


def overdue_of_channel(alert: OverdueAlert | None, channel: str, t: Translator) -> Post:
    """Returns the channel's settings, with buttons."""
    title = t("Overdue alerts")
    heading = HeaderBlock(text=plain(title, 150))
    if alert is None:
        start = button(t("Set up"), Id.SET_UP_OVERDUE, channel, primary=True)
        phrase = lines([[text_part(purpose(t))]])
        return Post(title, [heading, phrase, ActionsBlock(elements=[start])])
    ends = t("This channel will get no more overdue alerts.")
    stop = button(t("Stop"), Id.STOP_OVERDUE, channel)
    stop = asks_first(stop, t("Stop overdue alerts?"), ends, t)
    buttons = [button(t("Change"), Id.SET_UP_OVERDUE, channel), stop]
    return Post(title, [heading, lines(_described(alert, t)), ActionsBlock(elements=buttons)])


def _described(alert: OverdueAlert, t: Translator) -> Iterator[list[Part]]:
    """Yields departments, limits, working hours, and the mention."""
    departments = t.enumeration(list(alert.departments.values())) or t("All departments")
    yield [text_part(departments, bold=True, limit=500)]
    limits = [
        f"{words.status(status, t)[1]}: {t.span(timedelta(minutes=minutes))}"
        for status, minutes in alert.limits.items()
    ]
    yield [text_part(" · ".join(limits))]
    yield [text_part(_hours(alert, t))]
    if alert.escalates:
        after = t("After another {time}: ", time=t.span(timedelta(minutes=alert.escalates_after)))
        yield [text_part(after), mention(alert.escalates_to)]
    if alert.is_paused:
        yield [text_part(t("Paused. To resume, press Change and save."))]


def _hours(alert: OverdueAlert, t: Translator) -> str:
    """As "Mon-Fri 9:00-18:00, London"."""
    hours = words.working_hours(alert.calendar.hours, t)
    return t("{hours}, {zone}", hours=hours, zone=t.zone(alert.calendar.zone))


def overdue_paused(channel: str, error: BotError, t: Translator) -> Post:
    """Returns the owner's notice that the alerts are paused, and why."""
    paused = t("Overdue alerts are paused in this channel.")
    resume = t("To resume, type /ticket overdue there, then press Change and save.")
    return channel_notice(channel, t.sentences([paused, explain(error, t), resume]))
