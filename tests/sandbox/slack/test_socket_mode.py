"""Connections come and go as Slack's do."""

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Person, SlackStandIn
from tests.sandbox.slack.conftest import Clock, through_http, through_socket


async def ticket(slack: SlackStandIn) -> str:
    client = AsyncWebClient(slack.app_token, base_url=slack.api_url)
    answer = await client.apps_connections_open(app_token=slack.app_token)
    return str(answer["url"])


async def test_a_ticket_opens_one_connection(slack: SlackStandIn) -> None:
    url = await ticket(slack)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            assert hello["connection_info"] == {"app_id": "A0TICKETS"}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_ticket_expires(slack: SlackStandIn, clock: Clock) -> None:
    url = await ticket(slack)
    clock.now += 31
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_handshakes_can_be_refused(slack: SlackStandIn) -> None:
    slack.sockets.refuse(1)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(await ticket(slack))
        async with session.ws_connect(await ticket(slack)) as socket:
            assert (await socket.receive_json())["type"] == "hello"


@pytest.mark.parametrize("ack_seconds", [0.3])
async def test_events_go_to_one_of_several_connections(slack: SlackStandIn, ann: Person) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(await ticket(slack)) as one,
        session.ws_connect(await ticket(slack)) as two,
    ):
        for socket in (one, two):
            await socket.receive_json()
        for _ in range(2):
            await ann.types("#support", "/echo")  # nobody acknowledges
        envelopes = [await one.receive_json(), await two.receive_json()]
    assert {envelope["type"] for envelope in envelopes} == {"slash_commands"}
    assert all(envelope["accepts_response_payload"] for envelope in envelopes)
    assert len({envelope["envelope_id"] for envelope in envelopes}) == 2


async def test_without_a_connection_a_command_fails_at_once(ann: Person) -> None:
    await ann.types("#support", "/echo")
    assert ann.sees('/echo failed with the error "dispatch_failed"')


async def test_the_app_comes_back_after_a_refresh_and_a_drop(
    app: AsyncApp, slack: SlackStandIn, ann: Person
) -> None:
    connections = slack.sockets.connections
    async with through_socket(app, slack):
        [first] = connections
        await slack.sockets.refresh(leaving_seconds=0.05)
        await ann.wait_until(lambda: bool(connections) and first not in connections)
        [second] = connections
        slack.sockets.drop()
        await ann.wait_until(lambda: bool(connections) and second not in connections)


async def test_http_requests_without_a_right_signature_are_the_apps_to_refuse(
    app: AsyncApp, slack: SlackStandIn, ann: Person
) -> None:
    slack.signing_secret = "another"
    async with through_http(app, slack):
        await ann.types("#support", "/echo")
    assert ann.sees('/echo failed with the error "dispatch_failed"')
