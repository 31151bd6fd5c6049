"""Forms' states are read as they were written, also by the previous version."""

import json
from typing import Any

import pytest

from blocks.forms import bulk, digest, find, note, share
from blocks.forms.create_input import CreateState
from blocks.forms.state import CustomerState, FormState, SeenState, TicketState
from blocks.review import ReviewState
from bot.domain.answer_to import FormId, Home, ResponseUrl, ReviewForm
from bot.domain.errors import StaleButton
from bot.domain.review import BulkChoice
from bot.operations import Snapshot
from tests.gallery.desk import DESKS

URL = "https://hooks.slack.com/commands/T1/2/x"
SEEN = {"status": "N", "department": "d", "assignee": "", "newest": "m1", "count": 2, "owner": "o"}
WRITTEN: list[tuple[dict[str, Any], FormState]] = [
    (
        {"ticket": "s4y7t5s7", "code": "AX4", "response_url": "V1"},
        TicketState(ticket="s4y7t5s7", code="AX4", answer_to=FormId("V1")),
    ),
    (
        {"ticket": "s4y7t5s7", "response_url": "V1 r1"},
        TicketState(ticket="s4y7t5s7", answer_to=ReviewForm("V1", "r1")),
    ),
    ({"ticket": "s", "seen": SEEN}, SeenState(ticket="s", seen=Snapshot.model_validate(SEEN))),
    (
        {"ticket": "s", "response_url": URL, "recipient": "Jo <j@x.example>", "replaces": 7},
        CustomerState(
            ticket="s", answer_to=ResponseUrl(URL), recipient="Jo <j@x.example>", replaces=7
        ),
    ),
    ({"link": URL}, note.NoteState(link=URL)),
    (
        {"response_url": URL, "channel": "C1", "thread_ts": "1.2"},
        CreateState(answer_to=ResponseUrl(URL), channel="C1", thread_ts="1.2"),
    ),
    (
        {"ticket": "s", "response_url": URL, "channel": "C1"},
        share.ShareState(ticket="s", answer_to=ResponseUrl(URL), channel="C1"),
    ),
    ({"in_place": True}, find.FindState(in_place=True, answer_to=Home())),
    ({"channel": "C1", "digest": 3}, digest.DigestState(channel="C1", digest=3)),
    (
        {"batch": "b", "several": {"kind": "tags", "tickets": ["s"], "tags": ["vip"]}},
        bulk.BulkState(bulk_id="b", choice=BulkChoice("tags", ("s",), ("vip",))),
    ),
    ({"round": "r1"}, ReviewState(review_id="r1")),
]


@pytest.mark.parametrize(("written", "state"), WRITTEN)
def test_metadata_of_earlier_versions_is_read(written: dict[str, Any], state: FormState) -> None:
    assert type(state).of_view({"private_metadata": json.dumps(written)}) == state


@pytest.mark.parametrize("state", [state for _, state in WRITTEN])
def test_metadata_round_trips(state: FormState) -> None:
    assert type(state).of_view({"private_metadata": state.to_metadata()}) == state


@pytest.mark.parametrize("text", ["{", "[]", '"text"', '{"response_url": 7}', '{"seen": []}'])
def test_foreign_metadata_raises_stale_button(text: str) -> None:
    with pytest.raises(StaleButton):
        CustomerState.of_view({"private_metadata": text})


def test_missing_metadata_gives_the_default_state() -> None:
    assert CustomerState.of_view({}) == CustomerState()


def test_the_ticket_that_is_shown_is_carried() -> None:
    view = DESKS[0].view
    shown = CustomerState(ticket="AX4", answer_to=Home()).showing(view)
    assert shown.ticket == view.ticket.id
    assert shown.seen == Snapshot.of(view)
    assert view.ticket.owner_email in shown.recipient
