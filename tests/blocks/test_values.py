"""Buttons' values are read as they were written, also those of old versions."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.forms.fields import MAX_VALUE_LENGTH
from blocks.operations import PRESENTED
from blocks.values import lists, tickets
from blocks.values.lists import (
    AnswersPage,
    ChannelPage,
    DigestPage,
    FilterValue,
    ListPage,
    ReviewPlace,
    TicketsFrom,
    TicketSource,
)
from blocks.values.tickets import (
    ConversationPage,
    MessagePart,
    SharedCard,
    Target,
    TicketFiles,
    TicketInList,
    TicketValue,
)
from blocks.values.value import MAX_NUMBER, CommandText, MenuEntry, Number, ShownRow, Value
from bot.domain.errors import StaleButton
from bot.domain.filter import FIRST_DAY, LAST_DAY, WAITING_LONGEST, Filter
from bot.domain.people import Department
from bot.operations import Snapshot

MAX_BUTTON_VALUE_LENGTH = 2000

ids = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" "), min_size=1)
short_ids = st.text("abcdefghij0123456789", min_size=1, max_size=20)
refs = st.from_regex(r"[a-z0-9]{7}[0-9]|[A-Z]{3}-[A-Z0-9]{3}-[A-Z]{3}", fullmatch=True)
numbers = st.integers(0, MAX_NUMBER)
days = st.none() | st.dates(FIRST_DAY, LAST_DAY)
departments = st.builds(Department, ids, st.text(max_size=lists.MAX_NAME_LENGTH))
filters = st.builds(Filter, department=st.none() | departments, since=days, until=days)
snapshots = st.builds(
    Snapshot,
    status=st.just("") | short_ids,
    department=st.just("") | short_ids,
    assignee=st.just("") | short_ids,
    newest=st.just("") | short_ids,
    count=st.none(),
    owner=st.just(""),
)
unread = st.builds(
    Snapshot,
    status=short_ids,
    department=short_ids,
    assignee=st.just(""),
    changed=st.none() | st.integers(0, 10**12 - 1),
)
VALUES: dict[type[Value], st.SearchStrategy[Value]] = {
    AnswersPage: st.builds(AnswersPage, numbers, st.sampled_from(["", "a red lamp"])),
    ChannelPage: st.builds(ChannelPage, ids, numbers),
    CommandText: st.builds(CommandText, ids),
    ConversationPage: st.builds(ConversationPage, refs, numbers, st.booleans()),
    DigestPage: st.builds(DigestPage, numbers, numbers),
    FilterValue: st.builds(FilterValue, st.none() | filters),
    ListPage: st.builds(ListPage, numbers, filters),
    MenuEntry: st.builds(MenuEntry, ids, st.text()),
    MessagePart: st.builds(MessagePart, refs, numbers, numbers),
    Number: st.builds(Number, numbers),
    ReviewPlace: st.builds(ReviewPlace, ids, numbers),
    ShownRow: st.builds(ShownRow, numbers, numbers),
    SharedCard: st.builds(SharedCard, refs, st.booleans(), ids, st.text()),
    Target: st.builds(Target, refs, st.just("") | short_ids, st.none() | snapshots | unread)
    | st.builds(Target, refs, short_ids, snapshots, st.text(), st.text()),
    TicketFiles: st.builds(
        TicketFiles, refs, st.lists(st.tuples(ids, numbers), min_size=1, max_size=9).map(tuple)
    ),
    TicketInList: st.builds(TicketInList, refs, st.lists(refs, max_size=40).map(tuple)),
    TicketSource: st.builds(TicketSource, filters | numbers),
    TicketValue: st.builds(TicketValue, refs),
    TicketsFrom: st.builds(TicketsFrom, numbers, filters | numbers),
}
KINDS = st.sampled_from(list(VALUES))
PARTS = st.lists(st.sampled_from(["", "-", "?", "0", "1", "9" * 400, "a", "list", "digest", "{}"]))


def test_every_type_is_tried() -> None:
    names = {kind.__name__ for kind in VALUES}
    assert names == {kind.__name__ for kind in Value.__subclasses__()}


@given(KINDS.flatmap(VALUES.__getitem__))
def test_button_values_round_trip(value: Value) -> None:
    assert type(value).of_value(value.to_value()) == value


@given(KINDS, st.text() | PARTS.map(" ".join))
def test_any_button_value_is_read_or_stale(kind: type[Value], text: str) -> None:
    with suppress(StaleButton):
        assert isinstance(kind.of_value(text), kind)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("s4y7t5s7", Target("s4y7t5s7")),
        ("s4y7t5s7 AX4", Target("s4y7t5s7", "AX4")),
        ("s4y7t5s7 AX4 N dep -", Target("s4y7t5s7", "AX4")),
        (
            "s4y7t5s7 AX4 N dep - ?",
            Target(
                "s4y7t5s7", "AX4", Snapshot(status="N", department="dep", assignee="", newest=None)
            ),
        ),
        ("s4y7t5s7", TicketInList("s4y7t5s7")),
        ("s4y7t5s7 m1 0", TicketFiles("s4y7t5s7", (("m1", 0),))),
        ("s4y7t5s7 2", ConversationPage("s4y7t5s7", 2)),
        ("s4y7t5s7 2", MessagePart("s4y7t5s7", 2)),
        ("7", DigestPage(7)),
        ("7", ShownRow(7)),
        ("s4y7t5s7 1 U0ANN", SharedCard("s4y7t5s7", shows_subject=True, sharer="U0ANN")),
        ("-", FilterValue(None)),
        ('{"statuses":["N","C"],"order":"unchanged"}', FilterValue(WAITING_LONGEST)),
        ('2 {"statuses":["N"]}', ListPage(2, Filter(("N",)))),
        ("list {}", TicketSource(Filter())),
        ("25 digest 3", TicketsFrom(25, 3)),
    ],
)
def test_buttons_of_long_ago_keep_working(text: str, value: Value) -> None:
    assert type(value).of_value(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Target, "s4y7t5s7 b c d e f g"),
        (Target, "none of ours"),
        (Target, "-1"),
        (TicketValue, "../agents"),
        (TicketValue, ".."),
        (TicketValue, "https://evil.example/s4y7t5s7"),
        (TicketValue, "9" * 400),
        (TicketInList, "s4y7t5s7 s4y7t5s7,.."),
        (Number, "-1"),
        (Number, "٣"),
        (Number, str(MAX_NUMBER + 1)),
        (TicketSource, "other 1"),
        (ListPage, "x {}"),
    ],
)
def test_invalid_button_values_raise_stale_button(kind: type[Value], text: str) -> None:
    with pytest.raises(StaleButton):
        kind.of_value(text)


def test_a_target_fits_into_a_button_and_without_its_names_into_a_menu() -> None:
    subject, customer = '"' * tickets.MAX_SUBJECT_LENGTH, "\\" * tickets.MAX_CUSTOMER_LENGTH
    seen = Snapshot(status="N", department="d" * 40, assignee="a" * 40, newest="n" * 20)
    named = Target("s4y7t5s7", "AX4-B4T-FD8", seen, subject, customer)
    assert len(named.to_value()) <= MAX_BUTTON_VALUE_LENGTH
    assert len(named.without_names.to_value()) <= tickets.MAX_TARGET_LENGTH
    long = Target("s4y7t5s7", "x" * tickets.MAX_TARGET_LENGTH, None)
    assert long.to_value() == "s4y7t5s7"
    actions = [row.action for row in PRESENTED.values()]
    longest = MenuEntry(max(actions, key=len), "x" * tickets.MAX_TARGET_LENGTH)
    assert len(longest.to_value()) <= MAX_VALUE_LENGTH


def test_a_menu_knows_its_tickets_if_its_block_can_name_them() -> None:
    few, many = [f"ticket{n:02}" for n in range(20)], [f"ticket{n:02}" for n in range(40)]
    block_id = TicketInList.menu_block(few)
    assert block_id
    assert TicketInList.of_menu("ticket07", block_id) == TicketInList("ticket07", tuple(few))
    assert TicketInList.menu_block(many) is None
    assert TicketInList.of_menu("ticket07", "aB3") == TicketInList("ticket07")
