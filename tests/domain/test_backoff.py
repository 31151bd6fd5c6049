"""Waits grow up to a limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.backoff import backoff

SECONDS = st.floats(0.001, 1e6)
FAILURES = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 30), (1, 60), (2, 120), (4, 480), (5, 900), (10**9, 900)]
)
def test_each_failure_doubles_it(failures: int, seconds: float) -> None:
    assert backoff(failures, 30, 900) == seconds


@given(FAILURES, SECONDS, SECONDS)
def test_waits_grow_to_the_maximum(failures: int, first: float, longest: float) -> None:
    wait, later = (backoff(each, first, longest) for each in (failures, failures + 1))
    assert 0 < wait <= later <= longest
    assert later in {2 * wait, longest}
