"""LiveAgent's address, key, clock and agents."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from tests.checks.conftest import Checker
from tests.checks.pages import serving

RESTING = ("liveagent-api-key", "liveagent-departments", "liveagent-clock", "agents-in-slack")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1", "the connection is refused"),
        ("https://nobody.invalid", "the name does not exist"),
    ],
)
async def test_liveagent_out_of_reach_is_reported_once(
    checker: Checker, url: str, words: str
) -> None:
    report = await checker.read(LIVEAGENT_URL=url)
    assert report.named("failed") == ["liveagent-reachable"]
    assert words in report["liveagent-reachable"].message
    for check in RESTING:
        assert report[check].message == "not checked: liveagent-reachable failed"
    assert report["slack-scopes"].status == "ok"


async def test_a_plain_http_server_behind_an_https_url_is_reported(
    checker: Checker, sandbox: Sandbox
) -> None:
    report = await checker.read(LIVEAGENT_URL=sandbox.liveagent.url.replace("http:", "https:"))
    assert "no encrypted connection" in report["liveagent-reachable"].message


async def test_a_server_other_than_liveagent_never_receives_the_key(checker: Checker) -> None:
    asked: list[str] = []

    def answer(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        return web.Response(status=404, text="<h1>Not here</h1>", content_type="text/html")

    async with serving(answer) as url:
        report = await checker.read(LIVEAGENT_URL=url)
    assert "not as LiveAgent does (HTTP 404" in report["liveagent-reachable"].message
    assert "https://acme.ladesk.com" in report["liveagent-reachable"].advice
    assert asked
    assert not any(checker.settings["LIVEAGENT_API_KEY"] in each for each in asked)


async def test_a_redirects_target_is_suggested(checker: Checker) -> None:
    def answer(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": f"https://new.invalid{request.path}"})

    async with serving(answer) as url:
        report = await checker.read(LIVEAGENT_URL=url)
    assert "Set LIVEAGENT_URL=https://new.invalid" in report["liveagent-reachable"].advice


async def test_a_proxy_before_a_liveagent_that_is_down(checker: Checker, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("html_page")
    report = await checker.read()
    assert "or a proxy before it, is down" in report["liveagent-reachable"].message


async def test_a_liveagent_that_hangs_is_not_waited_for_long(
    checker: Checker, sandbox: Sandbox
) -> None:
    sandbox.liveagent.faults.set("hang")
    report = await checker.read()
    assert report.named("failed") == ["liveagent-reachable"]
    assert "no answer within 8 seconds" in report["liveagent-reachable"].message


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("v3-0123456789", "it may be one of version 3"),
        ("wrong-0123456789", "does not accept the key (401: Invalid API key)"),
    ],
)
async def test_a_key_that_liveagent_refuses(checker: Checker, key: str, words: str) -> None:
    report = await checker.read(LIVEAGENT_API_KEY=key)
    assert report.exit_status == 1
    assert report.named("failed") == ["liveagent-api-key"]
    assert words in report["liveagent-api-key"].message
    assert "Copy the key of version 1" in report["liveagent-api-key"].advice


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(kind="rate_limited", calls="list_departments"), "no more calls this minute"),
        (Fault(kind="error", calls="list_departments"), "refuses GET departments (500"),
        (Fault(kind="refuse", calls="list_departments"), "did not answer"),
    ],
)
async def test_a_liveagent_that_does_not_answer(
    checker: Checker, sandbox: Sandbox, fault: Fault, words: str
) -> None:
    sandbox.liveagent.faults.add(fault)
    report = await checker.read()
    assert report.named("failed") == ["liveagent-api-key"]
    assert words in report["liveagent-api-key"].message


async def test_a_key_that_liveagent_repeats_is_not_printed(
    checker: Checker, sandbox: Sandbox
) -> None:
    said = f"no {sandbox.liveagent.api_key} here"
    sandbox.liveagent.faults.add(Fault(kind="error", calls="list_departments", message=said))
    report = await checker.read()
    assert "no [hidden] here" in report["liveagent-api-key"].message


async def test_departments_are_named(checker: Checker, sandbox: Sandbox) -> None:
    assert "3: Support, Sales" in (await checker.read())["liveagent-departments"].message
    sandbox.liveagent.account.departments = ()
    report = await checker.read()
    assert "lists no departments" in report["liveagent-departments"].message


async def test_another_zone_than_the_settings(checker: Checker, sandbox: Sandbox) -> None:
    sandbox.liveagent.account.zone = ZoneInfo("America/Phoenix")
    report = await checker.read()
    assert report.named("failed") == ["liveagent-clock"]
    assert "LiveAgent's zone is UTC-07:00 now" in report["liveagent-clock"].advice
    assert "LIVEAGENT_TIMEZONE=America/Phoenix" in report["liveagent-clock"].advice
    report = await checker.read(LIVEAGENT_TIMEZONE="America/Phoenix")
    assert report["liveagent-clock"].status == "ok"


@pytest.mark.parametrize("minutes", [7, 15, 60 * 24 * 3])
async def test_a_wrong_clock_is_not_taken_for_a_zone(
    checker: Checker, sandbox: Sandbox, minutes: int
) -> None:
    sandbox.clock.ahead += timedelta(minutes=minutes)
    report = await checker.read()
    assert report["liveagent-clock"].status == "warning"
    assert "one of them is wrong" in report["liveagent-clock"].message


async def test_a_server_that_does_not_tell_its_time(checker: Checker, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.add(Fault(kind="error", calls="read_application", http=404))
    report = await checker.read()
    assert report["liveagent-clock"].status == "warning"
    assert "does not tell its time" in report["liveagent-clock"].message


async def test_agents_whom_slack_does_not_know(checker: Checker, sandbox: Sandbox) -> None:
    sandbox.slack.workspace.members_a_page = 2
    sandbox.slack.workspace.users.pop("U0SAM")
    report = await checker.read()
    row = report["agents-in-slack"]
    assert row.status == "warning"
    assert "3 of 5 agents can use the bot" in row.message
    assert "olga@acme.example (deactivated in Slack)" in row.message
    assert "sam@acme.example (no Slack user)" in row.message
    assert "ann@acme.example" not in row.message
    assert len(sandbox.slack.calls("users.list")) > 2


async def test_no_agent_in_slack_fails_the_check(checker: Checker, sandbox: Sandbox) -> None:
    for user in list(sandbox.slack.workspace.users.values()):
        if user.email and user.id != "U0NORA":
            sandbox.slack.workspace.users.pop(user.id)
    report = await checker.read()
    assert report["agents-in-slack"].status == "failed"
    assert "0 of 5 agents can use the bot" in report["agents-in-slack"].message


async def test_agents_are_found_in_departments_where_there_is_no_list(
    checker: Checker, sandbox: Sandbox
) -> None:
    sandbox.liveagent.faults.add(Fault(kind="error", calls="list_online_agents"))
    assert "4 of 5 agents" in (await checker.read())["agents-in-slack"].message


async def test_slack_that_does_not_name_its_members(checker: Checker, sandbox: Sandbox) -> None:
    sandbox.slack.fail("users.list", "internal_error")
    report = await checker.read()
    assert report["agents-in-slack"].status == "skipped"
    assert "internal_error" in report["agents-in-slack"].message


async def test_a_key_of_version_3_is_tried(checker: Checker, sandbox: Sandbox) -> None:
    assert (await checker.read())["liveagent-v3-key"].message.startswith("none: ")
    key = sandbox.liveagent.api_v3_key
    report = await checker.read(LIVEAGENT_API_V3_KEY=key)
    assert report["liveagent-v3-key"].status == "ok"
    assert report["LIVEAGENT_API_V3_KEY"].message == "set"
    sandbox.liveagent.switches.v3_may_not = frozenset(["list_activity"])
    row = (await checker.read(LIVEAGENT_API_V3_KEY=key))["liveagent-v3-key"]
    assert row.status == "warning"
    assert "may not read who is in them" in row.message
    sandbox.liveagent.switches.v3_may_not = frozenset()
    sandbox.liveagent.switches.v3_ignores_words = True
    row = (await checker.read(LIVEAGENT_API_V3_KEY=key))["liveagent-v3-key"]
    assert "ignores search words" in row.message
    sandbox.liveagent.faults.set("refuse", "list_ticket_rows")
    row = (await checker.read(LIVEAGENT_API_V3_KEY=key))["liveagent-v3-key"]
    assert "did not answer" in row.message


async def test_a_wrong_key_of_version_3_is_reported(checker: Checker) -> None:
    report = await checker.read(LIVEAGENT_API_V3_KEY="v3-another-key")
    assert report.named("failed") == ["liveagent-v3-key"]
    assert "does not accept the key of version 3 (403" in report["liveagent-v3-key"].message
    same = checker.settings["LIVEAGENT_API_KEY"]
    report = await checker.read(LIVEAGENT_API_V3_KEY=same)
    assert report["LIVEAGENT_API_V3_KEY"].message == "It is the key of version 1."
