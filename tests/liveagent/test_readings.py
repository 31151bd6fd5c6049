"""Recent readings are shown again, except those that a write has made untrue."""

from dataclasses import replace

import pytest

from bot.domain.people import Department, Tag
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, Ticket
from bot.liveagent.readings import MAX_CHARACTERS, MAX_SECONDS, Readings
from tests.clock import START, ManualClock

REF, CODE = TicketRef("s4y7t5s7"), TicketRef("AX4-B4T-FD8")
TICKET = Ticket(
    REF.value, CODE.value, "N", "Lamp", Department("d", "Support"), "John", "j@o.example"
)
SAID = Message("m1", "M", "M", "john", START, "Where is it?")
TAGGED = Message("m2", "G", "G", "system00", START, "Tag VIP added")
VIP = (Tag("t1", "VIP"),)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def readings(clock: ManualClock) -> Readings:
    return Readings(clock)


def read(readings: Readings, *said: Message, ref: TicketRef = REF, with_tags: bool = True) -> None:
    """As a card does, whose three calls are answered in any order."""
    ticket, messages, tags = readings.now(), readings.now(), readings.now()
    if with_tags:
        readings.keep_tags(ref, VIP, tags)
    readings.keep_messages(ref, said or [SAID], messages)
    readings.keep_ticket(ref, TICKET, ticket)


async def test_a_reading_is_shared_for_some_seconds_with_its_time(
    readings: Readings, clock: ManualClock
) -> None:
    assert readings.recent(REF, 30) is None
    read(readings, ref=CODE)
    await clock.advance(20)
    for ref in (REF, CODE):
        found = readings.recent(ref, 30)
        assert found
        assert (found.ticket, found.messages, found.tags) == (TICKET, [SAID], VIP)
        assert found.seen == found.tags_seen == START
    assert readings.recent(REF, 10) is None


async def test_a_reading_requested_before_a_write_is_dropped(readings: Readings) -> None:
    read(readings)
    late = readings.now()
    readings.wrote(REF.value)
    assert readings.recent(REF, 30) is None
    readings.keep_ticket(REF, TICKET, late)  # its answer comes only now
    readings.keep_messages(REF, [SAID], late)
    assert readings.recent(REF, 30) is None


async def test_tags_outlast_a_write_that_does_not_change_them(readings: Readings) -> None:
    read(readings)
    readings.wrote(REF.value)
    read(readings, with_tags=False)
    found = readings.recent(REF, 30)
    assert found
    assert found.tags == VIP


@pytest.mark.parametrize("how", ["written", "told", "old"])
async def test_tags_that_may_have_changed_are_not_given(
    readings: Readings, clock: ManualClock, how: str
) -> None:
    read(readings)
    if how == "written":
        readings.wrote(REF.value, changes_tags=True)
    elif how == "old":
        await clock.advance(MAX_SECONDS + 1)
    read(readings, *([SAID, TAGGED] if how == "told" else [SAID]), with_tags=False)
    found = readings.recent(REF, 30)
    assert found
    assert found.tags is None


async def test_a_ticket_that_is_gone_is_forgotten(readings: Readings) -> None:
    read(readings)
    readings.forget(REF)
    assert readings.recent(REF, 30) is None


async def test_a_ticket_merged_into_another_and_split_again_is_itself(readings: Readings) -> None:
    """LiveAgent gives the other one by all names of the first while they are merged."""
    other = TICKET._replace(id="m3r6e9d2", owner_email="other@o.example")
    for ref in (REF, CODE):
        read(readings, ref=ref)
        readings.keep_messages(ref, [replace(SAID, id="of the other")], readings.now())
        readings.keep_ticket(ref, other, readings.now())
        read(readings, ref=ref)
        for found in (readings.recent(each, 30) for each in (REF, CODE, TicketRef(other.id))):
            assert found is None or (found.ticket, found.messages) == (TICKET, [SAID])
        read(readings, ref=ref)
        found = readings.recent(ref, 30)
        assert found
        assert (found.ticket, found.messages) == (TICKET, [SAID])


async def test_a_ticket_that_could_not_be_read_still_is_written_to(readings: Readings) -> None:
    late = readings.now()
    readings.wrote(REF.value)
    readings.forget(REF)
    readings.keep_ticket(REF, TICKET, late)
    readings.keep_messages(REF, [SAID], late)
    assert readings.recent(REF, 30) is None


async def test_old_readings_are_dropped_beyond_the_limit(readings: Readings) -> None:
    read(readings, replace(SAID, body="x" * MAX_CHARACTERS))
    assert readings.recent(REF, 30) is None
    for number in range(30):
        ref = TicketRef(f"t{number:07}")
        half = replace(SAID, body="x" * (MAX_CHARACTERS // 20))
        readings.keep_ticket(ref, TICKET._replace(id=ref.value), readings.now())
        readings.keep_messages(ref, [half], readings.now())
    kept = [number for number in range(30) if readings.recent(TicketRef(f"t{number:07}"), 30)]
    assert kept == list(range(30 - len(kept), 30))
    assert 15 <= len(kept) < 20


@pytest.mark.parametrize("part", ["messages", "ids", "subject", "tags"])
async def test_every_part_of_a_reading_counts_towards_the_limit(
    readings: Readings, part: str
) -> None:
    """Short messages, for one, take more memory than what was said in them."""
    said, ticket = [SAID], TICKET
    tags: tuple[Tag, ...] = VIP
    match part:
        case "messages":
            said = [replace(SAID, body="")] * (MAX_CHARACTERS // 100)
        case "ids":
            said = [replace(SAID, id="x" * MAX_CHARACTERS)]
        case "subject":
            ticket = TICKET._replace(subject="x" * MAX_CHARACTERS)
        case _:
            tags = (Tag("t1", "VIP"),) * (MAX_CHARACTERS // 50)
    readings.keep_ticket(REF, ticket, readings.now())
    readings.keep_tags(REF, tags, readings.now())
    readings.keep_messages(REF, said, readings.now())
    assert readings.recent(REF, 30) is None


async def test_an_oversized_reading_still_remembers_its_write(readings: Readings) -> None:
    ticket, messages = readings.now(), readings.now()
    readings.wrote(REF.value)
    readings.keep_messages(REF, [replace(SAID, body="x" * MAX_CHARACTERS)], readings.now())
    readings.keep_ticket(REF, TICKET, ticket)
    readings.keep_messages(REF, [SAID], messages)
    assert readings.recent(REF, 30) is None


async def test_nothing_is_kept_by_a_public_code(readings: Readings) -> None:
    ref = TicketRef("bI5fR3oN40708G65")
    assert ref.is_public_code
    read(readings, ref=ref)
    assert readings.recent(ref, 30) is None
