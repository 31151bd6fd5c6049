"""Every input is acknowledged and answered in words, and invalid input leaves nothing behind.

Everything here is signed by Slack: the shape of a payload is Slack's, its content is untrusted.
"""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import handlers
from blocks.ids import Id
from blocks.operations import BY_ACTION
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from bot.sandbox.slack.delivery import Ack, Envelope
from bot.sandbox.slack.payloads import event, interaction
from handlers.listeners.choices import OFFERS
from tests.journeys.acting import calls

HUGE = "x" * 50_000
TEXTS = ["", "\x00", "\ud800", "none of ours", "-1", "9" * 400, "a b c d e f g h i", HUGE]
METADATA = [
    "",
    "{",
    "[]",
    '"text"',
    '{"replaces": "x"}',
    '{"seen": []}',
    '{"code": "\\u0000"}',
    HUGE,
]
BLOCKS: list[list[dict[str, Any]]] = [
    [],
    [{"type": "divider", "block_id": "d"}],
    [{"type": "input", "block_id": "i", "element": {"type": "plain_text_input"}}],
]
STATES: list[Any] = [
    None,
    [],
    {"values": []},
    {"values": {"i": None}},
    {"values": {str(name): {str(name): {"value": 7, "selected_option": 7}} for name in Id}},
    {"values": {str(name): {str(name): {"selected_options": [{}, None]}} for name in Id}},
    {"values": {str(name): {str(name): {"rich_text_value": {"elements": 7}}} for name in Id}},
]
AT_ONCE = 8
NAMES_A_BOT = 12


async def send(sandbox: Sandbox, envelopes: list[Envelope]) -> list[Ack]:
    """All are acknowledged."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def deliver(envelope: Envelope) -> Ack:
        async with turns:
            return await sandbox.slack.workspace.deliver(envelope)

    acks = await asyncio.gather(*map(deliver, envelopes))
    refused = [(each.payload, ack.error) for each, ack in zip(envelopes, acks, strict=True)]
    assert [str(each).replace(HUGE, "…") for each in refused if each[1]] == []
    return list(acks)


def some(*names: str) -> pytest.MarkDecorator:
    """Each bot gets several: to start one takes longer than to ask it for one."""
    several = [names[at : at + NAMES_A_BOT] for at in range(0, len(names), NAMES_A_BOT)]
    return pytest.mark.parametrize(
        "names", several, ids=[f"{each[0]} and more" for each in several]
    )


def of_ann(ann: Person, kind: str, **fields: Any) -> Envelope:
    payload = interaction(kind, ann.user) | {"trigger_id": "1.2.rubbish"} | fields
    return Envelope("interactive", payload, takes_answer=True)


def view(callback_id: str, **fields: Any) -> dict[str, Any]:
    return {"id": "V1", "type": "modal", "callback_id": callback_id, "blocks": []} | fields


@pytest.fixture(autouse=True)
def nothing_escapes_and_nothing_is_kept(
    ann: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    assert ann
    before = kept(tmp_path)
    yield
    assert kept(tmp_path) == before
    ours = {"bot", "handlers"}
    escaped = [
        each.getMessage()
        for each in caplog.records
        if each.levelno >= logging.ERROR and each.name.partition(".")[0] not in ours
    ]
    assert escaped == []


def kept(folder: Path) -> list[Any]:
    """What was stored on somebody's wish."""
    tables = "digests", "rounds", "outbox", "audit"
    with sqlite3.connect(folder / "tickets.sqlite3") as database:
        return [database.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


@some(*handlers.COMMANDS, "none of ours", "AX4-B4T-FD8")
async def test_commands(ann: Person, sandbox: Sandbox, names: Sequence[str]) -> None:
    quiet = {"new", "help", "digest", "list", ""}  # what these do needs no words
    payloads = [
        {
            "command": "/ticket",
            "text": f"{word} {text}",
            "user_id": ann.id,
            "team_id": ann.user.team_id,
            "channel_id": "C0SUPPORT",
            "trigger_id": "1.2.rubbish",
            "response_url": "https://127.0.0.1:9/none",
        }
        for word in names
        for text in (TEXTS if word not in quiet else TEXTS[:1])
        if text != "\ud800"  # which no form can hold
    ]
    await send(sandbox, [Envelope("slash_commands", each, takes_answer=True) for each in payloads])


@some(*handlers.ACTIONS, Id.MORE, "none of ours")
async def test_actions(ann: Person, sandbox: Sandbox, names: Sequence[str]) -> None:
    places: list[dict[str, Any]] = [
        {"container": {"type": "message"}, "channel": {"id": "C1"}},
        {"view": view("none of ours", private_metadata="{", state=7)},
    ]
    envelopes = [
        of_ann(
            ann,
            "block_actions",
            actions=[{"action_id": name, "block_id": "b", "value": text}],
            **at,
        )
        for name in names
        for text in TEXTS
        for at in places
    ]
    await send(sandbox, envelopes)
    assert calls(sandbox, "POST") == calls(sandbox, "PUT") == []


@some(*handlers.SUBMISSIONS, *BY_ACTION, "none of ours")
async def test_submissions(ann: Person, sandbox: Sandbox, names: Sequence[str]) -> None:
    envelopes = [
        of_ann(ann, "view_submission", view=view(name, private_metadata=metadata, state=None))
        for name in names
        for metadata in METADATA
    ]
    envelopes += [
        of_ann(
            ann,
            "view_submission",
            view=view(name, private_metadata="{}", blocks=blocks, state=state),
        )
        for name in names
        for blocks in BLOCKS
        for state in STATES
    ]
    for envelope, ack in zip(envelopes, await send(sandbox, envelopes), strict=True):
        if ack.answer or envelope.payload["view"]["callback_id"] in {Id.FIND, Id.POSTPONE_TIMES}:
            continue  # a filter of nothing is one, and nobody needs times of their own
        raise AssertionError(f"the form closed without a word: {json.dumps(envelope.payload)}")


async def test_shortcuts(ann: Person, sandbox: Sandbox) -> None:
    messages: list[dict[str, Any]] = [
        {},
        {"text": 7, "ts": []},
        {"text": HUGE, "thread_ts": {}},
        {"blocks": 7, "attachments": [7, None, {"blocks": [[]]}], "files": "f"},
        {"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section"}, 7]}]},
        {"text": "\x00<@U1><@><!><|>", "user": 7},
    ]
    await send(
        sandbox,
        [
            of_ann(ann, "message_action", callback_id=name, message=message, channel={"id": "C1"})
            for name in (*handlers.SHORTCUTS, "none of ours")
            for message in messages
        ],
    )


