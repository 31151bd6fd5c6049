"""The names that Slack sends back. Old cards stand in channels for years: never rename one."""

from enum import StrEnum


class Id(StrEnum):
    OPEN_TICKET = "open_ticket"
    REFRESH_CARD = "refresh_card"
    SHOW_CONVERSATION = "show_conversation"
    TURN_PAGE = "turn_page"
    OPEN_IN_LIVEAGENT = "open_in_liveagent"
    SHOW_QUEUE = "show_queue"
    SHOW_HELP = "show_help"
    CONVERSATION = "conversation"
