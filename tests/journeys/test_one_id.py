"""One id connects an action in Slack with LiveAgent's answer through all logs."""

import json
import re
import signal
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.slack import Person
from tests.journeys.acting import open_form
from tests.journeys.test_process import environment_of, start

REPLY = "POST conversations/{id}/messages"
WORDS = "It left today."


async def ended(bot: Process) -> Sequence[dict[str, Any]]:
    """What it has logged, line by line."""
    bot.send_signal(signal.SIGTERM)
    _, said = await bot.communicate()
    assert WORDS not in said.decode()
    return [json.loads(line) for line in said.decode().splitlines()]


async def reply(ann: Person) -> None:
    form = await open_form(ann, "Reply", "To: John Owner")
    await ann.submits(await ann.fills(form, {"Message": WORDS}))


def about(lines: Sequence[dict[str, Any]], reference: str) -> list[dict[str, Any]]:
    return [line for line in lines if line.get("reference") == reference]


async def test_from_the_form_in_one_bot_to_the_answer_that_another_got(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    given = environment_of(sandbox, tmp_path, LOG_LEVEL="INFO", REPLY_UNDO_SECONDS="600")
    ann = sandbox.slack.person("ann")
    first = await start("run", given)
    await sandbox.slack.wait_for_connections()
    await reply(ann)
    held = await ann.wait_for("Send now")
    lines = await ended(first)
    (stored,) = (line for line in lines if line["event"] == "stored")
    reference = stored["reference"]
    assert [line["event"] for line in about(lines, reference)][:2] == ["submission", "stored"]

    second = await start("run", given)
    await sandbox.slack.wait_for_connections()
    await ann.clicks(held, "Send now")
    await ann.wait_for("Sent to john@owner.com")
    lines = await ended(second)
    (decided,) = (line for line in lines if line["event"] == "decided")
    assert decided["of"] == reference != decided["reference"]
    followed = about(lines, reference)
    (answer,) = (line for line in followed if line.get("call") == REPLY)
    assert (answer["event"], answer["outcome"]) == ("liveagent", "ok")
    assert answer["seconds"] >= 0
    (end,) = (line for line in followed if line["event"] == "ended")
    assert (end["state"], end["row"], end["kind"]) == ("done", stored["row"], "reply")
    assert [line["state"] for line in followed if line["event"] == "told"][-1:] == ["done"]


async def test_whoever_is_told_of_trouble_is_told_the_id_too(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    given = environment_of(sandbox, tmp_path, LOG_LEVEL="INFO", REPLY_UNDO_SECONDS="0")
    ann = sandbox.slack.person("ann")
    bot = await start("run", given)
    await sandbox.slack.wait_for_connections()
    sandbox.liveagent.faults.add(Fault(kind="error", calls="writes", message="No mail today"))
    await reply(ann)
    refused = await ann.wait_for("LiveAgent couldn't do this")
    told = re.search("Error ID for your admin: (\\w+)", str(refused.blocks))
    assert told
    events = [line["event"] for line in about(await ended(bot), told[1])]
    assert {"submission", "stored", "liveagent", "ended", "told"} <= set(events)
