"""The watch reports what happened: nothing is missed, and nothing is reported twice."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.desk.watch.changed import PATIENCE_SECONDS
from bot.desk.watch.listing import MAX_PAGES, PAGES_OVERLAP, Listing
from bot.desk.watch.poller import MAX_TOLD, OUTAGE_SECONDS, OVERLAP_SECONDS
from bot.domain.changes import OwnWrite, What
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Search
from tests.desk.watch.helpdesk import START, Case, HelpDesk, Watched

WRITTEN = {What.CUSTOMER_WROTE, What.AGENT_REPLIED, What.NOTED}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, 40)),
        st.tuples(st.just("poll"), st.integers(0, 3)),
        st.tuples(
            st.sampled_from(["customer", "reply", "note", "resolve", "transfer"]),
            st.integers(0, 9),
        ),
        st.tuples(st.just("create"), st.just(0)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("back"), st.integers(10, 4000)),
    ),
    max_size=40,
)


@pytest.fixture
async def watched() -> Watched:
    """A watch that has started, with an existing ticket."""
    watched = Watched()
    watched.desk.create()
    await watched.wait(60)
    await watched.poll()
    await watched.wait(15)
    return watched


def first(watched: Watched) -> Case:
    return watched.desk.cases["t1"]


@given(
    steps=STEPS,
    ahead=st.sampled_from([0.0, 3600.0, -3600.0, 0.7, -40.0]),
    tells_time=st.booleans(),
    needs_department=st.booleans(),
)
@example(
    steps=[("customer", 3), ("back", 10), ("resolve", 3)],
    ahead=0.0,
    tells_time=True,
    needs_department=False,
)
def test_reports_match_what_happened(
    *, steps: list[tuple[str, int]], ahead: float, tells_time: bool, needs_department: bool
) -> None:
    """Whatever happens between two polls, within one, and within one second."""
    desk = HelpDesk(
        ahead=ahead,
        tells_time=tells_time,
        needs_department=needs_department,
    )
    asyncio.run(_history(Watched(desk), steps))


async def _history(watched: Watched, steps: list[tuple[str, int]]) -> None:
    desk = watched.desk
    for _ in range(4):
        desk.create()
    await watched.wait(LONG)
    await watched.poll()
    before = {message.id for case in desk.cases.values() for message in case.messages}
    await watched.wait(LONG)
    ahead, stepped = desk.ahead, 0.0
    for position, (what, number) in enumerate(steps):
        if what == "wait":
            await watched.wait(number)
        elif what == "restart":
            watched.restart()
        elif what == "back":
            stepped = min(stepped + number * desk.tells_time, LONG - 500)
            desk.ahead = ahead - stepped
        elif what == "poll":
            later = [each for each in steps[position + 1 :] if each[0] not in NO_EVENTS]
            desk.meanwhile = [_event(desk, *each) for each in later[:number]]
            await watched.poll()
            desk.meanwhile = []
            # until the step is measured, the second of a change is not known to be over
            await watched.wait(float(stepped > 0))
        else:
            _event(desk, what, number)()
    for _ in range(3):
        await watched.wait(400)
        await watched.poll()
    _check(watched, before)


LONG = 5000.0  # a clock that is set back by less does not mix the time before the watch with it
NO_EVENTS = {"wait", "restart", "back", "poll"}


def _event(desk: HelpDesk, what: str, number: int) -> Callable[[], None]:
    def happens() -> None:
        cases = list(desk.cases.values())
        case = cases[number % len(cases)]
        if what == "create" and len(cases) < 12:
            desk.create()
        elif what == "transfer":
            desk.transfer(case, f"d{1 + number % 2}", ["", "a1", "a2"][number % 3])
        elif what != "create":
            getattr(desk, what)(case)

    return happens


def _check(watched: Watched, before: set[str]) -> None:
    reported = watched.memory.reported
    for case in watched.desk.cases.values():
        of_it = [each for each in reported if each.ticket_id == case.id]
        is_new = case.messages[0].id not in before
        assert [each.what for each in of_it].count(What.APPEARED) == is_new
        written = [each for each in case.messages if each.kind in {"M", "N"}][is_new:]
        expected = [each.id for each in written if each.id not in before]
        heard = [each.message_id for each in of_it if each.what in WRITTEN]
        assert sorted(heard) == sorted(expected)
        resolved = [each for each in case.messages if each.channel == "R"]
        assert [each.what for each in of_it].count(What.RESOLVED) == len(resolved)
        known = watched.memory.tickets[case.id]
        assert (known.status, known.department_id) == (case.status, case.department)
        if of_it:
            assert of_it[-1].status == case.status
            assert of_it[-1].department_id == case.department


async def test_a_poll_without_changes_makes_one_call(watched: Watched) -> None:
    watched.desk.calls.clear()
    found = await watched.poll()
    assert not found.changes
    assert watched.desk.calls == ["list"]


async def test_each_kind_of_change_is_reported_with_its_author(watched: Watched) -> None:
    desk, case = watched.desk, first(watched)
    desk.customer(case)
    await watched.poll()
    assert (watched.last.what, watched.last.who, watched.last.status) == (
        What.CUSTOMER_WROTE,
        "john",
        "C",
    )
    await watched.wait(15)
    desk.reply(case, "a2")
    await watched.poll()
    assert (watched.last.what, watched.last.who) == (What.AGENT_REPLIED, "a2")
    await watched.wait(15)
    desk.transfer(case, "d2", "a1")
    await watched.poll()
    transferred, assigned = watched.memory.reported[-2:]
    assert (transferred.what, transferred.before, transferred.after) == (
        What.TRANSFERRED,
        "d1",
        "d2",
    )
    assert (assigned.what, assigned.who, assigned.after) == (What.ASSIGNED, "a1", "a1")
    await watched.wait(15)
    desk.resolve(case, "a2")
    await watched.poll()
    assert (watched.last.what, watched.last.who) == (What.RESOLVED, "a2")
    await watched.wait(15)
    desk.delete(case)
    await watched.poll()
    assert watched.last.what is What.DELETED
    assert watched.reported() == [
        What.CUSTOMER_WROTE,
        What.AGENT_REPLIED,
        What.TRANSFERRED,
        What.ASSIGNED,
        What.RESOLVED,
        What.DELETED,
    ]


async def test_a_new_assignee_is_notified_though_the_previous_one_is_unknown(
    watched: Watched,
) -> None:
    case = next(iter(watched.desk.cases.values()))
    watched.desk.transfer(case, "d1", "a2")
    await watched.poll()
    assert (watched.last.what, watched.last.who, watched.last.after) == (What.ASSIGNED, "a1", "a2")
    assert watched.reported() == [What.ASSIGNED]


async def test_changes_in_the_second_of_a_poll_are_reported_by_the_next(watched: Watched) -> None:
    desk, case = watched.desk, first(watched)
    desk.customer(case)
    await watched.poll()
    desk.customer(case)  # in the same second: the row is the same
    await watched.wait(15)
    await watched.poll()
    assert watched.reported() == [What.CUSTOMER_WROTE, What.CUSTOMER_WROTE]
    await watched.wait(15)
    desk.calls.clear()
    await watched.poll()
    assert desk.calls == ["list"]  # settled: it is not read for ever


async def test_own_writes_are_reported_once_they_are_known_as_ours(watched: Watched) -> None:
    desk, case = watched.desk, first(watched)
    watched.memory.busy = frozenset({case.id})
    desk.reply(case)
    await watched.poll()
    assert not watched.reported()
    assert watched.progress
    assert watched.progress.cursor <= case.changed.timestamp()
    watched.memory.busy = frozenset()
    remote_id, at = case.messages[-1].id, case.changed.timestamp()
    watched.memory.own = [OwnWrite(case.id, "reply", "U0ANN", remote_id, at, "A")]
    await watched.wait(150)
    await watched.poll()
    assert [(each.what, each.by) for each in watched.memory.reported] == [
        (What.AGENT_REPLIED, "U0ANN")
    ]


async def test_an_own_resolution_is_ours_and_anothers_is_not(watched: Watched) -> None:
    desk, case = watched.desk, first(watched)
    desk.resolve(case)
    at = case.changed.timestamp()
    watched.memory.own = [OwnWrite(case.id, "resolve", "U0ANN", "", at, "R")]
    await watched.poll()
    assert watched.last.by == "U0ANN"
    await watched.wait(60)
    desk.customer(case)
    await watched.wait(60)
    desk.resolve(case)
    await watched.poll()
    assert (watched.last.what, watched.last.by) == (What.RESOLVED, "")


@pytest.mark.parametrize(
    ("kind", "letter", "by"),
    [("wake", "C", "U0ANN"), ("postpone", "W", "U0ANN"), ("of a newer bot", "C", "")],
)
async def test_status_changes_name_their_slack_user(
    watched: Watched, kind: str, letter: str, by: str
) -> None:
    case = first(watched)
    case.status, case.changed = letter, watched.desk.now()
    own = OwnWrite(case.id, kind, "U0ANN", "", case.changed.timestamp(), letter)
    watched.memory.own = [own]
    await watched.poll()
    assert (watched.last.what, watched.last.by) == (What.STATUS_CHANGED, by)


@pytest.mark.parametrize("calls_before", [1, 2])
async def test_a_merge_during_a_read_repeats_no_change(
    calls_before: int,
) -> None:
    watched = Watched()
    desk = watched.desk
    case, other = desk.create(), desk.create()
    await watched.wait(60)
    desk.reply(other)
    await watched.wait(60)
    await watched.poll()
    desk.note(case)
    await watched.wait(15)
    await watched.poll()
    desk.note(case)
    await watched.wait(15)
    desk.meanwhile = [lambda: None] * calls_before + [lambda: desk.merge(case, other)]
    await watched.poll()
    await watched.wait(15)
    await watched.poll()
    assert {What.NOTED, What.DELETED} >= {*watched.reported()} - {What.TOUCHED}


async def test_a_burst_is_summarized_without_reading(watched: Watched) -> None:
    desk = watched.desk
    for _ in range(MAX_TOLD + 1):
        desk.create()
    desk.calls.clear()
    found = await watched.poll()
    assert set(desk.calls) == {"list"}
    *late, summary = found.changes
    assert all(each.is_late for each in late)
    assert (summary.what, summary.count) == (What.CAUGHT_UP, MAX_TOLD + 1)
    await watched.wait(60)
    desk.customer(first(watched))
    await watched.poll()
    assert watched.last.what is What.CUSTOMER_WROTE


async def test_summed_up_news_is_not_repeated(watched: Watched) -> None:
    desk, case = watched.desk, first(watched)
    desk.customer(case)
    for _ in range(MAX_TOLD):
        desk.create()
    await watched.poll()
    await watched.wait(60)
    desk.reply(case)
    await watched.poll()
    reported = [each for each in watched.memory.reported if not each.is_late]
    assert [each.what for each in reported] == [What.CAUGHT_UP, What.AGENT_REPLIED]


async def test_changes_during_an_outage_are_summarized(watched: Watched) -> None:
    for _ in range(20):
        watched.desk.create()
    await watched.wait(3600)
    found = await watched.poll(silent=OUTAGE_SECONDS + 1)
    assert [each.what for each in found.changes if not each.is_late] == [What.CAUGHT_UP]


async def test_when_liveagent_fails_halfway_the_rest_is_reported_later(watched: Watched) -> None:
    desk = watched.desk
    cases = [desk.create() for _ in range(8)]

    def fails() -> None:
        desk.is_down = True

    desk.meanwhile = [lambda: None, lambda: None, lambda: None, fails]
    found = await watched.poll()
    assert found.is_cut_short
    assert len(found.changes) < len(cases)
    desk.is_down = False
    await watched.wait(300)
    await watched.poll()
    assert [watched.reported(case) for case in cases] == [[What.APPEARED]] * len(cases)


async def test_a_single_404_is_no_deletion(watched: Watched) -> None:
    desk, case = watched.desk, first(watched)
    desk.customer(case)
    desk.lost = {case.id}
    await watched.poll()
    desk.lost.clear()
    await watched.wait(15)
    await watched.poll()
    assert watched.reported() == [What.CUSTOMER_WROTE]
    await watched.wait(60)
    desk.note(case)
    desk.lost = {case.id}
    for _ in range(int(PATIENCE_SECONDS / 15) + 2):
        await watched.poll()
        await watched.wait(15)
    assert watched.reported() == [What.CUSTOMER_WROTE, What.DELETED]


async def test_a_ticket_dated_in_the_future_hides_no_other(watched: Watched) -> None:
    desk, odd = watched.desk, watched.desk.create()
    odd.changed += timedelta(days=1)
    await watched.poll()
    await watched.wait(600)
    desk.customer(first(watched))
    await watched.poll()
    assert watched.reported(first(watched)) == [What.CUSTOMER_WROTE]


def many(desk: HelpDesk, count: int) -> list[Case]:
    """Creates tickets, one a second."""
    cases = list[Case]()
    for _ in range(count):
        desk.seconds += 1
        cases.append(desk.create())
    return cases


async def test_rows_that_leave_an_earlier_page_hide_no_other() -> None:
    desk = HelpDesk(page=40)
    cases = many(desk, 100)

    def leaves() -> None:
        for case in cases[-PAGES_OVERLAP + 1 :]:
            del desk.cases[case.id]

    desk.meanwhile = [lambda: None, leaves]
    listed = await Listing(desk, desk.departments).changed_since(START)
    assert listed.is_whole
    assert {each.id for each in listed.rows} >= {*desk.cases}


@pytest.mark.parametrize("page", [10, 20, 25])
async def test_short_pages_are_read_to_the_end(page: int) -> None:
    desk = HelpDesk(page=page)
    cases = many(desk, 200)
    listed = await Listing(desk, desk.departments).open_tickets()
    assert {each.id for each in listed.rows} == {each.id for each in cases}
    assert listed.calls <= 2 * len(cases) / page


async def test_a_list_that_may_lack_rows_does_not_move_the_cursor() -> None:
    desk = HelpDesk(page=40)
    cases = many(desk, 120)

    def leaves() -> None:
        for case in cases[-30:]:
            del desk.cases[case.id]

    desk.meanwhile = [lambda: None, leaves]
    assert not (await Listing(desk, desk.departments).changed_since(START)).is_whole


@pytest.mark.parametrize("oldest_first", [False, True])
async def test_more_changes_than_a_poll_lists_hold_up_no_later_one(
    watched: Watched, *, oldest_first: bool
) -> None:
    desk, case = watched.desk, first(watched)
    desk.page, desk.oldest_first = PAGES_OVERLAP + 10, oldest_first
    for _ in range(MAX_PAGES * desk.page // 2 + desk.page):
        desk.create()
    found = await watched.poll()
    assert found.lists == MAX_PAGES
    assert watched.last.what is What.CAUGHT_UP
    for _ in range(2):
        await watched.wait(OVERLAP_SECONDS + 15)
        await watched.poll()
    desk.customer(case)
    found = await watched.poll()
    assert found.lists < MAX_PAGES
    assert watched.reported(case) == [What.CUSTOMER_WROTE]


async def test_a_server_that_lists_the_oldest_first_is_read_on_from_there(watched: Watched) -> None:
    desk = watched.desk
    desk.page, desk.oldest_first = PAGES_OVERLAP + 10, True
    cases = many(desk, 900)
    await watched.clock.advance(900)
    for _ in range(3):
        await watched.poll()
    assert {*watched.memory.tickets} >= {each.id for each in cases}


async def test_the_servers_filter_is_checked() -> None:
    class Careless(HelpDesk):
        async def search(
            self,
            wanted: Search,  # noqa: ARG002  it ignores the filter
            *,
            limit: int,
            offset: int = 0,
        ) -> Sequence[Ticket]:
            return await super().search(Search(), limit=limit, offset=offset)

    desk = Careless()
    desk.create()
    desk.seconds += 60
    new = desk.create()
    listed = await Listing(desk, desk.departments).changed_since(new.changed)
    assert [each.id for each in listed.rows] == [new.id]


async def test_a_server_that_demands_a_department_is_asked_by_department(watched: Watched) -> None:
    watched.desk.needs_department = True
    for count in (3, 3, 2, 2):
        watched.desk.calls.clear()
        await watched.poll()
        assert watched.desk.calls == ["list"] * count


async def test_a_list_that_fails_once_is_not_read_by_department_from_then_on(
    watched: Watched,
) -> None:
    watched.desk.needs_department = True
    await watched.poll()
    watched.desk.needs_department = False
    watched.desk.calls.clear()
    await watched.poll()
    assert watched.desk.calls == ["list"]
