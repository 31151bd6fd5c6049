"""What Slack refuses in blocks and forms: each rule with an example that breaks it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack import check_message, check_view
from bot.sandbox.slack.block_kit import BLOCKS

Payload = dict[str, Any]


def plain(text: str = "x") -> Payload:
    return {"type": "plain_text", "text": text}


def marked(text: str = "x") -> Payload:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Payload:
    return {"type": "button", "text": plain(), "action_id": "a", **more}


def options(count: int, **more: Any) -> list[Payload]:
    return [{"text": plain(), "value": str(number), **more} for number in range(count)]


def select(**more: Any) -> Payload:
    return {"type": "static_select", "action_id": "a", "options": options(2), **more}


def section(**more: Any) -> Payload:
    return {"type": "section", "text": marked(), **more}


def actions(*elements: Payload) -> Payload:
    return {"type": "actions", "elements": list(elements)}


def rich(*elements: Payload) -> Payload:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*elements: Payload) -> Payload:
    return {"type": "rich_text_section", "elements": list(elements)}


def words(text: str = "x", **more: Any) -> Payload:
    return {"type": "text", "text": text, **more}


def field(element: Payload | None = None, **more: Any) -> Payload:
    typed = {"type": "plain_text_input", "action_id": "a"}
    return {"type": "input", "label": plain(), "element": element or typed, **more}


def chart(categories: int = 1, title: str = "x", **more: Any) -> Payload:
    labels = [f"c{number}" for number in range(categories)]
    series = [{"name": "x", "data": [{"label": each, "value": 1.5} for each in labels]}]
    drawn = {"type": "bar", "series": series, "axis_config": {"categories": labels}, **more}
    return {"type": "data_visualization", "title": title, "chart": drawn}


def table(rows: int, columns: int) -> Payload:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def modal(*blocks: Payload, **more: Any) -> Payload:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


TAKEN = [
    section(text=marked("x" * 3000)),
    section(accessory=select(initial_option=options(2)[1])),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [plain(), marked()]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}, rich(rich_section(words()))]]},
    table(100, 20),
    chart(20, "x" * 50),
    actions(*(button(action_id=str(number)) for number in range(25))),
    actions({"type": "overflow", "action_id": "a", "options": options(5)}),
    actions({"type": "datepicker", "action_id": "a", "initial_date": "2026-01-31"}),
    actions({"type": "checkboxes", "action_id": "a", "options": options(10)}),
    section(accessory=button(url="https://x.example", style="danger")),
    rich(rich_section(words(style={"bold": True}), {"type": "link", "url": "https://x.example"})),
    rich({"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "eyes"}]}),
    rich({"type": "rich_text_preformatted", "elements": [words()], "border": 1}),
    rich(
        {"type": "rich_text_list", "style": "bullet", "elements": [rich_section(words())]},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "elements": [rich_section(words())],
        },
    ),
    field(),
]

REFUSED = [
    (section(text=marked("x" * 3001)), "/blocks/0/text/text"),
    (section(text=marked("")), "/blocks/0/text/text"),
    ({"type": "section"}, "/blocks/0"),
    (section(surprise=1), "surprise"),
    (section(block_id="x" * 256), "/blocks/0/block_id"),
    (section(accessory={"type": "plain_text_input", "action_id": "a"}), "/accessory/type"),
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
    ({"type": "header", "text": marked()}, "/blocks/0/text/type"),
    ({"type": "context", "elements": [plain()] * 11}, "/blocks/0/elements"),
    ({"type": "context", "elements": []}, "/blocks/0/elements"),
    ({"type": "alert", "text": plain()}, "/blocks/0/type"),
    ({"type": "video", "alt_text": "x"}, "unsupported type: video"),  # Slack's, not the app's
    (section(accessory={"type": "users_select", "action_id": "a"}), "type: users_select"),
    (actions({"type": "workflow_button", "text": plain()}), "type: workflow_button"),
    (rich(rich_section({"type": "team", "team_id": "T0"})), "type: team"),
    ({"type": "dropdown"}, "unsupported type: dropdown"),
    (table(101, 1), "/blocks/0/rows"),
    (chart(21), "/blocks/0/chart/series/0/data"),
    (chart(title="x" * 51), "/blocks/0/title"),
    (chart(type="pie"), "/blocks/0/chart/type"),
    (chart(series=[]), "/blocks/0/chart/series"),
    (chart(series=chart()["chart"]["series"] * 2), "/blocks/0/chart/series"),
    (chart(axis_config={"categories": ["c0", "c1"]}), "/blocks/0/chart/series/0/data"),
    (chart(axis_config={"categories": ["x" * 21]}), "/blocks/0/chart/axis_config/categories/0"),
    (
        chart(series=[{"name": "x", "data": [{"label": "c0", "value": "7"}]}]),
        "/blocks/0/chart/series/0/data/0/value",
    ),
    (table(1, 21), "/blocks/0/rows/0"),
    (actions(), "/blocks/0/elements"),
    (actions(*[button(action_id=str(number)) for number in range(26)]), "/blocks/0/elements"),
    (actions(button(), button()), "action_id already exists: a"),
    (actions(button(text=plain("x" * 76))), "/elements/0/text/text"),
    (actions(button(text=marked())), "/elements/0/text/type"),
    (actions(button(value="x" * 2001)), "/elements/0/value"),
    (actions(button(value="")), "/elements/0/value"),
    (actions(button(url="https://" + "x" * 3000)), "/elements/0/url"),
    (actions(button(action_id="x" * 256)), "/elements/0/action_id"),
    (actions(button(style="green")), "/elements/0/style"),
    (actions(button(confirm={"title": plain()})), "missing required field"),
    (actions(select(options=options(101))), "/elements/0/options"),
    (actions(select(options=options(1, text=plain("x" * 76)))), "/options/0/text"),
    (actions(select(options=options(1, value="x" * 151))), "/options/0/value"),
    (actions(select(options=[])), "/elements/0/options"),
    (actions(select(initial_option=options(3)[2])), "initial options"),
    (actions({"type": "static_select", "action_id": "a"}), "missing required field: options"),
    (actions({"type": "overflow", "action_id": "a", "options": options(6)}), "/options"),
    (actions({"type": "checkboxes", "action_id": "a", "options": options(11)}), "/options"),
    (actions({"type": "multi_external_select", "action_id": "a"}), "/elements/0/type"),
    (rich(rich_section(words(""))), "/elements/0/elements/0/text"),
    (rich(rich_section(words(style={"loud": True}))), "loud"),
    (rich({"type": "rich_text_quote", "elements": [rich_section()]}), "rich_text_section"),
    (rich({"type": "rich_text_list", "elements": [rich_section()]}), "style"),
    (field(label=marked()), "/label/type"),
    (field(button()), "/element/type"),
    (field({"type": "plain_text_input", "max_length": 2, "initial_value": "xxx"}), "max_length"),
]


@pytest.mark.parametrize("block", TAKEN, ids=lambda block: block["type"])
def test_valid_blocks_are_accepted(block: Payload) -> None:
    assert check_message({"blocks": [block]}) == []


@pytest.mark.parametrize(("block", "place"), REFUSED, ids=lambda one: str(one)[:60])
def test_invalid_blocks_are_refused_with_their_path(block: Payload, place: str) -> None:
    problems = check_message({"blocks": [block]})
    assert any(place in problem for problem in problems), problems


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"text": "", "blocks": []},
        {"text": "x" * 40_001},
        {"blocks": [{"type": "divider"}] * 51},
        {"blocks": [section(text=marked("x" * 3000))] * 4 + [section()]},
        {"blocks": [section(block_id="same"), section(block_id="same")]},
        {"blocks": [table(1, 1), table(1, 1)]},
        {"blocks": [chart()] * 3},
    ],
    ids=["nothing", "empty", "text", "many", "long", "block ids", "tables", "charts"],
)
def test_a_message_is_refused_as_a_whole(payload: Payload) -> None:
    assert check_message(payload) != []


@pytest.mark.parametrize(
    ("view", "place"),
    [
        (modal(section(), title=plain("x" * 25)), "/view/title/text"),
        (modal(section(), submit=plain("x" * 25)), "/view/submit/text"),
        (modal(section(), close=plain("x" * 25)), "/view/close/text"),
        (modal(section(), private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(section(), callback_id="x" * 256), "/view/callback_id"),
        (modal(*[{"type": "divider"}] * 101), "/view/blocks"),
        (modal(table(1, 1)), "/view/blocks/0/type"),
        ({"type": "modal", "title": plain(), "blocks": [field()]}, "submit is required"),
        ({"type": "home", "blocks": [section()], "title": plain()}, "title"),
        ({"type": "dialog"}, "/view/type"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_view_is_refused(view: Payload, place: str) -> None:
    problems = check_view(view)
    assert any(place in problem for problem in problems), problems


rubbish = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["button"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "options", "rows", "element", "fields"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(kind=st.sampled_from(sorted(BLOCKS)), rest=st.dictionaries(st.text(max_size=4), rubbish))
def test_rubbish_is_refused_and_breaks_nothing(kind: str, rest: Payload) -> None:
    for block in ({"type": kind, **rest}, {"type": kind, "elements": [rest], "text": rest}):
        check_message({"text": "x", "blocks": [block]})
        check_view({"type": "modal", "title": plain(), "blocks": [block]})


@given(rubbish)
def test_arbitrary_data_is_refused(thing: object) -> None:
    assert check_message({"blocks": [thing]}) != []
    assert check_view({"type": "home", "blocks": thing}) != [] or thing == []


def test_a_view_is_taken() -> None:
    rich_input = field({"type": "rich_text_input", "action_id": "a"}, optional=True)
    assert check_view(modal(rich_input, {"type": "alert", "text": plain(), "level": "info"})) == []
    assert check_view({"type": "home", "blocks": [{"type": "divider"}] * 100}) == []
