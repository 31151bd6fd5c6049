"""Which reports of undelivered mail belong to a reply, and which addresses they name."""

import pytest

from bot.domain.bounces import addresses_in, bounces_of
from bot.domain.ticket import Message


def messages(spelled: str) -> list[Message]:
    """Reads such as `M:ann 4:sys`; ids are numbers."""
    pairs = (each.split(":") for each in spelled.split())
    return [Message(str(i), kind, "M", who, None, "") for i, (kind, who) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("spelled", "found"),
    [
        ("M:ann 4:system", ["1"]),
        ("M:ann M:customer N:ann 4:system", ["3"]),
        ("M:ann M:ben 4:system 4:system", ["2", "3"]),
        ("M:ann M:ann 4:system", []),
        ("4:ann", ["0"]),
        ("4:ann M:ann 4:system", ["0"]),
        ("M:ann M:customer", []),
    ],
)
def test_a_report_is_of_the_agents_last_message_before_it(spelled: str, found: list[str]) -> None:
    assert [each.id for each in bounces_of(messages(spelled), "0")] == found
    assert bounces_of(messages(spelled), "another") == ()


@pytest.mark.parametrize(
    ("report", "found"),
    [
        ("<JOHN@owner.com>: 550; copy@owner.com", ["John@Owner.com"]),
        ("copy@x.example. failed, says mailer-daemon@mx.example", ["copy@x.example"]),
        ("550 user unknown", []),
        (f"{'Sorry. ' * 200}<john@owner.com>: unknown. From: us@x.example", ["John@Owner.com"]),
        (f"{'Sorry. ' * 200}From: us@x.example", []),
    ],
)
def test_addresses_are_found_in_a_bounce_report(report: str, found: list[str]) -> None:
    assert addresses_in(report, "John@Owner.com") == found
