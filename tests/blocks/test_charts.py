"""Slack accepts charts of any data."""

from hypothesis import given
from hypothesis import strategies as st

from blocks.charts import bars
from bot.sandbox.slack import check_message

texts = st.text(max_size=60) | st.sampled_from(["<!channel>", "\u202e\u0000", "😀" * 60, " "])


@given(
    texts,
    st.lists(texts, min_size=1, max_size=30),
    st.lists(texts, min_size=1, max_size=8, unique=True),
)
def test_a_chart_of_anything(title: str, categories: list[str], names: list[str]) -> None:
    values = list(range(len(categories)))
    chart = bars(title, categories, dict.fromkeys(names, values), y_label=title)
    assert check_message({"blocks": [chart.to_dict()]}) == []


def test_names_with_the_same_beginning_are_distinguished() -> None:
    names = ["Support for customers in Spain", "Support for customers in Sweden"]
    chart = bars("x", names, {"Waiting": [1, 2]}).to_dict()["chart"]
    first, second = chart["axis_config"]["categories"]
    assert first != second
    assert [point["label"] for point in chart["series"][0]["data"]] == [first, second]
