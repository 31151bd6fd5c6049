"""Shows who else is in a ticket in LiveAgent, to those who may see the ticket."""

from collections.abc import Iterator, Mapping, Sequence

from slack_sdk.models.blocks import AlertBlock, Block, ContextBlock, MarkdownTextObject

from blocks.text import Part, emoji, escape, line, moment, text_part
from blocks.ticket import date
from bot.domain.activity import Active, Activity, Doing, Present
from bot.domain.people import Agents
from bot.domain.ticket import Ticket, TicketView
from bot.i18n import N_, Translator

MAX_SHOWN = 3
_WHAT: Mapping[Doing, str] = {
    Doing.REPLYING: N_("{agent} is replying in LiveAgent"),
    Doing.VIEWING: N_("{agent} is viewing this ticket in LiveAgent"),
    Doing.RINGING: N_("{agent}'s phone is ringing for this ticket"),
    Doing.CALLING: N_("{agent} is on a call about this ticket"),
}


def present(view: TicketView, t: Translator) -> Iterator[list[Part]]:
    """Yields a line on a card for each agent in the ticket; none if unknown."""
    if view.present is None:
        return
    for sentence in _sentences(view, t):
        seen = moment(view.present.seen)
        yield [
            emoji("eyes"),
            text_part(" "),
            text_part(sentence, bold=True),
            text_part(" · "),
            seen,
        ]


def presence_alert(view: TicketView | None, t: Translator) -> list[Block]:
    """Returns the alert of a form; it warns if somebody is replying."""
    if view is None or view.present is None or not view.present.agents:
        return []
    is_replying = any(each.doing is Doing.REPLYING for each in view.present.agents)
    sentences = " · ".join(map(escape, _sentences(view, t)))
    text = MarkdownTextObject(text=f"{sentences} · {date(view.present.seen)}", verbatim=True)
    return [AlertBlock(text=text, level="warning" if is_replying else "info")]


def present_in(rows: Sequence[Ticket], present: Present | None, t: Translator) -> Iterator[Block]:
    """Yields a line below a list for each agent who is in one of its tickets."""
    if present is None:
        return
    codes = {each.id: each.code or each.id for each in rows}
    shown = [each for each in _replying_first(present.activity) if each.ticket_id in codes]
    for each in shown[:MAX_SHOWN]:
        sentence = escape(_sentence(each, Agents.of(present.agents), t))
        text = f"👀 {escape(codes[each.ticket_id])}: {sentence} · {date(present.activity.seen)}"
        yield ContextBlock(elements=[MarkdownTextObject(text=text, verbatim=True)])


def _sentences(view: TicketView, t: Translator) -> Iterator[str]:
    agents = Agents.of(view.agents)
    for each in _replying_first(view.present)[:MAX_SHOWN] if view.present else ():
        yield _sentence(each, agents, t)


def _replying_first(activity: Activity) -> Sequence[Active]:
    return sorted(activity.agents, key=lambda one: one.doing is not Doing.REPLYING)


def _sentence(active: Active, agents: Agents, t: Translator) -> str:
    named = agents.named(active.agent_id)
    return t(_WHAT[active.doing], agent=line(named.name) if named else t("Another agent"))
