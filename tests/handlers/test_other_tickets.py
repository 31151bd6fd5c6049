"""A late line on other tickets overwrites nothing that its reader has started meanwhile."""

import json
from typing import Any

import pytest

from blocks.forms import create
from blocks.forms.create_input import BY_AGENT, BY_CUSTOMER, CreateState, OtherTicket
from blocks.ids import Id
from blocks.values.tickets import Target
from bot.desk.submissions import Decision
from bot.domain.answer_to import Home
from bot.domain.ticket import Status
from bot.i18n import Translator
from bot.operations import AssignToMe, Create
from bot.operations.rich_text import of_plain
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.services import Services
from handlers.listeners import creation, duplicates, tickets
from tests.handlers.listening import ANN, click, command, listening

TICKET, LINE = "rf10a2c4", "2 other tickets"
MARIA, JOHN = "maria.lopez@correo.example", "john@owner.com"


@pytest.mark.parametrize("begun", ["", "held", "undone"])
async def test_the_other_tickets_line_is_added_unless_an_operation_shows_its_state(
    begun: str,
) -> None:
    """Also one that has just ended: what it says is not covered."""
    async with listening(has_spare_calls=True) as (services, slack, _):
        if begun:
            row = await services.submissions.submit(
                AssignToMe(ticket_id=TICKET),
                key="K1",
                slack_user=ANN,
                answer_to=Home(),
                reference="",
            )
        if begun == "undone":
            await services.submissions.decide(row.id, Decision.UNDO, slack_user=ANN)
        await tickets.refresh_card(click(services, "refresh_card", TICKET))
        await services.finish(30)
        first, *later = slack.shown
        assert (LINE in first[0], len(later)) == (False, not begun)
        assert all(LINE in post and in_place for post, in_place in later)


async def test_the_other_tickets_line_does_not_overwrite_a_changed_form() -> None:
    async with listening(has_spare_calls=True) as (services, slack, _):
        context = click(services, Id.REFRESH_CARD, TICKET)
        context.form_id = "V1"
        await tickets.refresh_card(context)
        await services.finish(30)
    assert LINE in slack.shown[-1][0]
    assert slack.known == ["drawn"]


def add_instead(
    services: Services,
    *,
    typed: str,
    writer: str = BY_AGENT,
    chosen: str = "",
    drawn_for: str = MARIA,
) -> Context:
    """Returns the click on the question about María's ticket, with this address in the form."""
    other = OtherTicket(email=MARIA, ticket=TICKET, subject="Refund")
    state = CreateState(replaces=7, other=other)
    filled = Create(
        is_by_customer=writer == BY_CUSTOMER,
        recipient=drawn_for,
        department_id="default",
        department_name="Support",
        subject="Lamp",
        rich_text=of_plain("It broke."),
        email_customer=False,
    )
    view = create.form(state, Translator.for_locale("en"), filled=filled, writer=writer).to_dict()
    held: dict[str, dict[str, Any]] = {
        Id.WRITER: {"selected_option": {"value": chosen or writer}},
        Id.CUSTOMER_EMAIL: {"value": typed},
        Id.SUBJECT: {"value": "Lamp"},
        Id.MESSAGE: {"rich_text_value": of_plain("It broke.")},
        Id.EMAIL_CUSTOMER: {"selected_options": []},
        Id.COPIES: {"value": "boss@x.example"},
        f"{Id.STATUS}.{writer}": {"selected_option": {"value": Status.RESOLVED}},
    }
    values = {name: {name: value} for name, value in held.items()}
    body = {
        "user": {"id": ANN},
        "actions": [{"action_id": Id.ADD_INSTEAD, "value": Target(TICKET).to_value()}],
        "view": {**view, "id": "V1", "hash": "1", "state": {"values": values}},
    }
    return Context(Interaction.of_action(body), services)


@pytest.mark.parametrize("writer", [BY_AGENT, BY_CUSTOMER])
async def test_add_instead_replaces_the_edited_operation(writer: str) -> None:
    """Else its notice could still create the ticket as well. A cleared box stays cleared."""
    async with listening() as (services, slack, _):
        await duplicates.add_instead(add_instead(services, typed=MARIA, writer=writer))
        form = json.loads(slack.shown[-1][0])
    assert json.loads(form["private_metadata"])["replaces"] == 7
    is_reply = writer == BY_AGENT
    also = "Subject (Lamp)" if is_reply else "Status (Resolved)"
    assert f"Copies (boss@x.example) and {also}" in form["blocks"][0]["elements"][0]["text"]
    then = [b["element"] for b in form["blocks"] if b.get("block_id") == Id.THEN]
    assert [each["initial_option"]["value"] for each in then] == [Status.RESOLVED] * is_reply
    boxes = [b["element"] for b in form["blocks"] if b.get("block_id") == Id.EMAIL_CUSTOMER]
    assert [each.get("initial_options") for each in boxes] == [None] * (writer == BY_AGENT)


async def test_the_text_for_another_customer_does_not_go_into_the_ticket_asked_about() -> None:
    async with listening() as (services, slack, _):
        await duplicates.add_instead(add_instead(services, typed=JOHN))
        ((shown, _),) = slack.shown
    assert json.loads(shown)["callback_id"] == Id.CREATE
    assert "They have an open ticket" not in shown


async def test_a_note_does_not_become_a_reply_while_the_purpose_changes() -> None:
    async with listening() as (services, slack, _):
        late = {"writer": BY_CUSTOMER, "chosen": BY_AGENT}
        await duplicates.add_instead(add_instead(services, typed=MARIA, **late))
        ((shown, _),) = slack.shown
    assert json.loads(shown)["callback_id"] == Id.CREATE
    assert "Reply in it" in shown


async def test_the_open_ticket_question_returns_with_its_address() -> None:
    """It was gone because the form was drawn for another one meanwhile."""
    async with listening(has_spare_calls=True) as (services, slack, _):
        context = add_instead(services, typed=MARIA, drawn_for=JOHN)
        await duplicates.look_for_open_ticket(context)
        ((shown, _),) = slack.shown
    assert "They have an open ticket" in shown


async def test_an_address_after_the_command_asks_about_the_open_ticket() -> None:
    async with listening(has_spare_calls=True) as (services, slack, _):
        await creation.new_ticket(command(services, f"new {MARIA} has another kettle"))
        (first, _), (asked, _) = slack.shown
        assert slack.known == ["drawn"]  # it covers nothing that changes meanwhile
    assert "They have an open ticket" not in first
    assert "They have an open ticket" in asked
    assert filled_in(asked) == [MARIA, "has another kettle"]


async def test_an_address_alone_is_no_message() -> None:
    async with listening() as (services, slack, _):
        await creation.new_ticket(command(services, f"new <mailto:{MARIA}|{MARIA}>"))
        assert filled_in(slack.shown[0][0]) == [MARIA]
        await creation.new_ticket(command(services, f"new The kettle of {MARIA} broke"))
        assert filled_in(slack.shown[-1][0]) == [MARIA, f"The kettle of {MARIA} broke"]


def filled_in(view: str) -> list[str]:
    elements = [block.get("element", {}) for block in json.loads(view)["blocks"]]
    return [
        each["initial_value"] for each in elements if isinstance(each.get("initial_value"), str)
    ]
