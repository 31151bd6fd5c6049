"""Builds what all other parts need: storage, LiveAgent, Slack, metrics."""

from dataclasses import dataclass

from bot.app.intervals import Intervals
from bot.app.liveagent import HelpDesk, build_help_desk
from bot.app.stores import Stores, build_stores
from bot.desk.commits import Commits
from bot.domain.clock import Clock
from bot.domain.ref import Account
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack.client import Slack
from bot.slack.files import SlackFiles
from bot.slack.people import People
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Foundation:
    """The settings, the clock, and the clients of the database, LiveAgent and Slack."""

    settings: Settings
    intervals: Intervals
    clock: Clock
    metrics: Metrics
    stores: Stores
    commits: Commits
    help_desk: HelpDesk
    slack: Slack
    slack_files: SlackFiles
    people: People

    @property
    def account(self) -> Account:
        return self.help_desk.desk.account


def build_foundation(
    settings: Settings, intervals: Intervals, clock: Clock, slack: Slack, database: Database
) -> Foundation:
    metrics, stores = Metrics(), build_stores(database, intervals, clock)
    token = settings.slack_bot_token.get_secret_value()
    slack_files = SlackFiles(slack, token, settings.slack_api_url)
    return Foundation(
        settings=settings,
        intervals=intervals,
        clock=clock,
        metrics=metrics,
        stores=stores,
        commits=Commits(clock),
        help_desk=build_help_desk(settings, slack_files, stores, metrics, clock),
        slack=slack,
        slack_files=slack_files,
        people=People(slack, language_of=stores.preferences.language_of),
    )
