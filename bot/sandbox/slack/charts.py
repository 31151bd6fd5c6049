"""Charts, of which the app draws bars.

Source: docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from collections import Counter
from collections.abc import Iterator

from bot.sandbox.slack.rules import (
    Check,
    anything,
    both,
    fields,
    many,
    number,
    problem,
    string,
    typed,
)

MAX_CATEGORIES, MAX_SERIES = 20, 6

_label = string(20)
_point = fields({"label": _label, "value": number}, {})
_series = fields({"name": _label, "data": many(_point, MAX_CATEGORIES)}, {})
_axis = fields(
    {"categories": many(_label, MAX_CATEGORIES)}, {"x_label": string(50), "y_label": string(50)}
)


def _fits_together(value: object, path: str) -> Iterator[str]:
    """Names differ, and each of the series has one point for each category."""
    if not isinstance(value, dict):
        return
    categories = value["axis_config"]["categories"]
    names = Counter(one["name"] for one in value["series"])
    if max(names.values()) > 1:
        yield problem("series names must be unique", f"{path}/series")
    for index, one in enumerate(value["series"]):
        if Counter(point["label"] for point in one["data"]) != Counter(
            dict.fromkeys(categories, 1)
        ):
            yield problem("labels must match the categories", f"{path}/series/{index}/data")


chart: Check = typed(
    {
        "bar": both(
            fields(
                {"type": anything, "series": many(_series, MAX_SERIES), "axis_config": _axis}, {}
            ),
            _fits_together,
        )
    }
)
