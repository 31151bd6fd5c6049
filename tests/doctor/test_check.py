"""`python -m bot check`: each kind of wrong setting is named, with what to do about it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import MANIFEST
from bot.doctor import examine
from bot.doctor.finding import Finding, Verdict
from bot.doctor.slack import HISTORY, NEEDED
from bot.sandbox import Sandbox, open_sandbox
from bot.settings import Settings
from bot.storage.database import Database


@pytest.fixture
def manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text())
    return manifest


@pytest.fixture
async def sandbox(manifest: dict[str, Any]) -> AsyncIterator[Sandbox]:
    async with open_sandbox(manifest) as sandbox:
        yield sandbox


@pytest.fixture
def environment(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> pytest.MonkeyPatch:
    """Everything is right."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    given = {
        "SLACK_BOT_TOKEN": sandbox.slack.bot_token,
        "SLACK_APP_TOKEN": sandbox.slack.app_token,
        "SLACK_API_URL": sandbox.slack.api_url,
        "LIVEAGENT_URL": sandbox.liveagent.url,
        "LIVEAGENT_API_KEY": sandbox.liveagent.api_key,
        "DATABASE_URL": f"sqlite:///{tmp_path}/tickets.sqlite3",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


async def found(check: str) -> Finding:
    """What is said of it; the gravest first."""
    findings = [finding async for finding in examine() if finding.check == check]
    return max(findings, key=lambda each: each.verdict is not Verdict.OK)


