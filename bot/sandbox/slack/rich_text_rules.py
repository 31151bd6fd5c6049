"""Rich text: what may stand in what."""

from bot.sandbox.slack.rules import (
    Check,
    anything,
    fields,
    flag,
    many,
    one_of,
    string,
    typed,
    url,
    whole,
)

_STYLES = (
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "client_highlight",
    "unlink",
)
_style = fields({}, dict.fromkeys(_STYLES, flag))
_MOST = 10_000  # no documented limit but the message's own


def _piece(required: dict[str, Check], /, **optional: Check) -> Check:
    return fields({"type": anything} | required, {"style": _style, **optional})


PIECES: dict[str, Check] = {
    "text": _piece({"text": string(_MOST)}),
    "link": _piece({"url": url()}, text=string(_MOST), unsafe=flag),
    "emoji": _piece({"name": string(100)}, unicode=string(100), skin_tone=whole(1, 6), url=url()),
    "user": _piece({"user_id": string(32)}),
    "usergroup": _piece({"usergroup_id": string(32)}),
    "channel": _piece({"channel_id": string(32)}),
    "team": _piece({"team_id": string(32)}),
    "broadcast": _piece({"range": one_of("here", "channel", "everyone")}),
    "color": _piece({"value": string(32)}),
    "date": _piece(
        {"timestamp": whole(0, 2**40), "format": string(500)}, url=url(), fallback=string(_MOST)
    ),
}
_piece_of_any = typed(PIECES)
_border = whole(0, 1)

section = fields(
    {"type": one_of("rich_text_section"), "elements": many(_piece_of_any, _MOST, 0)}, {}
)
PARTS: dict[str, Check] = {
    "rich_text_section": section,
    "rich_text_list": fields(
        {
            "type": anything,
            "style": one_of("bullet", "ordered"),
            "elements": many(typed({"rich_text_section": section}), _MOST),
        },
        {"indent": whole(0, 8), "offset": whole(0), "border": _border},
    ),
    "rich_text_preformatted": fields(
        {"type": anything, "elements": many(typed(PIECES, frozenset({"text", "link"})), _MOST, 0)},
        {"border": _border, "language": string(50)},
    ),
    "rich_text_quote": fields(
        {"type": anything, "elements": many(_piece_of_any, _MOST, 0)}, {"border": _border}
    ),
}
elements = many(typed(PARTS), _MOST)
rich_text = fields({"type": one_of("rich_text"), "elements": elements}, {"block_id": string(255)})
