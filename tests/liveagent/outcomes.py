"""What each fault of LiveAgent makes of a call that writes."""

from bot.domain.errors import LiveAgentError, NotApplied, OutcomeUnknown, Refused
from bot.sandbox.liveagent.faults import Kind

OUTCOMES: list[tuple[Kind, type[LiveAgentError]]] = [
    ("down", NotApplied),
    ("rate_limited", NotApplied),
    ("error", Refused),
    ("refuse", OutcomeUnknown),
    ("drop_after", OutcomeUnknown),
    ("cut_body", OutcomeUnknown),
    ("empty_body", OutcomeUnknown),
    ("html_page", OutcomeUnknown),
]
