"""The words after `/ticket list`."""

import pytest

from bot.domain.filter import Filter
from bot.domain.people import Department
from bot.domain.ticket import WAITING, Status
from handlers.listeners.filter_words import read_words

SUPPORT, CARE = Department("d1", "Support"), Department("d2", "Support Care")
JAPAN = Department("d3", "日本サポート")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("new", Filter((Status.NEW,))),
        ("new, POSTPONED", Filter((Status.NEW, Status.POSTPONED))),
        ("新規 日本サポート", Filter((Status.NEW,), JAPAN)),
        ("all", Filter()),
        ("mine", Filter(WAITING, is_mine=True)),
        ("support", Filter(WAITING, SUPPORT)),
        ("Support Care", Filter(WAITING, CARE)),
        ("supporter", Filter(subject="supporter")),
        ("desk lamp", Filter(subject="desk lamp")),
        ("ｎｅｗ ｌａｍｐ", Filter((Status.NEW,), subject="lamp")),
        ("john@owner.com", Filter(owner="john@owner.com")),
        ("mailto:john＠owner.com\u200b", Filter(owner="john@owner.com")),
        (
            "open Support john@owner.com new lamp",
            Filter((Status.OPEN,), SUPPORT, "john@owner.com", "new lamp"),
        ),
        ("lamp a@b.com c@d.com", Filter(owner="a@b.com", subject="lamp c@d.com")),
        ("@ann", Filter(subject="@ann")),
    ],
)
def test_words_are_read(typed: str, found: Filter) -> None:
    assert read_words(typed.split(), [SUPPORT, CARE, JAPAN]) == found
