"""Operations that failed are described in their own words: only messages are "sent"."""

from dataclasses import replace

import pytest

from blocks.bulk_notice import batch
from blocks.deliveries import delivery
from blocks.forms.bulk import MAX_TICKETS
from blocks.home import HomeContents, home
from blocks.in_place import in_place_of_card, line_with_decisions
from blocks.operations import label
from blocks.states import describe, title_text
from bot.domain.answer_to import ResponseUrl, to_stored
from bot.domain.outbox import State
from bot.i18n import Translator
from bot.operations import ChangeTags, Kind, Operation
from bot.sandbox.slack import check_message
from tests.gallery.desk import ACCOUNT, ENGLISH
from tests.gallery.work import a_row, operations

T = Translator("en")
NEWS = {"why": "news", "count": 1}
STOP = {"name": "Sam Sales", "kind": "N", "body": "STOP!"}
SENT = {Kind.REPLY}
NOUNS = {Kind.REPLY: "Reply", Kind.NOTE: "Note", Kind.TAGS: "Tags"}
VERBS = {Kind.REPLY: "Send", Kind.NOTE: "Add", Kind.TAGS: "Change", Kind.CREATE: "Create"}
EACH = [pytest.param(each, id=each.kind) for each in operations(ENGLISH)]


@pytest.mark.parametrize("operation", EACH)
def test_a_question_names_the_action_it_confirms(operation: Operation) -> None:
    row = a_row(State.ASKS, operation.kind, NEWS)
    is_sent = operation.kind in SENT
    verb = VERBS.get(operation.kind) or label(operation.kind, T).split()[0]
    title = title_text(row, operation, T)
    assert title.partition(" · ")[0].startswith(f"⚠️ {NOUNS.get(operation.kind, 'Ticket')} not ")
    assert ("not sent" in title) is is_sent
    assert describe(row, operation, T).endswith(f"{'Send' if is_sent else 'Do'} it anyway?")
    shown = str([block.to_dict() for block in delivery(row, operation, T, ACCOUNT).blocks])
    assert f"'text': '{verb} anyway'" in shown
    assert ("sent" in shown) is is_sent


@pytest.mark.parametrize("why", ["news", "changed", "unseen", "replying"])
@pytest.mark.parametrize("email_customer", [False, True])
def test_a_question_says_who_gets_a_reply_and_what_the_ticket_will_be(
    why: str, *, email_customer: bool
) -> None:
    reply = operations(ENGLISH)[0].model_copy(update={"email_customer": email_customer})
    asked = describe(a_row(State.ASKS, reply.kind, {"why": why, "owner": "jo@x.example"}), reply, T)
    goes = "Your reply goes to jo@x.example and anyone copied on the ticket, which will then be "
    quiet = "No e-mail is sent. The ticket will then be "
    assert f"{goes if email_customer else quiet}Answered. Send " in asked


def test_an_unchanged_status_is_reported_even_if_the_ticket_could_not_be_reread() -> None:
    """LiveAgent did not answer when the ticket was to be read again."""
    reply = operations(ENGLISH)[0]
    row = a_row(State.DONE, reply.kind, {"remark": {"why": "changed"}})
    assert "its status was left unchanged" in describe(row, reply, T)


def test_a_held_commands_message_names_a_time_of_day() -> None:
    """Slack lets nobody change it, so it names a time and not how long is left."""
    of_command = to_stored(ResponseUrl("https://hooks.slack.com/x", "C1", replaces=False))
    for operation in operations(ENGLISH)[:3]:
        row = a_row(State.HELD, operation.kind, {})
        shown = in_place_of_card(replace(row, answer_to=of_command), operation, T, ACCOUNT)
        said = str(shown.to_dict())
        assert "{time_secs}" in said
        assert "The result follows below." in said
        assert "10 seconds" not in said
        assert "10 seconds" in str(in_place_of_card(row, operation, T, ACCOUNT).to_dict())


def test_a_deleted_ticket_is_not_tried_again() -> None:
    operation = operations(ENGLISH)[0]
    for error, can_help in (("TicketNotFound", False), ("OutOfBounds", True)):
        row = a_row(State.REFUSED, operation.kind, {"error": error})
        shown = str(delivery(row, operation, T, ACCOUNT).to_dict())
        assert ("'Try again'" in shown, "'Edit'" in shown) == (can_help, True)


@pytest.mark.parametrize("state", [State.UNDONE, State.DISCARDED])
@pytest.mark.parametrize("operation", EACH)
def test_undone_and_discarded_operations_say_so(operation: Operation, state: State) -> None:
    told = describe(a_row(state, operation.kind, {}), operation, T)
    assert told.startswith("Undone. " if state is State.UNDONE else "Discarded. ")
    assert ("sent" in told) is (operation.kind in SENT)


def test_wherever_it_can_be_confirmed_the_newest_message_is_shown() -> None:
    operation = operations(ENGLISH)[0]
    row = a_row(State.ASKS, operation.kind, {**NEWS, "count": 3, "newest": STOP})
    places = [
        delivery(row, operation, T, ACCOUNT).blocks,
        in_place_of_card(row, operation, T, ACCOUNT).blocks,
        list(line_with_decisions(row, operation, T, ACCOUNT)),
        batch([(row, operation)], T, ACCOUNT).blocks,
        home(HomeContents(ENGLISH.actor, recent=[(row, operation)]), T, ACCOUNT).blocks or (),
    ]
    for blocks in places:
        shown = str([block.to_dict() for block in blocks])
        assert "Send anyway" in shown
        assert "STOP!" in shown
        assert "Sam Sales noted" in shown
        assert "and 2 more" in shown


def test_only_logged_errors_have_an_id() -> None:
    operation = operations(ENGLISH)[0]
    shown = {}
    for state, error in (
        (State.REFUSED, "NotOffered"),
        (State.REFUSED, "Refused"),
        (State.DOUBTFUL, "NotOffered"),
    ):
        row = replace(a_row(state, operation.kind, {"error": error}), reference="5ce32837")
        blocks = delivery(row, operation, T, ACCOUNT).blocks
        shown[state, error] = "5ce32837" in str([block.to_dict() for block in blocks])
    assert list(shown.values()) == [False, True, True]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("subject", ["A very long subject " * 10, "&" * 200])
def test_a_notice_of_many_tickets_fits_with_any_remarks(state: State, subject: str) -> None:
    """It says less of each then; its decisions stay."""
    tags = [f"{number} of twenty long tags, of thirty" for number in range(20)]
    outcome: dict[str, object] = {"subject": subject, "status": "C", "tags": tags}
    if state is State.ASKS:
        outcome |= {**NEWS, "newest": {"name": "&" * 300, "body": "STOP! " * 100}}
    row = a_row(state, Kind.TAGS, outcome)
    operation = ChangeTags(ticket_id="s4y7t5s7", code="AX4-B4T-FD8", add=tuple(tags))
    rows = [(replace(row, id=number), operation) for number in range(MAX_TICKETS)]
    post = batch(rows, T, ACCOUNT)
    assert not post.is_too_long
    assert check_message(post.to_dict()) == []
    assert sum(block.type == "section" for block in post.blocks) in {0, MAX_TICKETS}
