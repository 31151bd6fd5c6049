"""Wrong settings of every kind, and their explanations."""

from pathlib import Path

import pytest

from bot.settings import Settings
from tests.checks.conftest import Checker

SECRET = "0123456789abcdef0123456789abcdef"


async def test_with_right_settings_all_is_well(checker: Checker) -> None:
    report = await checker.read()
    assert (report.exit_status, report.overall) == (0, "warning")  # Olga is no longer in Slack
    assert report.named("failed") == []
    assert report.named("warning") == ["agents-in-slack"]
    assert {name.upper() for name in Settings.model_fields} <= set(report.rows)


async def test_all_missing_settings_are_reported_together(checker: Checker) -> None:
    nothing = dict.fromkeys(checker.settings, "")
    report = await checker.read(**nothing)
    assert report.exit_status == 1
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "LIVEAGENT_URL", "LIVEAGENT_API_KEY"):
        assert report[name].status == "failed"
        assert "not set" in report[name].message or "is set" in report[name].message
        assert report[name].advice
    assert report["liveagent-reachable"].message == "not checked: LIVEAGENT_URL failed"


async def test_a_wrong_setting_hides_no_other_check(checker: Checker) -> None:
    report = await checker.read(LIVEAGENT_TIMEZONE="Mars/Olympus", PORT="http", LOG_FORMAT="xml")
    assert report.named("failed") == ["LIVEAGENT_TIMEZONE", "PORT", "LOG_FORMAT"]
    assert "must be a time zone" in report["LIVEAGENT_TIMEZONE"].message
    assert report["liveagent-clock"].message == "not checked: LIVEAGENT_TIMEZONE failed"
    assert report["port"].status == "skipped"
    assert report["liveagent-departments"].status == "ok"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-A0TICKETS-1234567", "belongs in SLACK_APP_TOKEN"),
        ("SLACK_APP_TOKEN", "xoxb-1234567", "belongs in SLACK_BOT_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxp-1234567", "a person's token"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-1234567", "Turn token rotation off"),
        ("SLACK_BOT_TOKEN", "1234567", "does not begin with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-", "unchanged from .env.example"),
        ("SLACK_APP_TOKEN", "xapp-", "unchanged from .env.example"),
        ("SLACK_BOT_TOKEN", '"xoxb-1234567"', "quotation mark around it"),
        ("SLACK_BOT_TOKEN", "xoxb-123 4567", "a space or another invalid character"),
        ("SLACK_BOT_TOKEN", "xoxb-123…4567", "another invalid character"),
        ("LIVEAGENT_API_KEY", " 1234567", "a space or a quotation mark around it"),
        ("LIVEAGENT_API_KEY", "xoxb-1234567", "belongs in SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECRET", "xapp-1-1234567", "belongs in SLACK_APP_TOKEN"),
        ("LIVEAGENT_URL", "acme.ladesk.com", "must look like https://acme.ladesk.com"),
        ("LIVEAGENT_URL", "https://me:hidden-0@acme.ladesk.com", "not contain a user and password"),
        ("SLACK_API_URL", "slack", "It is not an address"),
        ("SLACK_API_URL", "http://[1234567", "It is not an address"),
        ("LIVEAGENT_URL", "http://acme.ladesk.com:1234567", "can't be read"),
        ("DATABASE_URL", "mysql://x", "must look like sqlite"),
        ("DATABASE_URL", "sqlite://", "in memory"),
        ("LIVEAGENT_CALLS_PER_MINUTE", "0", "greater than or equal to 1"),
        ("REPLY_UNDO_SECONDS", "-1", "greater than or equal to 0"),
        ("UNFURL_LINKS", "perhaps", "valid boolean"),
        ("PORT", "99999", "less than or equal to 65535"),
        ("LOG_LEVEL", "LOUD", "'DEBUG', 'INFO'"),
    ],
)
async def test_an_invalid_setting_fails(
    checker: Checker, name: str, value: str, words: str
) -> None:
    report = await checker.read(**{name: value})
    assert report.exit_status == 1
    assert report[name].status == "failed"
    assert words in report[name].text
    assert "1234567" not in str(report)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LIVEAGENT_URL", "https://acme.ladesk.com", "still the example,"),
        ("LIVEAGENT_URL", "http://help.invalid/", "Set LIVEAGENT_URL=https://help.invalid"),
        ("LIVEAGENT_URL", "https://help.invalid/api/", "https://help.invalid is used"),
        ("LIVEAGENT_URL", "https://help.invalid/agent/#Conversation", "more than an address"),
        ("LIVEAGENT_CALLS_PER_MINUTE", "600", "more than LiveAgent allows"),
        ("SLACK_API_URL", "http://slack.invalid/api/", "unencrypted"),
        ("SLACK_SIGNING_SECRET", "secret", "does not look like one"),
    ],
)
async def test_a_doubtful_setting_warns(
    checker: Checker, name: str, value: str, words: str
) -> None:
    report = await checker.read(**{name: value})
    assert report[name].status == "warning"
    assert words in report[name].text


