"""A stand-in for Slack, for people on a page and for tests."""

from bot.sandbox.slack.limits import check_message, check_view
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.seen import Form, NotSeen, SeenMessage
from bot.sandbox.slack.stand_in import SlackStandIn

__all__ = [
    "Form",
    "NotSeen",
    "Person",
    "SeenMessage",
    "SlackStandIn",
    "check_message",
    "check_view",
]
