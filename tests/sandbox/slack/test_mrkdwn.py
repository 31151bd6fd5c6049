"""Mrkdwn is parsed into rich text."""

from typing import Any

import pytest

from bot.sandbox.slack.mrkdwn import as_rich_text


def section(*elements: dict[str, Any], kind: str = "section") -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(elements)}


def words(text: str, *styles: str) -> dict[str, Any]:
    style = {"style": dict.fromkeys(styles, True)} if styles else {}
    return {"type": "text", "text": text, **style}


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("", []),
        ("a &lt;b&gt; &amp;amp; c", [section(words("a <b> &amp; c"))]),
        ("*a _b_*", [section(words("a ", "bold"), words("b", "bold", "italic"))]),
        ("2 * 3 * 4 snake_case_name", [section(words("2 * 3 * 4 snake_case_name"))]),
        ("`*a* <x|y>`", [section(words("*a* y", "code"))]),
        ("x\n&gt; y\n> z", [section(words("x")), section(words("y\nz"), kind="quote")]),
        ("```\n*a*\n```", [section(words("*a*\n"), kind="preformatted")]),
        (
            "<@U1> <#C1>",
            [
                section(
                    {"type": "user", "user_id": "U1"},
                    words(" "),
                    {"type": "channel", "channel_id": "C1"},
                )
            ],
        ),
        ("<!here>", [section({"type": "broadcast", "range": "here"})]),
        (
            "~<https://x.example/?a&amp;b|the *page*>~",
            [
                section(
                    {
                        "type": "link",
                        "url": "https://x.example/?a&b",
                        "text": "the *page*",
                        "style": {"strike": True},
                    }
                )
            ],
        ),
        (
            "<mailto:a@x.example>",
            [section({"type": "link", "url": "mailto:a@x.example", "text": "a@x.example"})],
        ),
        (
            "<!date^1700000000^{time}|22:13 UTC>",
            [
                section(
                    {
                        "type": "date",
                        "timestamp": 1_700_000_000,
                        "format": "{time}",
                        "fallback": "22:13 UTC",
                    }
                )
            ],
        ),
    ],
)
def test_mrkdwn_as_rich_text(text: str, elements: list[dict[str, Any]]) -> None:
    assert as_rich_text(text) == elements
