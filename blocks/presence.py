"""Who is in a ticket in LiveAgent, for those who may see the ticket."""

from collections.abc import Iterator, Mapping

from slack_sdk.models.blocks import AlertBlock, Block, MarkdownTextObject

from blocks.text import Part, emoji, escape, line, moment, text_part
from blocks.ticket import date
from bot.domain.activity import Doing
from bot.domain.people import Agents
from bot.domain.ticket import TicketView
from bot.i18n import N_, Translator

MAX_SHOWN = 3
_WHAT: Mapping[Doing, str] = {
    Doing.REPLYING: N_("{agent} is replying in LiveAgent"),
    Doing.VIEWING: N_("{agent} is viewing this ticket in LiveAgent"),
    Doing.RINGING: N_("{agent}'s phone is ringing for this ticket"),
    Doing.CALLING: N_("{agent} is on a call about this ticket"),
}


def present(view: TicketView, t: Translator) -> Iterator[list[Part]]:
    """Yields a line for each agent who is there, for a card; none where it is not known."""
    if view.present is None:
        return
    for said in _sentences(view, t):
        seen = moment(view.present.seen)
        yield [emoji("eyes"), text_part(" "), text_part(said, bold=True), text_part(" · "), seen]


def presence_alert(view: TicketView | None, t: Translator) -> list[Block]:
    """Returns the alert of a form; it warns if somebody is replying."""
    if view is None or view.present is None or not view.present.agents:
        return []
    is_replying = any(each.doing is Doing.REPLYING for each in view.present.agents)
    said = " · ".join(map(escape, _sentences(view, t)))
    text = MarkdownTextObject(text=f"{said} · {date(view.present.seen)}", verbatim=True)
    return [AlertBlock(text=text, level="warning" if is_replying else "info")]


def _sentences(view: TicketView, t: Translator) -> Iterator[str]:
    agents, active = Agents.of(view.agents), view.present.agents if view.present else ()
    for each in sorted(active, key=lambda one: one.doing is not Doing.REPLYING)[:MAX_SHOWN]:
        named = agents.named(each.agent_id)
        yield t(_WHAT[each.doing], agent=line(named.name) if named else t("Another agent"))
