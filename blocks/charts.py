"""Slack's charts, for which its SDK has no classes yet.

Labels are plain strings that Slack does not parse. Slack may refuse charts, and screen readers get
little from them, so they always come with a text that says the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from blocks.text import EMPTY, cut, line

MAX_TITLE, MAX_LABEL = 50, 20
MAX_CATEGORIES, MAX_SERIES = 20, 6


class ChartBlock(Block):
    """A chart of any kind."""

    def __init__(self, title: str, chart: Mapping[str, Any]) -> None:
        super().__init__(type="data_visualization")
        self.title = cut(line(title), MAX_TITLE) or EMPTY
        self.chart = chart

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type, "title": self.title, "chart": dict(self.chart)}


def bars(
    title: str,
    categories: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    y_label: str = "",
) -> ChartBlock:
    """Returns a group of bars per category; each of the `series` has a value for each category."""
    labels = list(_unlike(categories[:MAX_CATEGORIES]))
    axis: dict[str, Any] = {"categories": labels}
    if y_label:
        axis["y_label"] = cut(line(y_label), MAX_TITLE) or EMPTY
    names = _unlike(list(series)[:MAX_SERIES])
    drawn = [
        {
            "name": name,
            "data": [
                {"label": each, "value": value} for each, value in zip(labels, values, strict=False)
            ],
        }
        for name, values in zip(names, series.values(), strict=False)
    ]
    return ChartBlock(title, {"type": "bar", "series": drawn, "axis_config": axis})


def _unlike(labels: Sequence[str]) -> Iterator[str]:
    """Yields shortened labels, made distinct: Slack refuses duplicates."""
    taken = set[str]()
    for each in labels:
        label, number = cut(line(each), MAX_LABEL) or EMPTY, 2
        while label in taken:
            label = f"{cut(line(each), MAX_LABEL - 4) or EMPTY} {number}"
            number += 1
        taken.add(label)
        yield label
