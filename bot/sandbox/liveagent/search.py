"""Filters of the list call."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import TIME_FORMAT, written
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.records import Ticket

Test = Callable[[Ticket], bool]


def found(account: Account, asked: Mapping[str, str]) -> Sequence[Ticket]:
    """Returns the matching tickets, most recently changed first."""
    if account.switches.department_or_owner_required and not (
        asked.get("department") or asked.get("owneridentifier")
    ):
        raise Refused(detail="department or owneridentifier is required")
    tests = [*_plain_tests(account, asked), *_time_tests(account, asked)]
    tickets = [one for one in account.tickets.values() if all(test(one) for test in tests)]
    tickets.sort(key=lambda one: (one.changed, one.id), reverse=True)
    start = 0 if account.switches.ignores_offset else _count(asked, "offset", 0)
    count = min(_count(asked, "limit", len(tickets)), account.switches.longest_page)
    return tickets[start : start + count]


def moment(account: Account, text: str) -> datetime:
    """Reads a time of the account's zone. Raises `Refused`."""
    try:
        naive = datetime.strptime(text.strip(), TIME_FORMAT)  # noqa: DTZ007 - the zone comes next
    except ValueError:
        raise Refused(detail=f"{text} is no datetime") from None
    return naive.replace(tzinfo=account.zone).astimezone(UTC)


def _plain_tests(account: Account, asked: Mapping[str, str]) -> list[Test]:
    tests: list[Test] = []
    owner = asked.get("owneridentifier")
    if owner and not account.switches.ignores_owner:
        tests.append(lambda one: one.owner.email == owner.strip().lower())
    if department := asked.get("department"):
        tests.append(lambda one: one.department == department)
    if letters := asked.get("status"):
        tests.append(lambda one: one.status in letters.split(","))
    if subject := asked.get("subject", "").casefold():
        exact = account.switches.exact_subject
        tests.append(
            lambda one: (
                one.subject.casefold() == subject if exact else subject in one.subject.casefold()
            )
        )
    return tests


def _time_tests(account: Account, asked: Mapping[str, str]) -> list[Test]:
    tests: list[Test] = []
    if after := asked.get("datefrom"):
        earliest = moment(account, after)
        tests.append(lambda one: one.created >= earliest)
    if before := asked.get("dateto"):
        latest = moment(account, before)
        tests.append(lambda one: one.created.replace(microsecond=0) <= latest)
    if changed := asked.get("datechanged"):
        tests.append(_changed(account, changed))
    return tests


def _changed(account: Account, condition: str) -> Test:
    """Applies a filter such as `gte:2026-01-31 10:00:00`; the app uses no other operator.

    It compares strings as LiveAgent writes them.
    """
    operator, _, first = condition.partition(":")
    if operator != "gte":
        raise Refused(detail=f"{operator} is no operator of opdatetime here")
    return lambda one: written(account, one.changed) >= first


def _count(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdecimal() else default
