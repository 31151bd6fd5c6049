"""Slack's tokens and scopes, and the address to which Slack posts."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import running
from bot.checks.slack import SCOPES
from bot.play import sandbox_settings
from bot.sandbox import Sandbox
from bot.sandbox.slack.manifest import Manifest
from tests.checks.conftest import Checker, files_in
from tests.checks.pages import serving

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("invalid_auth", "Slack does not know this token (invalid_auth)"),
        ("account_inactive", "removed from the workspace"),
        ("token_revoked", "The token was revoked"),
        ("token_expired", "token rotation"),
        ("not_allowed_token_type", "another kind of token"),
        ("some_new_error", "did not accept auth.test (some_new_error)"),
    ],
)
async def test_a_bot_token_that_slack_refuses(
    checker: Checker, sandbox: Sandbox, error: str, words: str
) -> None:
    sandbox.slack.fail("auth.test", error)
    report = await checker.read()
    assert report.exit_status == 1
    assert report.named("failed") == ["slack-bot-token"]
    assert words in report["slack-bot-token"].message
    assert "Copy the “Bot User OAuth Token”" in report["slack-bot-token"].advice
    assert report["slack-scopes"].message == "not checked: slack-bot-token failed"
    assert report["slack-app-token"].status == "ok"


async def test_an_unknown_bot_token_is_reported(checker: Checker) -> None:
    report = await checker.read(SLACK_BOT_TOKEN="xoxb-somebody-elses")
    assert "Slack does not know this token" in report["slack-bot-token"].message


def test_the_scopes_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) - set(scopes["bot_optional"]) == SCOPES


async def test_scopes_that_are_missing(checker: Checker, sandbox: Sandbox) -> None:
    sandbox.slack.workspace.app = scoped(sandbox, without={"users:read.email", "chat:write"})
    report = await checker.read()
    assert report.named("failed") == ["slack-scopes"]
    assert "lacks chat:write, users:read.email" in report["slack-scopes"].message
    assert "reinstall the app" in report["slack-scopes"].advice
    assert "see slack-scopes" in report["agents-in-slack"].message


async def test_optional_scopes_are_not_missed(checker: Checker, sandbox: Sandbox) -> None:
    sandbox.slack.workspace.app = scoped(sandbox, without={"channels:history", "groups:history"})
    assert (await checker.read())["slack-scopes"].status == "ok"


async def test_scopes_for_links_are_needed_where_links_are_used(
    checker: Checker, sandbox: Sandbox
) -> None:
    sandbox.slack.workspace.app = scoped(sandbox, without={"links:read", "links:write"})
    assert (await checker.read())["slack-scopes"].status == "failed"
    assert (await checker.read(UNFURL_LINKS="false"))["slack-scopes"].status == "ok"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("invalid_auth", "Slack does not know this token"),
        ("missing_scope", "lacks a scope"),
        ("internal_error", "did not accept apps.connections.open (internal_error)"),
    ],
)
async def test_an_app_token_that_slack_refuses(
    checker: Checker, sandbox: Sandbox, error: str, words: str
) -> None:
    sandbox.slack.fail("apps.connections.open", error)
    report = await checker.read()
    assert report.named("failed") == ["slack-app-token"]
    assert words in report["slack-app-token"].message
    assert "connections:write" in report["slack-app-token"].advice
    assert "Socket Mode is turned on" in report["slack-app-token"].advice


async def test_tokens_of_two_apps(checker: Checker, sandbox: Sandbox) -> None:
    report = await checker.read(SLACK_APP_TOKEN=sandbox.slack.another_apps_token)
    assert report.named("failed") == ["slack-one-app"]
    assert "A0OTHER" in report["slack-one-app"].message
    assert "A0TICKETS" in report["slack-one-app"].message


async def test_slack_out_of_reach_is_reported_once(checker: Checker) -> None:
    report = await checker.read(SLACK_API_URL="http://127.0.0.1:1/api/")
    assert report.named("failed") == ["slack-reachable"]
    assert "the connection is refused" in report["slack-reachable"].message
    assert report["agents-in-slack"].message == "not checked: slack-reachable failed"
    assert report["liveagent-clock"].status == "ok"


async def test_an_address_that_is_not_slacks(checker: Checker, sandbox: Sandbox) -> None:
    report = await checker.read(SLACK_API_URL=f"{sandbox.slack.url}/page/")
    assert "not as Slack's API does (HTTP 404)" in report["slack-reachable"].message


async def test_a_running_bot_keeps_its_connection_and_nothing_is_written(
    checker: Checker, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = sandbox.liveagent.account.journal.copy()
    await checker.read()
    methods = {call.method for call in sandbox.slack.calls()}
    assert methods == {
        "api.test",
        "auth.test",
        "blocks.validate",
        "apps.connections.open",
        "bots.info",
        "users.list",
    }
    calls = sandbox.liveagent.account.journal[len(before) :]
    assert {call.verb for call in calls} == {"GET"}
    assert sandbox.slack.sockets.connections == []
    assert not files_in(tmp_path)


async def test_the_public_address_leads_to_a_bot_with_the_same_secret(
    checker: Checker, sandbox: Sandbox, tmp_path: Path
) -> None:
    over_http = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": sandbox.slack.signing_secret}
    another = {"SLACK_SIGNING_SECRET": SECRET}
    settings = sandbox_settings(sandbox, tmp_path, socket_mode=False)
    async with running(settings) as bot:
        url = f"http://127.0.0.1:{bot.port}"
        report = await checker.read("--url", url, **over_http)
        assert report["slack-public-address"].status == "warning"
        assert "leads to the bot, but without encryption" in report["slack-public-address"].message
        report = await checker.read("--url", url, **over_http | another)
        assert report["slack-public-address"].status == "failed"
        assert "does not accept this signing secret" in report["slack-public-address"].message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("your.address", "is not an address"),
        ("http://[", "is not an address"),
        ("http://127.0.0.1:1/slack/events", "can't be reached"),
    ],
)
async def test_a_public_address_that_leads_nowhere(checker: Checker, url: str, words: str) -> None:
    report = await checker.read("--url", url, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SECRET)
    assert report["slack-public-address"].status == "failed"
    assert words in report["slack-public-address"].message


async def test_a_public_address_of_somebody_else(checker: Checker) -> None:
    async with serving(lambda _: web.Response(text="hello")) as url:
        report = await checker.read("--url", url, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SECRET)
    assert "not the bot (HTTP 200)" in report["slack-public-address"].message


def scoped(sandbox: Sandbox, *, without: set[str]) -> Manifest:
    app = sandbox.slack.workspace.app
    return app.model_copy(update={"scopes": app.scopes - without})