async def check(*options: str) -> tuple[int, str]:
    """As somebody types it: the exit status, and what they read."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check", *options),
        env={**os.environ, "PYTHONPATH": str(MANIFEST.parent)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


@pytest.mark.usefixtures("environment")
async def test_nothing_is_wrong(sandbox: Sandbox, tmp_path: Path) -> None:
    status, said = await check()
    assert status == 0
    assert "Departments: Support" in said
    assert "LiveAgent's clock goes by UTC." in said
    assert "failed" not in said
    assert "\033" not in said  # no terminal
    assert sandbox.slack.bot_token not in said
    assert sandbox.liveagent.api_key not in said
    assert not (tmp_path / "tickets.sqlite3").exists()
    assert {call.verb for call in sandbox.liveagent.account.journal} == {"GET"}


async def test_machines_read_it_too(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LIVEAGENT_API_KEY", "v3-key")
    status, said = await check("--json")
    assert status == 1
    told = json.loads(said)
    assert told["is_well"] is False
    key = next(each for each in told["checks"] if each["check"] == "LIVEAGENT_API_KEY")
    assert key["verdict"] == "failed"
    assert "version 3" in key["message"]


async def test_all_settings_that_are_wrong_are_named_at_once(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("SLACK_BOT_TOKEN")
    environment.delenv("SLACK_APP_TOKEN")
    environment.setenv("LIVEAGENT_URL", "acme")
    environment.setenv("PORT", "a")
    status, said = await check()
    assert status == 1
    assert "SLACK_BOT_TOKEN: It is missing." in said
    assert "LIVEAGENT_URL: must look like https://acme.ladesk.com" in said
    assert "PORT: " in said
    assert "SLACK_APP_TOKEN" in said
    assert "DATABASE_URL: The settings have to be right first." in said


async def test_neither_way_in(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_APP_TOKEN")
    assert "SLACK_SIGNING_SECRET" in (await found("settings")).message


WRONG = [
    ("SLACK_BOT_TOKEN", "xoxb-wrong", "SLACK_BOT_TOKEN", "Slack refuses it (invalid_auth)."),
    ("SLACK_BOT_TOKEN", "xoxb-", "SLACK_BOT_TOKEN", "it is the example's"),
    ("SLACK_BOT_TOKEN", "xapp-1", "SLACK_BOT_TOKEN", "This is an app token."),
    ("SLACK_BOT_TOKEN", "xoxp-1", "SLACK_BOT_TOKEN", "This is a user's token."),
    ("SLACK_APP_TOKEN", "xapp-wrong", "SLACK_APP_TOKEN", "Slack refuses it (invalid_auth)."),
    ("SLACK_APP_TOKEN", "xoxb-1", "SLACK_APP_TOKEN", "This is a bot token."),
    ("SLACK_API_URL", "http://127.0.0.1:9/api/", "SLACK_BOT_TOKEN", "does not answer auth.test"),
    ("LIVEAGENT_API_KEY", "wrong", "LIVEAGENT_API_KEY", "LiveAgent refuses it (401"),
    ("LIVEAGENT_API_KEY", "v3-key", "LIVEAGENT_API_KEY", "a key of version 3"),
    ("LIVEAGENT_URL", "http://127.0.0.1:9", "LIVEAGENT_URL", "It can't be reached"),
    ("LIVEAGENT_URL", "http://nowhere.invalid", "LIVEAGENT_URL", "No such host: nowhere.invalid"),
    ("LIVEAGENT_URL", "http://nowhere.invalid/", "LIVEAGENT_URL", "unencrypted"),
    ("LIVEAGENT_TIMEZONE", "America/Phoenix", "LIVEAGENT_TIMEZONE", "is wrong by 420 minutes"),
    ("LIVEAGENT_CALLS_PER_MINUTE", "500", "LIVEAGENT_CALLS_PER_MINUTE", "allows 180 calls"),
    ("LIVEAGENT_TIMEZON", "UTC", "LIVEAGENT_TIMEZON", "Nothing reads it."),
    ("DATABASE_URL", "sqlite:////no/such/folder/a.db", "DATABASE_URL", "There is no folder"),
    ("DATABASE_URL", "postgresql://u:pass@127.0.0.1:9/x", "DATABASE_URL", "It can't be opened"),
]


@pytest.mark.parametrize(("name", "value", "where", "says"), WRONG)
async def test_what_is_wrong_is_named_with_what_to_do(
    environment: pytest.MonkeyPatch, name: str, value: str, where: str, says: str
) -> None:
    environment.setenv(name, value)
    findings = [finding async for finding in examine() if finding.check == where]
    fitting = [finding for finding in findings if says in finding.message]
    assert fitting, findings
    assert fitting[0].verdict in {Verdict.FAILED, Verdict.WARNING}
    assert fitting[0].advice
    assert value not in {each.message for each in findings}
    assert "pass@" not in str(findings)


async def test_what_is_no_liveagent(environment: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    environment.setenv("LIVEAGENT_URL", sandbox.slack.url)
    assert "No API of LiveAgent answers there" in (await found("LIVEAGENT_URL")).message


async def test_the_zone_that_would_fit_is_told(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LIVEAGENT_TIMEZONE", "Asia/Tokyo")
    assert (await found("LIVEAGENT_TIMEZONE")).advice == (
        "Set a zone that has the offset UTC+00:00 just now. UTC would fit."
    )


async def test_a_scope_that_was_not_granted(
    environment: pytest.MonkeyPatch, manifest: dict[str, Any]
) -> None:
    manifest["oauth_config"]["scopes"]["bot"].remove("links:write")
    manifest["oauth_config"]["scopes"]["bot_optional"] = []
    async with open_sandbox(manifest) as other:
        environment.setenv("SLACK_API_URL", other.slack.api_url)
        environment.setenv("SLACK_BOT_TOKEN", other.slack.bot_token)
        finding = await found("Slack's scopes")
    assert finding.message == "The app may not: links:write."
    assert "install the app again" in finding.advice


def test_the_scopes_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == NEEDED
    assert set(scopes["bot_optional"]) == HISTORY


@pytest.mark.usefixtures("environment")
async def test_agents_whom_no_slack_user_maps_to() -> None:
    finding = await found("agents")
    assert finding.verdict is Verdict.WARNING
    assert "4 of 5 agents" in finding.message
    assert finding.message.endswith("Not: Olga Owner <olga@acme.example>.")


@pytest.mark.usefixtures("environment")
async def test_with_liveagent_down_the_rest_is_checked(sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("down")
    findings = {finding.check: finding async for finding in examine()}
    assert findings["LIVEAGENT_URL"].verdict is Verdict.FAILED
    assert findings["SLACK_BOT_TOKEN"].verdict is Verdict.OK
    assert findings["agents"].verdict is Verdict.SKIPPED
    assert findings["DATABASE_URL"].verdict is Verdict.OK


async def test_http_needs_no_app_token(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SLACK_APP_TOKEN")
    environment.setenv("SLACK_SIGNING_SECRET", "secret")
    assert "/slack/events" in (await found("SLACK_SIGNING_SECRET")).message


async def test_how_far_a_database_is(database_url: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", database_url)
    database = Database(database_url)
    await database.migrate("0003")
    assert "of an older version" in (await found("DATABASE_URL")).message
    await database.migrate()
    assert "of this version" in (await found("DATABASE_URL")).message
    await database.close()
