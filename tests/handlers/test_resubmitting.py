"""A form submitted again after its operation was sent: its changes are not lost."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from blocks.ids import Id
from bot.domain.errors import TooLate
from bot.domain.outbox import Row, State
from bot.operations.rich_text import of_plain
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.services import Services
from handlers.listeners import submitting
from tests.bench.services import open_services
from tests.handlers.listening import ANN

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck

    from bot.desk.submissions import Submissions


def creation(services: Services, subject: str) -> Context:
    """Returns the submission of a new ticket in the customer's name."""
    held: dict[str, dict[str, Any]] = {
        Id.CUSTOMER_EMAIL: {"value": "john@owner.com"},
        Id.DEPARTMENT: {"selected_option": {"value": "default", "text": {"text": "Support"}}},
        Id.SUBJECT: {"value": subject},
        Id.MESSAGE: {"rich_text_value": of_plain("Where is it?")},
    }
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": Id.CREATE,
        "blocks": [{"block_id": f"{Id.STATUS}.customer"}],
        "state": {"values": {name: {name: value} for name, value in held.items()}},
    }
    return Context(Interaction.of_submission({"user": {"id": ANN}, "view": view}), services)


class Ack:
    """Notes whether it was called."""

    is_called = False

    async def __call__(self, **_: object) -> None:
        self.is_called = True


@dataclass
class Claimed:
    """Submissions whose row a bot has claimed since."""

    row: Row

    async def submit(self, *_: object, **__: object) -> Row:
        return replace(self.row, state=State.SENDING)


@pytest.mark.parametrize("subject", ["Lamp", "Lamp, broken"])
async def test_another_subject_is_too_late_once_the_ticket_is_being_created(subject: str) -> None:
    async with open_services() as (services, _):
        await submitting.submit(creation(services, "Lamp"), cast("AsyncAck", Ack()))
        row = await services.operations.find(1)
        assert row
        claimed = replace(services, submissions=cast("Submissions", Claimed(row)))
        ack = Ack()
        with nullcontext() if subject == "Lamp" else pytest.raises(TooLate):
            await submitting.submit(creation(claimed, subject), cast("AsyncAck", ack))
        assert ack.is_called == (subject == "Lamp")
