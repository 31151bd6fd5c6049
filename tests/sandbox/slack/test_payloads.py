"""The payloads that the app gets, recorded without Bolt."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import NotSeen, Person, SlackStandIn
from bot.sandbox.slack.delivery import TIMEOUT, Ack, Envelope
from tests.sandbox.slack.building import actions, modal, plain
from tests.sandbox.slack.conftest import Clock

SUPPORT = "C0SUPPORT"


class Recorder:
    """Acknowledges everything with the same answer."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.ack = Ack()

    async def deliver(self, envelope: Envelope) -> Ack:
        self.received.append(envelope)
        return self.ack

    @property
    def last(self) -> dict[str, Any]:
        return self.received[-1].payload


@pytest.fixture
def recorder(slack: SlackStandIn) -> Recorder:
    slack.workspace.delivery = recorder = Recorder()
    return recorder


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("plain words", "plain words"),
        ("@adam in #support", "<@U0ADAM|adam> in <#C0SUPPORT|support>"),
        ("#サポート", "<#C0JAPAN|サポート>"),
        ("@nobody", "@nobody"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("https://x.example/?a=1&b=2.", "<https://x.example/?a=1&amp;b=2>."),
        ("acme.ladesk.com/agent/", "<http://acme.ladesk.com/agent/|acme.ladesk.com/agent/>"),
        ("to john@owner.com now", "to <mailto:john@owner.com|john@owner.com> now"),
    ],
)
async def test_the_text_of_a_command_is_escaped_where_the_manifest_says_so(
    recorder: Recorder, ann: Person, typed: str, sent: str
) -> None:
    await ann.types("#support", f"/echo {typed}")
    assert recorder.last["text"] == sent
    await ann.types("#support", f"/raw {typed}")
    assert recorder.last["text"] == typed


async def test_commands_are_refused_where_slack_has_none(recorder: Recorder, ann: Person) -> None:
    await ann.types("#support", "/unknown")
    assert ann.sees("/unknown is not a valid command.")
    message = await ann.types("#support", "hello")
    assert message is not None
    await ann.types("#support", "/echo", thread=message.ts)
    assert ann.sees("/echo is not supported in threads. Sorry!")
    assert recorder.received == []


async def test_read_only_messages_are(clock: Clock) -> None:
    home = {"messages_tab_read_only_enabled": True}
    ann = SlackStandIn({"features": {"app_home": home}}, clock=clock).person("ann")
    with pytest.raises(NotSeen, match="read-only"):
        await ann.types(ann.direct, "hello")


async def test_a_click_in_a_message(
    recorder: Recorder, client: AsyncWebClient, ann: Person
) -> None:
    await client.chat_postMessage(channel=SUPPORT, text="menu", blocks=actions("Go"))
    await ann.clicks(await ann.wait_for("[Go]"), "Go")
    payload = recorder.last
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "U0ANN"
    assert payload["container"]["is_ephemeral"] is False
    assert payload["message"]["text"] == "menu"
    assert payload["channel"] == {"id": SUPPORT, "name": "support"}
    [action] = payload["actions"]
    assert (action["block_id"], action["action_id"], action["value"]) == ("actions", "go", "Go")


async def test_a_click_in_an_ephemeral_message_does_not_bring_it(
    recorder: Recorder, client: AsyncWebClient, ann: Person
) -> None:
    await client.chat_postEphemeral(
        channel=SUPPORT, user="U0ANN", text="menu", blocks=actions("Go")
    )
    message = await ann.wait_for("[Go]")
    await ann.clicks(message, "Go")
    assert "message" not in recorder.last
    with pytest.raises(NotSeen):
        await ann.uses_shortcut(message, "Echo this")


