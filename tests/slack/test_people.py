"""Who counts as a member of this workspace."""

from typing import Any

import pytest

from bot.domain.errors import Outsider
from bot.slack.people import read_user

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
def test_somebody_who_does_not_count(told: dict[str, Any], outsider: Outsider) -> None:
    assert read_user({**MEMBER, **told}, "T0ACME").outsider is outsider


def test_a_member_of_the_workspace_in_a_larger_organisation() -> None:
    told = {"team_id": "E0ORG", "enterprise_user": {"teams": ["T0ACME", "T1"]}}
    assert read_user({**MEMBER, **told}, "T0ACME").outsider is None


def test_somebody_of_whom_slack_says_little() -> None:
    user = read_user({"id": "U1"}, "T0ACME")
    assert (user.outsider, user.email, user.locale, user.zone) == (None, "", "en-US", "UTC")
