"""Slack users, and whether they count as members of this workspace."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.cache import Cache
from bot.domain.calendar import zone_info
from bot.domain.errors import Outsider, SlackDoesNotAnswer
from bot.domain.people import SlackUser
from bot.slack.client import Slack

USER_SECONDS = 300.0
LANGUAGE_SECONDS = 5.0  # it may be changed through another bot
SLACKBOT = "USLACKBOT"


class People:
    """Slack's members, cached. Their chosen language takes precedence over Slack's locale."""

    def __init__(
        self,
        slack: Slack,
        *,
        language_of: Callable[[str], Awaitable[str]],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        async def look_up(user_id: str) -> SlackUser:
            try:
                info = await slack.user(user_id)
            except SlackDoesNotAnswer as error:
                if error.why != "user_not_found":
                    raise
                return SlackUser(user_id, "", "", "UTC", outsider=Outsider.DEACTIVATED)
            return read_user(info, (await slack.identity()).team_id)

        self._look_up = look_up
        self._users = Cache(
            look_up, seconds=USER_SECONDS, outages=(SlackDoesNotAnswer,), timer=timer
        )
        self._languages = Cache(language_of, seconds=LANGUAGE_SECONDS, timer=timer)

    async def find(self, user_id: str) -> SlackUser:
        user, language = await self._users.get(user_id), await self._languages.get(user_id)
        return replace(user, locale=language or user.locale)

    async def find_now(self, user_id: str) -> SlackUser:
        """Works as `find` but asks Slack again, before a write in the user's name."""
        user, language = await self._look_up(user_id), await self._languages.get(user_id)
        return replace(user, locale=language or user.locale)

    def forget_language(self, user_id: str) -> None:
        """Drops the cached language, after the user has chosen another."""
        self._languages.forget(user_id)


def read_user(info: Mapping[str, Any], team_id: str) -> SlackUser:
    """Returns the user in the `user` of `users.info`."""
    profile = info.get("profile") or {}
    return SlackUser(
        id=str(info.get("id") or ""),
        email=str(profile.get("email") or "").strip(),
        locale=str(info.get("locale") or "en-US"),
        zone=zone_info(str(info.get("tz") or "UTC")).key,
        name=str(profile.get("real_name") or profile.get("display_name") or info.get("name") or ""),
        outsider=_outsider(info, team_id),
    )


def _outsider(info: Mapping[str, Any], team_id: str) -> Outsider | None:
    """Counts an address as confirmed unless Slack denies it, because Slack may omit the field."""
    enterprise = info.get("enterprise_user") or {}
    teams = {info.get("team_id") or team_id, *(enterprise.get("teams") or ())}
    if info.get("is_stranger") or team_id not in teams:
        return Outsider.ANOTHER_WORKSPACE
    if info.get("deleted"):
        return Outsider.DEACTIVATED
    if info.get("is_bot") or info.get("id") == SLACKBOT:
        return Outsider.BOT
    if info.get("is_restricted") or info.get("is_ultra_restricted"):
        return Outsider.GUEST
    if info.get("is_email_confirmed") is False:
        return Outsider.UNCONFIRMED
    return None
