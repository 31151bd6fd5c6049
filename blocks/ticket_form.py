"""The form that shows a ticket of a list, with buttons for its neighbours."""

from collections.abc import Iterator

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from blocks.forms.frame import display_modal
from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.text import Post, variant
from blocks.values.tickets import TicketInList
from bot.i18n import Translator


class ShownState(FormState):
    """The ticket that the form shows; `others` are all tickets of its list."""

    ticket: str = ""
    others: tuple[str, ...] = ()

    @property
    def place(self) -> TicketInList:
        return TicketInList(self.ticket, self.others)


def ticket_form(post: Post, place: TicketInList, t: Translator) -> View:
    """Shows a ticket's card below *Previous* and *Next*, which stay visible above a long card."""
    turns = list(_turns(place, t))
    ways: list[Block] = [ActionsBlock(elements=turns)] if turns else []
    title = t("Ticket")
    if turns:
        number, count = place.position + 1, len(place.others)
        title = t("Ticket {number} of {count}", number=number, count=count)
    state = ShownState(ticket=place.ticket_id, others=place.others)
    return display_modal([*ways, *post.blocks], t, title=title, kind=Id.OPEN_TICKET, state=state)


def _turns(place: TicketInList, t: Translator) -> Iterator[ButtonElement]:
    if before := place.neighbour(-1):
        yield variant(t("Previous"), Id.TURN_TICKET, before, "before")
    if after := place.neighbour(1):
        yield variant(t("Next"), Id.TURN_TICKET, after, "after")
