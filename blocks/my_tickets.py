"""*My tickets*: the direct messages, and the choice to get them."""

from collections.abc import Iterator

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from blocks import words
from blocks.forms.fields import select
from blocks.ids import Id
from blocks.text import (
    Post,
    button,
    emoji,
    line,
    lines,
    link,
    plain,
    small,
    text_part,
    variant,
)
from blocks.ticket import as_of
from blocks.values.lists import FilterValue
from blocks.values.tickets import Target
from bot.domain.calendar import Hours
from bot.domain.filter import MINE
from bot.domain.my_tickets import Mode, MyTicketsChoice, News
from bot.domain.ref import Account
from bot.domain.ticket import OVER, Ticket, TicketView
from bot.i18n import N_, Translator

MAX_SUBJECT = 150
MODES = {
    Mode.OFF: N_("Off"),
    Mode.HOURS: N_("In my working hours"),
    Mode.ALWAYS: N_("Always"),
}


def ticket_news(news: News, view: TicketView, by: str, t: Translator, account: Account) -> Post:
    """Returns a ticket's message. `by` is the name of who assigned it, "" if unknown."""
    ticket = view.ticket
    icon, status = words.status(ticket.status, t)
    sentence = t.sentences([*_news_lines(news, by, t)]) or t("Nothing new.")
    first = [
        emoji(icon),
        text_part(f" {status}", bold=True),
        text_part("  ·  "),
        link(account.panel_url(ticket.id), ticket.name),
    ]
    subject = line(ticket.subject)[:MAX_SUBJECT]
    rows = [[text_part(sentence, bold=news.is_unread)], first]
    rows += [[text_part(subject)]] if subject else []
    return Post(
        f"{ticket.name}: {sentence}",
        [
            lines(rows),
            as_of(view.seen, t),
            ActionsBlock(elements=[*_buttons(ticket, t)]),
        ],
    )


def _news_lines(news: News, by: str, t: Translator) -> Iterator[str]:
    if news.is_assigned and by:
        yield t("{agent} assigned this ticket to you.", agent=line(by))
    elif news.is_assigned:
        yield t("This ticket was assigned to you.")
    if news.answers:
        yield t.plural(
            "The customer has replied.", "The customer has replied {count} times.", news.answers
        )


def _buttons(ticket: Ticket, t: Translator) -> Iterator[ButtonElement]:
    target = Target.of_ticket(ticket)
    yield button(t("Show ticket"), Id.OPEN_TICKET, ticket.id, primary=True, about=ticket.name)
    if ticket.status not in OVER:
        yield button(t("Reply"), Id.REPLY, target, about=ticket.name)
        yield button(t("Note"), Id.NOTE, target, about=ticket.name)
        yield button(t("Resolve"), Id.RESOLVE, target, about=ticket.name)


def gone_news(code: str, t: Translator) -> Post:
    """Returns what replaces the message of a ticket that the person can no longer see."""
    text = t("{code} was deleted, or you can no longer see it.", code=code)
    return Post(text, [small(text)])


def many_news(count: int, t: Translator) -> Post:
    """Returns one message for many tickets; a `count` of 0 means an unknown number."""
    if count:
        text = t.plural(
            "There is news about one of your tickets.",
            "There is news about {count} of your tickets.",
            count,
        )
    else:
        text = t(
            "There may be news about your tickets: many changed at once, or we couldn't check "
            "LiveAgent for a while."
        )
    show = button(t("My tickets"), Id.LIST, FilterValue(MINE))
    return Post(text, [lines([[text_part(text)]]), ActionsBlock(elements=[show])])


def confirmation(person: MyTicketsChoice, t: Translator) -> Post:
    """Returns the first direct message, which says what to expect."""
    text = t(
        "I'll message you here when a customer replies to one of your tickets, or when someone "
        "assigns you one. To change that, open Home."
    )
    about = describe_hours(person.hours, t) if person.mode is Mode.HOURS else t("Always")
    return Post(text, [lines([[text_part(text)]]), small(about)])


def offer(t: Translator) -> Iterator[Block]:
    """Yields the question that Home asks once."""
    asked = t("Want to hear when a customer replies to one of your tickets?")
    yield lines([[text_part(asked)]])
    texts = {**MODES, Mode.OFF: N_("No, thanks")}
    shown = (Mode.HOURS, Mode.ALWAYS, Mode.OFF)
    yield ActionsBlock(
        elements=[variant(t(texts[each]), Id.CHOOSE_MY_TICKETS, each, each) for each in shown]
    )


def settings(person: MyTicketsChoice, t: Translator) -> Iterator[Block]:
    """Yields when they get messages, and their working hours if these apply."""
    texts = {str(each): t(text) for each, text in MODES.items()}
    yield SectionBlock(
        text=plain(t("Tell me what happens to my tickets"), 100),
        accessory=select(Id.CHOOSE_MY_TICKETS, texts, person.mode),
    )
    if person.mode is Mode.HOURS:
        yield SectionBlock(
            text=plain(describe_hours(person.hours, t), 200),
            accessory=button(t("Change hours"), Id.MY_HOURS, "hours"),
        )


def describe_hours(hours: Hours, t: Translator) -> str:
    """As "Mon-Fri 9:00-18:00, in your Slack time zone"."""
    return t("{hours}, in your Slack time zone", hours=words.working_hours(hours, t))
