"""The type of Slack's payloads, and its refusals."""

from typing import Any

Json = dict[str, Any]


class SlackRefused(Exception):
    """A refusal of a Web API method: Slack's error code, and further fields."""

    def __init__(self, error: str, **details: object) -> None:
        super().__init__(error)
        self.error = error
        self.details = details


def invalid(error: str, problems: list[str]) -> SlackRefused:
    return SlackRefused(error, response_metadata={"messages": problems})
