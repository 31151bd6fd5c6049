"""The settings: what is read, what is refused, and that all are explained."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.cli import main
from bot.operations import DEFINITIONS, Hold
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
NEEDED = {
    "SLACK_BOT_TOKEN": "xoxb-secret",
    "SLACK_APP_TOKEN": "xapp-secret",
    "LIVEAGENT_URL": "https://acme.ladesk.com",
    "LIVEAGENT_API_KEY": "key-secret",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_four_settings_are_enough() -> None:
    settings = Settings()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.liveagent_timezone == ZoneInfo("UTC")
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)


def test_a_file_fills_what_the_environment_leaves_open(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LIVEAGENT_TIMEZONE=America/Phoenix\nLIVEAGENT_URL=https://x\n")
    settings = Settings()
    assert settings.liveagent_timezone == ZoneInfo("America/Phoenix")
    assert settings.liveagent_url == "https://acme.ladesk.com"


def test_a_file_that_is_no_text_is_reported_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_bytes(b"LIVEAGENT_API_KEY=\xff")
    assert main(["migrate"]) == 2
    said = capsys.readouterr().err
    assert said == "Can't read .env (UnicodeDecodeError): it must be text in UTF-8.\n"


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.ladesk.com/",
        "https://acme.ladesk.com/api",
        "https://acme.ladesk.com/api/",
        " https://acme.ladesk.com/?x=1#y ",
    ],
)
def test_the_account_is_read_however_it_is_copied(
    environment: pytest.MonkeyPatch, url: str
) -> None:
    environment.setenv("LIVEAGENT_URL", url)
    assert Settings().liveagent_url == "https://acme.ladesk.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVEAGENT_URL", "acme.ladesk.com"),
        ("LIVEAGENT_URL", "https://me:secret@acme.ladesk.com"),
        ("LIVEAGENT_URL", "https://secret@acme.ladesk.com"),
        ("LIVEAGENT_TIMEZONE", "Mars/Olympus"),
        ("LIVEAGENT_WEBHOOK_SECRET", "short-secret"),
        ("LIVEAGENT_WEBHOOK_SECRET", "secret with blanks/and slashes"),
        ("LIVEAGENT_CALLS_PER_MINUTE", "0"),
        ("PORT", "99999"),
        ("METRICS_PORT", "-1"),
        ("KEEP_BODIES_DAYS", "0"),
        ("KEEP_ROWS_DAYS", "1000000000"),
        ("REPLY_UNDO_SECONDS", "inf"),
        ("KEEP_ROWS_DAYS", "-1"),
        ("KEEP_ROWS_DAYS", "6"),
        ("LOG_FORMAT", "xml"),
        ("SLACK_APP_TOKEN", ""),
    ],
)
def test_a_wrong_setting_is_refused_without_being_repeated(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    said = str(caught.value).replace("liveagent_webhook_secret", "")
    assert "secret" not in said


def test_no_secret_is_in_what_is_printed() -> None:
    settings = Settings()
    assert not any(secret in f"{settings} {settings!r}" for secret in settings.secrets)
    assert settings.secrets == ["xoxb-secret", "xapp-secret", "key-secret"]


@pytest.mark.parametrize("file", [".env.example", "docs/settings.md"])
def test_every_setting_is_explained_and_no_other(file: str) -> None:
    text = (ROOT / file).read_text()
    named = set(
        re.findall(
            r"\b(?:SLACK|LIVEAGENT|DATABASE|REPLY|RESOLVE|DELETE|KEEP|MAX|UNFURL|METRICS|LOG|HOST|PORT)(?:_[A-Z0-9]+)*\b",
            text,
        )
    )
    assert named - {"SLACK"} == {name.upper() for name in Settings.model_fields}


def test_each_undo_time_has_its_own_setting(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("REPLY_UNDO_SECONDS", "1")
    environment.setenv("RESOLVE_UNDO_SECONDS", "2")
    environment.setenv("DELETE_UNDO_SECONDS", "0")
    seconds = Settings().hold_seconds
    held = {kind: seconds[row.hold] for kind, row in DEFINITIONS.items() if row.hold != Hold.NONE}
    assert held == {
        "reply": 1,
        "create": 1,
        "resolve": 2,
        "reopen": 2,
        "postpone": 2,
        "wake": 2,
        "mark_answered": 2,
        "spam": 2,
        "delete": 0,
    }
    assert seconds[Hold.NONE] == 0


@pytest.mark.parametrize("url", ["mysql://x", "tickets.db", ""])
def test_an_unsupported_database_url_is_refused(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("DATABASE_URL", url or "x")
    with pytest.raises(ValidationError, match="must look like sqlite"):
        Settings()