async def test_choices_reach_the_app_and_the_state(
    recorder: Recorder, client: AsyncWebClient, slack: SlackStandIn, ann: Person
) -> None:
    options = [{"text": plain(name), "value": name.lower()} for name in ("Red", "Blue")]
    blocks = [
        {
            "type": "input",
            "block_id": "colours",
            "label": plain("Colours"),
            "element": {
                "type": "multi_static_select",
                "action_id": "many",
                "options": options,
            },
        },
        {
            "type": "section",
            "block_id": "when",
            "text": plain("When"),
            "accessory": {"type": "datepicker", "action_id": "day"},
        },
        {
            "type": "input",
            "block_id": "note",
            "label": plain("Note"),
            "element": {"type": "rich_text_input", "action_id": "rich"},
        },
    ]
    view = modal("Choose", blocks=blocks)
    await client.views_open(trigger_id=slack.workspace.triggers.issue("U0ANN"), view=view)
    form = await ann.wait_for_form("Choose")
    form = await ann.fills(form, {"Colours": ["Red", "Blue"], "When": "2026-03-02", "Note": "hi"})
    assert form.values == {"Colours": ["Red", "Blue"], "When": "2026-03-02", "Note": "hi"}
    assert recorder.last["actions"][0]["selected_date"] == "2026-03-02"
    assert "response_url" not in recorder.last
    assert await ann.submits(form) is None
    values = recorder.last["view"]["state"]["values"]
    assert [one["value"] for one in values["colours"]["many"]["selected_options"]] == [
        "red",
        "blue",
    ]
    [section] = values["note"]["rich"]["rich_text_value"]["elements"]
    assert section["elements"] == [{"type": "text", "text": "hi"}]


async def test_unacknowledged_interactions_show_a_warning(
    recorder: Recorder, client: AsyncWebClient, slack: SlackStandIn, ann: Person
) -> None:
    recorder.ack = Ack(TIMEOUT)
    await client.chat_postMessage(channel=SUPPORT, text="menu", blocks=actions("Go"))
    message = await ann.wait_for("[Go]")
    await ann.clicks(message, "Go")
    assert ann.now(message).has_warning
    trigger = slack.workspace.triggers.issue("U0ANN")
    await client.views_open(trigger_id=trigger, view=modal("Write"))
    form = await ann.fills(await ann.wait_for_form(), {"Message": "typed"})
    still = await ann.submits(form)
    assert still is not None
    assert still.trouble == "We had some trouble connecting. Try again?"
    assert still.values == {"Message": "typed"}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push"},  # Slack's, not the app's
    ],
)
async def test_bad_answers_to_a_form_are_complained_of(
    recorder: Recorder,
    client: AsyncWebClient,
    slack: SlackStandIn,
    ann: Person,
    answer: dict[str, Any],
) -> None:
    recorder.ack = Ack(answer=answer)
    trigger = slack.workspace.triggers.issue("U0ANN")
    await client.views_open(trigger_id=trigger, view=modal("Write"))
    still = await ann.submits(await ann.fills(await ann.wait_for_form(), {"Message": "typed"}))
    assert still is not None
    assert still.trouble
    assert len(slack.complaints) == 1


async def test_events_are_delivered_again(recorder: Recorder, ann: Person) -> None:
    recorder.ack = Ack(TIMEOUT)
    await ann.opens_home()
    await ann.wait_until(lambda: len(recorder.received) == 3)
    assert [one.retry for one in recorder.received] == [0, 1, 2]
    assert len({one.payload["event_id"] for one in recorder.received}) == 1


async def post(url: str, content: dict[str, Any]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=content) as response:
        return response.status


async def test_the_response_url_of_a_command_never_replaces(
    recorder: Recorder, ann: Person
) -> None:
    await ann.types("#support", "/echo")
    url = recorder.last["response_url"]
    for text in ("one", "two"):
        assert await post(url, {"text": text, "replace_original": True}) == 200
    assert [one.text for one in ann.messages("#support")] == ["one", "two"]
    assert await post(url, {"blocks": [{"type": "header"}]}) == 400


async def test_a_response_url_serves_five_times_in_half_an_hour(
    recorder: Recorder, client: AsyncWebClient, ann: Person, clock: Clock
) -> None:
    await client.chat_postMessage(channel=SUPPORT, text="menu", blocks=actions("Go"))
    message = await ann.wait_for("[Go]")
    await ann.clicks(message, "Go")
    first = recorder.last["response_url"]
    for number in range(5):
        content = {"text": f"x{number}", "blocks": actions("Go"), "replace_original": True}
        assert await post(first, content) == 200
    assert await post(first, {"text": "sixth"}) == 404
    await ann.clicks(message, "Go")
    second = recorder.last["response_url"]
    clock.now += 30 * 60 + 1
    assert await post(second, {"text": "late"}) == 404
    assert len(ann.messages("#support")) == 1
