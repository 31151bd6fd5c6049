"""Slack accepts the message of any week, and its text says what its charts show."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.digest_remarks import Posting
from blocks.forms.digest import fresh_week
from blocks.week import week_post
from bot.domain.digest import Shown
from bot.domain.week import (
    Comment,
    Rated,
    Unrated,
    Week,
    WeekDay,
    WeekDepartment,
    days_before,
)
from bot.i18n import Translator
from bot.sandbox.slack import check_message
from tests.blocks.nasty import nasty
from tests.gallery.desk import ACCOUNT, NOW

DATES = days_before(date(2026, 11, 23))
counts = st.none() | st.integers(0, 10**9)
texts = nasty.map(lambda text: text[:500]) | st.text(max_size=60)
ratings = st.builds(Unrated, st.booleans()) | st.builds(
    Rated,
    good=st.integers(0, 10**9),
    bad=st.integers(0, 10**9),
    unclear=st.integers(0, 9),
    left_out=st.integers(0, 9),
    by_agent=st.dictionaries(texts, st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30),
    comments=st.lists(
        st.builds(
            Comment,
            is_good=st.none() | st.booleans(),
            text=texts,
            ticket_id=st.just("t1"),
            code=texts,
        ),
        max_size=5,
    ),
)
departments = st.builds(
    WeekDepartment,
    name=texts,
    day=st.sampled_from(DATES),
    waiting=st.integers(0, 10**9),
    oldest=counts,
    median=counts,
)


@given(
    st.lists(st.tuples(counts, counts, counts), min_size=7, max_size=7),
    st.lists(departments, max_size=30),
    ratings,
    st.sampled_from([Translator("en"), Translator("ja")]),
    texts,
)
def test_a_week_of_anything(
    found: list[tuple[int | None, int | None, int | None]],
    places: list[WeekDepartment],
    rated: Rated | Unrated,
    t: Translator,
    text: str,
) -> None:
    days = [WeekDay(day, *each) for day, each in zip(DATES, found, strict=True)]
    week = Week(NOW, days, places, rated, unknown=[text] * 30, is_partial=True)
    digest = replace(
        fresh_week("C1", "U0ANN", "Asia/Tokyo", t), name=text or "?", shows=frozenset(Shown)
    )
    for how in (Posting(NOW), Posting(NOW, is_plain=True)):
        assert check_message(week_post(digest, week, t, ACCOUNT, how).to_dict()) == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_unknown_day_is_in_no_chart_and_the_text_says_so(language: str) -> None:
    t = Translator(language)
    days = [WeekDay(DATES[0], 3, 0, 4), WeekDay(DATES[1], waiting=2), *map(WeekDay, DATES[2:])]
    week = Week(NOW, days, [], Rated())
    post = week_post(fresh_week("C1", "U", "UTC", t), week, t, ACCOUNT).to_dict()
    [chart] = [each for each in post["blocks"] if each["type"] == "data_visualization"]
    assert chart["chart"]["axis_config"]["categories"] == [t.weekday(DATES[0])]
    said = str(post["blocks"])
    assert t("{days} ({known} of {whole} days known)", days="", known=1, whole=7) in post["text"]
    assert said.count(t("unknown (no digest that day)")) == 5
    assert said.count(t("what came in isn't known")) == 1
    assert t("{count} came in", count=0) not in said


def test_a_chart_of_nothing_is_not_drawn() -> None:
    t = Translator("en")
    days = [WeekDay(DATES[0], 0, 0, 4), *map(WeekDay, DATES[1:])]
    week = Week(NOW, days, [], Rated())
    post = week_post(fresh_week("C1", "U", "UTC", t), week, t, ACCOUNT).to_dict()
    assert "data_visualization" not in {each["type"] for each in post["blocks"]}
    assert "0 came in, 0 dealt with" in str(post["blocks"])
