"""The text of Slack messages of every kind."""

from typing import Any

import pytest

from handlers.dispatch.message_text import marked_text


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"text": "fallback", "blocks": [{"type": "rich_text", "elements": list(elements)}]}


def section(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(parts)}


WORDS = {"type": "text", "text": "5 < 6"}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "a &lt; b <@U1>"}, "a &lt; b <@U1>"),
        (rich(section(WORDS)), "5 &lt; 6"),
        (
            rich(
                section({"type": "user", "user_id": "U1"}, {"type": "broadcast", "range": "here"}),
                section({"type": "link", "url": "https://x.example/?a=1&b=2", "text": "x"}),
                section({"type": "emoji", "name": "tada", "unicode": "1f389"}),
                section({"type": "emoji", "name": "ours"}),
            ),
            "<@U1><!here>\n<https://x.example/?a=1&amp;b=2|x>\n🎉\n:ours:",
        ),
        (
            rich(
                {"type": "rich_text_list", "style": "ordered", "elements": [section(WORDS)] * 2},
                {"type": "rich_text_quote", "elements": [WORDS]},
                {"type": "rich_text_preformatted", "elements": [WORDS]},
            ),
            "1. 5 &lt; 6\n2. 5 &lt; 6\n&gt; 5 &lt; 6\n5 &lt; 6",
        ),
        (
            {
                "text": "hi",
                "attachments": [
                    {"fallback": "only this"},
                    {"fields": [{"title": "a", "value": "b"}]},
                ],
                "files": [{"name": "invoice.pdf"}],
            },
            "hi\nonly this\na: b\n📎 invoice.pdf",
        ),
        (
            rich(
                {"type": "rich_text_list", "indent": 10**12, "elements": [section(WORDS)]},
                {"type": "rich_text_list", "indent": "1", "offset": {}, "elements": [section()]},
                section({"type": "emoji", "name": "half", "unicode": "d83d"}),
            ),
            f"{'  ' * 8}• 5 &lt; 6\n• \n\ufffd",
        ),
        ({"blocks": 7, "attachments": [7, {"blocks": [[]]}], "files": "f", "text": []}, ""),
    ],
)
def test_message_text_is_read_with_its_marks(message: dict[str, Any], text: str) -> None:
    assert marked_text(message) == text
