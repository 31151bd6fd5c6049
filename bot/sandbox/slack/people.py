"""Who is in the workspace, as `users.info` tells it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.sandbox.slack.wire import Json

TEAM_ID = "T0ACME"
TEAM_DOMAIN = "acme"
TEAM_NAME = "Acme"
OTHER_TEAM_ID = "T0OTHER"
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


def cast(bot_name: str) -> tuple[User, ...]:
    return (
        User("U0ANN", "ann", "Ann Agent", "ann@acme.example"),
        User(
            "U0ADAM",
            "adam",
            "Adam Admin",
            "adam@acme.example",
            zone="America/New_York",
            is_admin=True,
        ),
        User("U0HANA", "hana", "佐藤 花子", "hanako@acme.example", "ja-JP", "Asia/Tokyo"),
        User("U0SAM", "sam", "Sam Sales", "sam@acme.example"),
        User("U0NORA", "nora", "Nora Nobody", "nora@acme.example"),
        User("U0GUEST", "guest", "Gus Guest", "gus@acme.example", is_restricted=True),
        User("U0GONE", "gone", "Olga Gone", "olga@acme.example", is_deleted=True),
        User("U0UNCONF", "unconf", "Una Unconfirmed", "ann2@acme.example", is_confirmed=False),
        User("U0OTHER", "other", "Otto Other", "otto@other.example", team_id=OTHER_TEAM_ID),
        User(BOT_USER_ID, bot_name, bot_name, is_bot=True),
        User(SLACKBOT_ID, "slackbot", "Slackbot"),
    )


def describe(user: User, now: float, *, with_email: bool, with_locale: bool) -> Json:
    """The `user` of `users.info`; a deactivated one lacks what Slack leaves out for them."""
    described: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.is_deleted,
        "profile": _profile(user, with_email=with_email),
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
    if not user.is_deleted:
        described |= _active(user, now)
        if with_locale:
            described["locale"] = user.locale
    return described


def _profile(user: User, *, with_email: bool) -> Json:
    profile: Json = {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": "" if user.is_bot else user.name,
        "display_name_normalized": "" if user.is_bot else user.name,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "",
        "team": user.team_id,
    }
    if user.is_bot:
        profile |= {"api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    elif with_email and user.email:
        profile["email"] = user.email
    return profile


def _active(user: User, now: float) -> Json:
    there = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(user.zone))
    offset = there.utcoffset()
    active: Json = {
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": user.zone,
        "tz_label": there.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_email_confirmed": user.is_confirmed,
        "who_can_share_contact_card": "EVERYONE",
    }
    if user.is_stranger:
        active["is_stranger"] = True
    return active
