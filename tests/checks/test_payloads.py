"""Slack itself validates what the bot shows."""

import json

import pytest
from aiohttp import web

from blocks.text import Post
from bot.checks.samples import samples
from bot.sandbox import Sandbox
from bot.sandbox.slack import check_message, check_view
from tests.checks.conftest import Checker, Row
from tests.checks.pages import serving
from tests.gallery.desk import ENGLISH
from tests.gallery.kinds import KINDS


async def test_every_kind_is_taken(checker: Checker, sandbox: Sandbox) -> None:
    report = await checker.read()
    assert report["slack-payloads"].status == "ok"
    judged = sandbox.slack.calls("blocks.validate")
    assert report["slack-payloads"].message == f"all {len(judged)} kinds of messages and forms"
    assert all(call.answer["ok"] for call in judged)
    assert {*judged[0].arguments, *judged[-1].arguments} == {"message", "view"}
    assert not sandbox.slack.calls("chat.postMessage")


async def test_slacks_refusal_is_reported_with_path_and_constraint(checker: Checker) -> None:
    """As docs.slack.dev has the answer."""
    refusal = {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [
            {
                "code": "failed_constraint",
                "message": "unsupported type: invalid",
                "pointer": "/0/text/type",
                "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"]},
            }
        ],
    }
    report = await look_at(checker, refusal)
    assert report.status == "failed"
    assert "card: /0/text/type unsupported type: invalid (failed_constraint), " in report.message
    assert '"expected": ["plain_text", "mrkdwn"]' in report.message
    assert "report it" in report.advice


@pytest.mark.parametrize("error", ["unknown_method", "ratelimited", "fatal_error"])
async def test_the_check_is_skipped_if_slack_lacks_the_method(checker: Checker, error: str) -> None:
    row = await look_at(checker, {"ok": False, "error": error})
    assert (row.status, error in row.message) == ("skipped", True)


async def look_at(checker: Checker, answer: object) -> Row:
    """What the checker says where Slack answers this about payloads."""
    identity = {"ok": True, "team_id": "T1", "user_id": "U1", "bot_id": "B1", "user": "bot"}

    def slack(request: web.Request) -> web.Response:
        is_asked = request.path.endswith("blocks.validate")
        return web.json_response(answer if is_asked else identity)

    async with serving(slack) as url:
        return (await checker.read(SLACK_API_URL=f"{url}/api/"))["slack-payloads"]


def test_there_is_a_sample_of_every_form_of_the_gallery() -> None:
    made = dict(samples("U0ANN"))
    for sample in made.values():
        if isinstance(sample, Post):
            assert not check_message(sample.to_dict())
        else:
            assert not check_view(sample.to_dict())
    ours = {json.dumps(each.to_dict().get("callback_id")) for each in made.values()}
    shown = [sample.shown for kind in KINDS.values() for sample in kind(ENGLISH)]
    views = [each for each in shown if hasattr(each, "callback_id")]
    assert {json.dumps(each.callback_id) for each in views if each.callback_id} <= ours
