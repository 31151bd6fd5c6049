"""Texts that would break a careless message."""

import json

from hypothesis import strategies as st

nasty = st.sampled_from(
    [
        "",
        " ",
        "<!channel>",
        "<@U123>",
        "<https://evil.example|bank>",
        "&amp;&lt;",
        "*b* _i_ `c` ~s~",
        "x" * 70000,
        "あ" * 20000,
        "😀" * 5000,
        "<p>" * 300 + "deep",
        "<li>item" * 3000,
        "<a href='https://x.example/" + "y" * 3000 + "'>z</a>",
        "\u202e\u200b",
        "\n" * 5000,
        "<b>bold</b> <i>it</i> " * 3000,
        "<pre>" + "code\n" * 4000,
        "<blockquote>q" * 500,
        "> q\n" * 900,
        json.dumps([{"name": f"{n}{'写' * 99}<!here>.png", "url": "/f"} for n in range(60)]),
    ]
)
