"""The page's routes: its state and its actions."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Person, SlackStandIn
from tests.sandbox.slack.building import actions, modal


@pytest.fixture
async def browser(slack: SlackStandIn) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.url) as session:
        yield session


async def test_the_page_and_its_parts_are_served(browser: aiohttp.ClientSession) -> None:
    for path in ("/", "/page/slack.js", "/page/blocks.js", "/page/style.css"):
        async with browser.get(path) as response:
            assert response.status == 200, path


async def test_ephemeral_messages_are_shown_to_their_reader_only(
    browser: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C0SUPPORT", user="U0ANN", text="for Ann")
    seen = {}
    for user in ("U0ANN", "U0SAM"):
        async with browser.get("/sandbox/slack/state", params={"user": user}) as response:
            state = await response.json()
        [support] = [one for one in state["channels"] if one["id"] == "C0SUPPORT"]
        seen[user] = [message["text"] for message in support["messages"]]
    assert seen == {"U0ANN": ["for Ann"], "U0SAM": []}


async def test_actions_are_performed_and_errors_reported(
    browser: aiohttp.ClientSession, ann: Person
) -> None:
    people = "/sandbox/slack/people/U0ANN"
    async with browser.post(f"{people}/files?name=scan.pdf", data=b"%PDF") as response:
        file = (await response.json())["file"]["id"]
    said = {"channel": "C0SUPPORT", "text": "", "files": [file]}
    async with browser.post(f"{people}/types", json=said) as response:
        assert (await response.json())["ok"]
    assert ann.sees("📎 scan.pdf", "#support")
    async with browser.post(f"{people}/closes", json={"view": "V0NONE"}) as response:
        assert (response.status, (await response.json())["error"]) == (409, "not_found")
    async with browser.post(f"{people}/sings", json={}) as response:
        assert response.status == 404


async def test_a_form_is_sent_with_what_was_typed(
    browser: aiohttp.ClientSession, client: AsyncWebClient, slack: SlackStandIn, ann: Person
) -> None:
    trigger = slack.workspace.triggers.issue("U0ANN")
    opened = await client.views_open(trigger_id=trigger, view=modal("Write"))
    sent = {"view": opened["view"]["id"], "values": {"message": {"text": "typed"}}}
    async with browser.post("/sandbox/slack/people/U0ANN/submits", json=sent) as response:
        assert response.status == 200
    form = ann.form()
    assert form is not None
    assert form.values == {"Message": "typed"}
    assert form.trouble  # no app is connected


async def test_changes_are_streamed(browser: aiohttp.ClientSession, client: AsyncWebClient) -> None:
    async with browser.get("/sandbox/slack/changes") as stream:
        first = await stream.content.readline()
        await stream.content.readline()
        await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=actions("Go"))
        assert first != await stream.content.readline()