async def test_without_a_transport_both_settings_are_named(checker: Checker) -> None:
    report = await checker.read(SLACK_APP_TOKEN="")
    assert report.named("failed") == ["SLACK_APP_TOKEN"]
    assert "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET" in report["SLACK_APP_TOKEN"].message


async def test_misspelt_names_get_the_right_one(checker: Checker) -> None:
    report = await checker.read(
        LIVEAGENT_KEY="1234567",
        REPLY_UNDO_SECOND="3",
        SLACK_TOKEN="1234567",
        LOGLEVEL="DEBUG",
        HOSTNAME="here",
        SLACK_CLI_DEBUG="1",
    )
    output = report["misspelt-settings"].message
    assert report["misspelt-settings"].status == "warning"
    assert "LIVEAGENT_KEY (did you mean LIVEAGENT_API_KEY?)" in output
    assert "REPLY_UNDO_SECOND (did you mean REPLY_UNDO_SECONDS?)" in output
    assert "SLACK_TOKEN (did you mean SLACK_BOT_TOKEN?)" in output
    assert "LOGLEVEL (did you mean LOG_LEVEL?)" in output
    assert "HOSTNAME" not in output
    assert "SLACK_CLI" not in output
    assert "1234567" not in str(report)


async def test_names_in_the_file_are_looked_at_too(checker: Checker, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LIVEAGENT_TIME_ZONE=UTC\nLOG_LEVEL=loud\n")
    report = await checker.read()
    assert "LIVEAGENT_TIMEZONE" in report["misspelt-settings"].message
    assert report.named("failed") == ["LOG_LEVEL"]


async def test_a_file_that_can_not_be_read(checker: Checker, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"LIVEAGENT_URL=\xff\xfe")
    report = await checker.read()
    assert report.exit_status == 1
    assert "can't be read" in report[".env"].message


async def test_passwords_in_addresses_are_not_shown(checker: Checker, tmp_path: Path) -> None:
    del tmp_path
    url = "postgresql://bot:hidden-1@127.0.0.1:1/x?password=hidden-2"
    status, output = await checker.run(
        DATABASE_URL=url, LIVEAGENT_URL="http://me:hidden-3@127.0.0.1:1"
    )
    assert status == 1
    assert "hidden-" not in output
    assert "postgresql://bot:***@127.0.0.1:1/x" in output


async def test_over_http_the_signing_secret_is_enough(checker: Checker) -> None:
    report = await checker.read(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SECRET)
    assert report.exit_status == 0
    assert report["slack-app-token"].status == "skipped"
    assert "--url https://your.address/slack/events" in report["slack-public-address"].advice


@pytest.mark.parametrize(
    "wrong", [{"KEEP_ROWS_DAYS": "3"}, {"KEEP_BODIES_DAYS": "500"}, {"KEEP_ROWS_DAYS": "soon"}]
)
async def test_keep_rows_days_must_not_be_less_than_keep_bodies_days(
    checker: Checker, wrong: dict[str, str]
) -> None:
    report = await checker.read(**wrong, PORT="none")
    assert report.named("failed") == ["KEEP_ROWS_DAYS", "PORT"]
