"""The context of all checks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bot.liveagent.client import LiveAgent
from bot.settings import ReadSettings, Settings
from bot.slack.client import Slack


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What the checks examine and use.

    `public_url` is the URL to which Slack posts, "" if unknown.
    """

    reading: ReadSettings
    session: aiohttp.ClientSession
    slack: Slack
    liveagent: LiveAgent
    public_url: str
    clock: Callable[[], datetime]

    @property
    def settings(self) -> Settings:
        return self.reading.settings

    @property
    def uses_socket(self) -> bool:
        return self.settings.slack_app_token is not None
