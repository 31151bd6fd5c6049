"""The people in the workspace, as `users.info` describes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bot.sandbox.slack.wire import Json

TEAM_ID = "T0ACME"
TEAM_DOMAIN = "acme"
TEAM_NAME = "Acme"
APP_ID = "A0TICKETS"
OTHER_APP_ID = "A0OTHER"
BOT_ID = "B0BOT"
BOT_USER_ID = "U0BOT"
SLACKBOT_ID = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    real_name: str
    email: str = ""
    locale: str = "en-US"
    zone: str = "Europe/London"
    role: str = ""  # as the page tells it
    team_id: str = TEAM_ID
    is_admin: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    is_deleted: bool = False
    is_confirmed: bool = True

    @property
    def is_stranger(self) -> bool:
        return self.team_id != TEAM_ID

    @property
    def can_act(self) -> bool:
        return not (self.is_bot or self.is_deleted)


WORLD: Json = yaml.safe_load(Path(__file__).with_name("workspace.yml").read_text(encoding="utf-8"))


def cast(bot_name: str) -> tuple[User, ...]:
    bot = User(BOT_USER_ID, bot_name, bot_name, is_bot=True)
    return (*(User(**one) for one in WORLD["people"]), bot)


def describe(user: User, now: float, *, with_email: bool, with_locale: bool) -> Json:
    """Returns the `user` of `users.info`; some fields are missing for deactivated ones."""
    profile = {"real_name": user.real_name, "display_name": "" if user.is_bot else user.name}
    if with_email and user.email:
        profile["email"] = user.email
    described: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.is_deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
    }
    if not user.is_deleted:
        there = datetime.fromtimestamp(now, ZoneInfo(user.zone))
        described |= {
            "real_name": user.real_name,
            "tz": user.zone,
            "tz_offset": int((there.utcoffset() or timedelta()).total_seconds()),
            "is_admin": user.is_admin,
            "is_restricted": user.is_restricted,
            "is_ultra_restricted": False,
            "is_email_confirmed": user.is_confirmed,
        }
        described |= {"locale": user.locale} if with_locale else {}
        described |= {"is_stranger": True} if user.is_stranger else {}
    return described
