"""One id connects an action in Slack with LiveAgent's answer through all logs."""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.slack import Person
from tests.journeys.acting import open_form
from tests.journeys.starting import UNDO_SECONDS, started_bot

Start = Callable[..., AbstractAsyncContextManager[Bot]]
REPLY = "POST conversations/{id}/messages"
WORDS = "It left today."


@pytest.fixture
def start(sandbox: Sandbox, folder: Path) -> Start:
    """Starts a bot that logs as in earnest; one after the other."""

    def start(undo_seconds: float = UNDO_SECONDS) -> AbstractAsyncContextManager[Bot]:
        logs.set_up("INFO", "json", [])
        return started_bot(sandbox, folder, transport="socket", undo_seconds=undo_seconds)

    return start


def logged(capsys: pytest.CaptureFixture[str]) -> Sequence[dict[str, Any]]:
    """What has been logged since, line by line."""
    output = capsys.readouterr().err
    assert WORDS not in output
    return [json.loads(line) for line in output.splitlines()]


async def reply(ann: Person) -> None:
    form = await open_form(ann, "Reply", "To: John Owner")
    await ann.submits(await ann.fills(form, {"Message": WORDS}))


def about(lines: Sequence[dict[str, Any]], reference: str) -> list[dict[str, Any]]:
    return [line for line in lines if line.get("reference") == reference]


async def test_from_the_form_in_one_bot_to_the_answer_that_another_got(
    sandbox: Sandbox, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = sandbox.slack.person("ann")
    async with start():
        await reply(ann)
        held = await ann.wait_for("Send now")
    lines = logged(capsys)
    (stored,) = (line for line in lines if line["event"] == "operation stored")
    reference = stored["reference"]
    assert [line["event"] for line in about(lines, reference)][:2] == [
        "submission",
        "operation stored",
    ]

    async with start():
        await ann.clicks(held, "Send now")
        await ann.wait_for("Sent to john@owner.com")
    lines = logged(capsys)
    (decided,) = (line for line in lines if line["event"] == "decision stored")
    assert decided["operation"] == reference != decided["reference"]
    followed = about(lines, reference)
    (answer,) = (line for line in followed if line.get("call") == REPLY)
    assert (answer["event"], answer["outcome"]) == ("liveagent", "ok")
    assert answer["seconds"] >= 0
    (end,) = (line for line in followed if line["event"] == "operation ended")
    assert (end["state"], end["row"], end["kind"]) == ("done", stored["row"], "reply")
    assert [line["state"] for line in followed if line["event"] == "notice sent"][-1:] == ["done"]


async def test_notices_of_trouble_contain_the_error_id(
    sandbox: Sandbox, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = sandbox.slack.person("ann")
    async with start(undo_seconds=0):
        sandbox.liveagent.faults.add(Fault(kind="error", calls="writes", message="No mail today"))
        await reply(ann)
        refused = await ann.wait_for("LiveAgent couldn't do this")
    match = re.search("Error ID for your admin: (\\w+)", str(refused.blocks))
    assert match
    events = [line["event"] for line in about(logged(capsys), match[1])]
    steps = {"submission", "operation stored", "liveagent", "operation ended", "notice sent"}
    assert steps <= set(events)
