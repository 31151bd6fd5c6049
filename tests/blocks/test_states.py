"""What did not happen is told in the words of its operation: only messages are sent."""

import pytest

from blocks.deliveries import delivery
from blocks.states import in_words, title_in_words
from bot.domain.outbox import State
from bot.i18n import Translator
from bot.operations import Kind, Operation
from tests.gallery.desk import ACCOUNT, ENGLISH
from tests.gallery.work import a_row, operations

T = Translator("en")
NEWS = {"why": "news", "count": 1}
SENT = {Kind.REPLY}
EACH = [pytest.param(each, id=each.kind) for each in operations(ENGLISH)]


@pytest.mark.parametrize("operation", EACH)
def test_what_asks(operation: Operation) -> None:
    row = a_row(State.ASKS, operation.kind, NEWS)
    is_sent = operation.kind in SENT
    verb = "Send" if is_sent else "Do"
    title = title_in_words(row, operation, T)
    assert title.startswith("⚠️ Not ")
    assert ("Not sent" in title) is is_sent
    assert "Not done" not in title
    assert in_words(row, operation, T).endswith(f"{verb} it anyway?")
    shown = str([block.to_dict() for block in delivery(row, operation, T, ACCOUNT).blocks])
    assert f"'text': '{verb} {'anyway' if is_sent else 'it anyway'}'" in shown
    assert ("sent" in shown) is is_sent


@pytest.mark.parametrize("state", [State.UNDONE, State.DISCARDED])
@pytest.mark.parametrize("operation", EACH)
def test_what_is_given_up(operation: Operation, state: State) -> None:
    told = in_words(a_row(state, operation.kind, {}), operation, T)
    assert told.startswith("Undone. " if state is State.UNDONE else "Discarded. ")
    assert ("sent" in told) is (operation.kind in SENT)
