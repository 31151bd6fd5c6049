"""Slack's tokens and scopes, and its way to the bot."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import running
from bot.doctor.slack import SCOPES
from bot.play import sandbox_settings
from bot.sandbox import Sandbox
from bot.sandbox.slack.manifest import Manifest
from tests.doctor.conftest import Doctor, files_in
from tests.doctor.pages import serving

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
    doctor: Doctor, sandbox: Sandbox, error: str, words: str
) -> None:
    sandbox.slack.fail("auth.test", error)
    visit = await doctor.look()
    assert visit.exit_status == 1
    assert visit.named("failed") == ["slack-bot-token"]
    assert words in visit["slack-bot-token"].message
    assert "Copy the “Bot User OAuth Token”" in visit["slack-bot-token"].advice
    assert visit["slack-scopes"].message == "not looked at: slack-bot-token failed"
    assert visit["slack-app-token"].status == "ok"


async def test_a_bot_token_of_nobody(doctor: Doctor) -> None:
    visit = await doctor.look(SLACK_BOT_TOKEN="xoxb-somebody-elses")
    assert "Slack does not know this token" in visit["slack-bot-token"].message


def test_the_scopes_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) - set(scopes["bot_optional"]) == SCOPES


async def test_scopes_that_are_missing(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.slack.workspace.app = scoped(sandbox, without={"users:read.email", "chat:write"})
    visit = await doctor.look()
    assert visit.named("failed") == ["slack-scopes"]
    assert "lacks chat:write, users:read.email" in visit["slack-scopes"].message
    assert "reinstall the app" in visit["slack-scopes"].advice
    assert "see slack-scopes" in visit["agents-in-slack"].message


async def test_optional_scopes_are_not_missed(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.slack.workspace.app = scoped(sandbox, without={"channels:history", "groups:history"})
    assert (await doctor.look())["slack-scopes"].status == "ok"


async def test_scopes_for_links_are_needed_where_links_are_used(
    doctor: Doctor, sandbox: Sandbox
) -> None:
    sandbox.slack.workspace.app = scoped(sandbox, without={"links:read", "links:write"})
    assert (await doctor.look())["slack-scopes"].status == "failed"
    assert (await doctor.look(UNFURL_LINKS="false"))["slack-scopes"].status == "ok"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("invalid_auth", "Slack does not know this token"),
        ("missing_scope", "lacks a scope"),
        ("internal_error", "did not accept apps.connections.open (internal_error)"),
    ],
)
async def test_an_app_token_that_slack_refuses(
    doctor: Doctor, sandbox: Sandbox, error: str, words: str
) -> None:
    sandbox.slack.fail("apps.connections.open", error)
    visit = await doctor.look()
    assert visit.named("failed") == ["slack-app-token"]
    assert words in visit["slack-app-token"].message
    assert "connections:write" in visit["slack-app-token"].advice
    assert "Socket Mode is turned on" in visit["slack-app-token"].advice


async def test_tokens_of_two_apps(doctor: Doctor, sandbox: Sandbox) -> None:
    visit = await doctor.look(SLACK_APP_TOKEN=sandbox.slack.another_apps_token)
    assert visit.named("failed") == ["slack-one-app"]
    assert "A0OTHER" in visit["slack-one-app"].message
    assert "A0TICKETS" in visit["slack-one-app"].message


async def test_slack_out_of_reach_is_said_once(doctor: Doctor) -> None:
    visit = await doctor.look(SLACK_API_URL="http://127.0.0.1:1/api/")
    assert visit.named("failed") == ["slack-reachable"]
    assert "the connection is refused" in visit["slack-reachable"].message
    assert visit["agents-in-slack"].message == "not looked at: slack-reachable failed"
    assert visit["liveagent-clock"].status == "ok"


async def test_an_address_that_is_not_slacks(doctor: Doctor, sandbox: Sandbox) -> None:
    visit = await doctor.look(SLACK_API_URL=f"{sandbox.slack.url}/page/")
    assert "not as Slack's API does (HTTP 404)" in visit["slack-reachable"].message


async def test_a_running_bot_keeps_its_connection_and_nothing_is_written(
    doctor: Doctor, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = sandbox.liveagent.account.journal.copy()
    await doctor.look()
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
    doctor: Doctor, sandbox: Sandbox, tmp_path: Path
) -> None:
    over_http = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": sandbox.slack.signing_secret}
    another = {"SLACK_SIGNING_SECRET": SECRET}
    settings = sandbox_settings(sandbox, tmp_path, socket_mode=False)
    async with running(settings) as bot:
        url = f"http://127.0.0.1:{bot.port}"
        visit = await doctor.look("--url", url, **over_http)
        assert visit["slack-public-address"].status == "warning"
        assert "leads to the bot, but without encryption" in visit["slack-public-address"].message
        visit = await doctor.look("--url", url, **over_http | another)
        assert visit["slack-public-address"].status == "failed"
        assert "does not accept this signing secret" in visit["slack-public-address"].message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("your.address", "is no address"),
        ("http://[", "is no address"),
        ("http://127.0.0.1:1/slack/events", "can't be reached"),
    ],
)
async def test_a_public_address_that_leads_nowhere(doctor: Doctor, url: str, words: str) -> None:
    visit = await doctor.look("--url", url, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SECRET)
    assert visit["slack-public-address"].status == "failed"
    assert words in visit["slack-public-address"].message


async def test_a_public_address_of_somebody_else(doctor: Doctor) -> None:
    async with serving(lambda _: web.Response(text="hello")) as url:
        visit = await doctor.look("--url", url, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SECRET)
    assert "not the bot (HTTP 200)" in visit["slack-public-address"].message


def scoped(sandbox: Sandbox, *, without: set[str]) -> Manifest:
    app = sandbox.slack.workspace.app
    return replace(app, scopes=app.scopes - without)
