"""What each fault of LiveAgent makes of a call that writes."""

from bot.domain.errors import LiveAgentError, NotMade, PerhapsMade, Refused
from bot.sandbox.liveagent.faults import Kind

OUTCOMES: list[tuple[Kind, type[LiveAgentError]]] = [
    ("down", NotMade),
    ("rate_limited", NotMade),
    ("error", Refused),
    ("refuse", PerhapsMade),
    ("drop_after", PerhapsMade),
    ("cut_body", PerhapsMade),
    ("empty_body", PerhapsMade),
    ("html_page", PerhapsMade),
]
