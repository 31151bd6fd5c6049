"""Who counts as a member of this workspace."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.errors import Outsider
from bot.slack.client import Identity, Slack
from bot.slack.people import LANGUAGE_SECONDS, People, read_user

MEMBER = {
    "id": "U0ANN",
    "team_id": "T0ACME",
    "tz": "Europe/London",
    "locale": "en-GB",
    "is_email_confirmed": True,
    "profile": {"email": "ann@acme.example"},
}


def test_a_member() -> None:
    user = read_user(MEMBER, "T0ACME")
    assert user.outsider is None
    assert (user.email, user.locale, user.zone) == ("ann@acme.example", "en-GB", "Europe/London")


@pytest.mark.parametrize(
    ("told", "outsider"),
    [
        ({"is_restricted": True}, Outsider.GUEST),
        ({"is_ultra_restricted": True}, Outsider.GUEST),
        ({"deleted": True}, Outsider.DEACTIVATED),
        ({"is_bot": True}, Outsider.BOT),
        ({"id": "USLACKBOT"}, Outsider.BOT),
        ({"is_stranger": True}, Outsider.ANOTHER_WORKSPACE),
        ({"team_id": "T0OTHER"}, Outsider.ANOTHER_WORKSPACE),
        ({"is_email_confirmed": False}, Outsider.UNCONFIRMED),
    ],
)
def test_outsiders_are_recognised(told: dict[str, Any], outsider: Outsider) -> None:
    assert read_user({**MEMBER, **told}, "T0ACME").outsider is outsider


def test_a_member_of_the_workspace_in_a_larger_organisation() -> None:
    told = {"team_id": "E0ORG", "enterprise_user": {"teams": ["T0ACME", "T1"]}}
    assert read_user({**MEMBER, **told}, "T0ACME").outsider is None


def test_a_user_with_few_fields_gets_defaults() -> None:
    user = read_user({"id": "U1"}, "T0ACME")
    assert (user.outsider, user.email, user.locale, user.zone) == (None, "", "en-US", "UTC")


@pytest.mark.parametrize("zone", ["Mars/Olympus_Mons", "../etc/passwd", "\0", "Europe"])
def test_an_unknown_zone_becomes_utc(zone: str) -> None:
    """Forms say in which zone their times are."""
    assert read_user({**MEMBER, "tz": zone}, "T0ACME").zone == "UTC"


class OneMember(Slack):
    def __init__(self) -> None:
        self.asked = 0

    async def user(self, user_id: str) -> Mapping[str, Any]:
        self.asked += 1
        return {**MEMBER, "id": user_id}

    async def identity(self) -> Identity:
        return Identity("T0ACME", "U0BOT", "B0BOT")


async def test_a_language_that_was_chosen_at_another_bot_counts_soon() -> None:
    chosen, now, slack = [""], [0.0], OneMember()

    async def language_of(_: str) -> str:
        return chosen[0]

    people = People(slack, language_of=language_of, timer=lambda: now[0])
    assert (await people.find("U0ANN")).locale == "en-GB"
    chosen[0] = "ja"
    people.forget_language("U0ANN")
    assert (await people.find("U0ANN")).locale == "ja"
    chosen[0] = ""
    now[0] += LANGUAGE_SECONDS + 1
    assert (await people.find("U0ANN")).locale == "en-GB"
    assert slack.asked == 1
