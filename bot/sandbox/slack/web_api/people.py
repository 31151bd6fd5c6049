"""`auth.test` and `users.*`."""

from bot.sandbox.slack.people import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    User,
    describe,
)
from bot.sandbox.slack.web_api.arguments import is_set, needed, page
from bot.sandbox.slack.wire import Json, SlackRefused
from bot.sandbox.slack.workspace import Workspace


def introduce_bot(slack: Workspace, _asked: Json) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": slack.app.bot_name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def bot_info(slack: Workspace, asked: Json) -> Json:
    if needed(asked, "bot") != BOT_ID:
        raise SlackRefused("bot_not_found")
    name = slack.app.bot_name
    bot = {"id": BOT_ID, "deleted": False, "name": name, "app_id": APP_ID, "user_id": BOT_USER_ID}
    return {"bot": bot}


def user_info(slack: Workspace, asked: Json) -> Json:
    return {"user": _described(slack, slack.user(needed(asked, "user")), asked)}


def list_users(slack: Workspace, asked: Json) -> Json:
    ours = [user for user in slack.users.values() if not user.is_stranger]
    described = [_described(slack, user, asked) for user in ours]
    members, cursor = page(described, asked, 100, slack.members_a_page)
    return {
        "members": members,
        "cache_ts": int(slack.clock()),
        "response_metadata": {"next_cursor": cursor},
    }


def _described(slack: Workspace, user: User, asked: Json) -> Json:
    return describe(
        user,
        slack.clock(),
        with_email="users:read.email" in slack.app.scopes,
        with_locale=is_set(asked, "include_locale"),
    )
