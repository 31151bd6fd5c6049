"""The form for choosing several tickets numbers its groups."""

from slack_sdk.models.blocks import Option

from blocks.forms import bulk
from bot.i18n import Translator


def test_a_group_of_one_ticket_is_no_range() -> None:
    offered = [Option(value=str(number), label=f"Ticket {number}") for number in range(11)]
    form = str(bulk.form(bulk.BulkState(total=11), Translator("en"), offered=offered).to_dict())
    assert "Tickets 1 to 10" in form
    assert "Ticket 11'" in form
    assert "11 to 11" not in form