async def test_suggestions(ann: Person, sandbox: Sandbox) -> None:
    asked = [
        of_ann(ann, "block_suggestion", action_id=name, block_id=block, value=text, view=view(name))
        for name in (*OFFERS, "none of ours")
        for text in TEXTS
        for block in ("", "department", HUGE)
    ]
    for ack in await send(sandbox, asked):
        assert isinstance(ack.answer.get("options"), list)


async def test_events(ann: Person, sandbox: Sandbox) -> None:
    contents: list[dict[str, Any]] = [
        {},
        {"user": ann.id, "tab": []},
        {"user": ann.id, "links": 7, "channel": {}},
        {"user": ann.id, "links": [7, {"url": 7}, {"url": HUGE}], "message_ts": {}},
    ]
    for name in (*handlers.EVENTS, "message"):
        payloads = [event({"type": name} | each, "Ev1", 0) for each in contents]
        acks = [
            await sandbox.slack.workspace.deliver(Envelope("events_api", each)) for each in payloads
        ]
        if name in handlers.EVENTS:
            assert [ack.error for ack in acks if ack.error] == []


@pytest.mark.parametrize("kind", ["view_submission", "block_actions", "message_action"])
async def test_payloads_of_another_workspace_are_refused(
    ann: Person, sandbox: Sandbox, kind: str
) -> None:
    """Slack signs what it sends for every workspace alike."""
    team = {"team": {"id": "T0FOREIGN"}, "user": {"id": ann.id, "team_id": "T0FOREIGN"}}
    noted = {"note_text": {"note_text": {"value": "words"}}}
    shown = view("note", private_metadata='{"ticket": "s4y7t5s7"}', state={"values": noted})
    fields: dict[str, dict[str, Any]] = {
        "view_submission": {"view": shown},
        "block_actions": {
            "actions": [{"action_id": "refresh_card", "block_id": "b", "value": "s4y7t5s7"}]
        },
        "message_action": {"callback_id": "open_ticket", "message": {"text": "AX4-B4T-FD8"}},
    }
    (ack,) = await send(sandbox, [of_ann(ann, kind, **fields[kind] | team)])
    if kind == "view_submission":
        assert "Only members of this workspace can see tickets." in str(ack.answer)
    else:
        await ann.wait_for("Only members of this workspace can see tickets.", channel=ann.direct)
    asked = {call.name for call in sandbox.liveagent.account.journal}
    assert asked <= {"list_departments", "list_department_agents"}  # what every bot reads by itself
