"""A bot that may not read its own conversation: `im:history` is optional."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import direct_messages, open_card

SCOPE = "im:history"


@pytest.fixture
def manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    scopes = manifest["oauth_config"]["scopes"]
    for kind in ("bot", "bot_optional"):
        scopes[kind] = [each for each in scopes[kind] if each != SCOPE]
    return manifest


async def test_without_the_messages_scope_home_says_so_and_the_rest_works(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.types(ann.direct, "mine")
    await ann.opens_home()
    home = await ann.wait_for_home("This bot can't read what you write in Messages.")
    assert SCOPE in home
    hello = await ann.wait_for("I bring your LiveAgent tickets to Slack.", channel=ann.direct)
    assert "write to me here" not in hello
    card = await open_card(ann)
    await ann.clicks(card, "Resolve")
    await ann.wait_until(lambda: "[Resolve now]" in ann.now(card))
    await ann.clicks(ann.now(card), "Resolve now")
    await ann.wait_until(lambda: "[Reopen]" in ann.now(card))
    assert [seen.text for seen in direct_messages(ann)] == ["mine"]
    assert sandbox.liveagent.account.ticket("s4y7t5s7").status == "R"
