"""A real Bolt app in front of the stand-in, in both modes."""

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.sandbox.slack import Form, Person, SlackStandIn
from tests.sandbox.slack.building import Payload, actions, modal, plain


async def test_a_command_is_answered_with_its_acknowledgement(
    connected: AsyncApp, ann: Person
) -> None:
    @connected.command("/echo")
    async def echo(ack: Any, command: Payload) -> None:
        await ack(f"You said: {command['text']}")

    await ann.types("#support", "/echo hello & <goodbye>")
    [message] = ann.messages("#support")
    assert message.text == "You said: hello & <goodbye>"
    assert message.is_private


async def test_a_command_can_be_answered_for_all(
    connected: AsyncApp, ann: Person, slack: SlackStandIn
) -> None:
    @connected.command("/echo")
    async def echo(ack: Any) -> None:
        await ack(text="All hear this", response_type="in_channel")

    await ann.types("#general", "/echo")
    assert slack.person("sam").sees("All hear this", "#general")


async def test_a_message_with_buttons_is_replaced_by_a_click(
    connected: AsyncApp, ann: Person
) -> None:
    @connected.command("/echo")
    async def echo(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Menu", blocks=actions("Refresh", "Remove"))

    @connected.action("refresh")
    async def refresh(ack: Any, respond: Any, action: Payload) -> None:
        await ack()
        await respond(text=f"{action['value']}ed", replace_original=True)

    await ann.types("#support", "/echo")
    message = await ann.wait_for("[Refresh]")
    await ann.clicks(message, "Refresh")
    assert await ann.wait_for("Refreshed")
    assert len(ann.messages("#support")) == 1


async def test_a_form_is_opened_filled_refused_and_sent(connected: AsyncApp, ann: Person) -> None:
    @connected.command("/echo")
    async def echo(ack: Any, client: Any, command: Payload) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=modal("Write"))

    @connected.view("form")
    async def read(ack: Any, view: Payload, client: Any, body: Payload) -> None:
        text = view["state"]["values"]["message"]["text"]["value"]
        if text == "bad":
            await ack(response_action="errors", errors={"message": "Not this"})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Got {text}")

    await ann.types("#support", "/echo")
    form = await ann.wait_for_form("Write")
    assert (await ann.submits(form)).errors == {  # type: ignore[union-attr]
        "Message": "Please complete this required field."
    }
    await ann.fills(form, {"Message": "bad"})
    refused = await ann.submits(form)
    assert isinstance(refused, Form)
    assert refused.errors == {"Message": "Not this"}
    await ann.fills(form, {"Message": "good"})
    assert await ann.submits(form) is None
    assert await ann.wait_for("Got good", channel=ann.direct)


async def test_forms_are_updated_and_stacked(connected: AsyncApp, ann: Person) -> None:
    second = modal("Two")
    second["blocks"] += actions("More")

    @connected.shortcut("start")
    async def start(ack: Any, client: Any, shortcut: Payload) -> None:
        await ack()
        opened = await client.views_open(trigger_id=shortcut["trigger_id"], view=modal("One"))
        await client.views_update(
            view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=second
        )

    @connected.action("more")
    async def push(ack: Any, client: Any, body: Payload) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=modal("Three"))

    await ann.uses_shortcut(None, "Start")
    form = await ann.wait_for_form("Two")
    await ann.fills(form, {"Message": "kept"})
    await ann.clicks(form, "More")
    pushed = await ann.wait_for_form("Three")
    assert (pushed.title, pushed.view["previous_view_id"]) == ("Three", form.id)
    await ann.closes()
    below = ann.form()
    assert below is not None
    assert (below.title, below.values) == ("Two", {"Message": "kept"})


async def test_a_message_shortcut_brings_the_message(connected: AsyncApp, ann: Person) -> None:
    @connected.shortcut("echo_message")
    async def echo(ack: Any, respond: Any, shortcut: Payload) -> None:
        await ack()
        await respond(f"It says {shortcut['message']['text']}")

    message = await ann.types("#support", "Look at this")
    await ann.uses_shortcut(message, "Echo this")
    assert (await ann.wait_for("It says Look at this")).is_private


async def test_options_are_looked_up(connected: AsyncApp, ann: Person) -> None:
    select = {
        "type": "external_select",
        "action_id": "word",
        "placeholder": plain("A word"),
        "min_query_length": 0,
    }

    @connected.command("/echo")
    async def echo(ack: Any) -> None:
        block = {"type": "section", "text": plain("Which?"), "accessory": select}
        await ack(blocks=[block])

    @connected.options("word")
    async def words(ack: Any, payload: Payload) -> None:
        offered = [{"text": plain(payload["value"] + end), "value": end} for end in ("s", "ed")]
        await ack(options=offered)

    @connected.action("word")
    async def choose(ack: Any, respond: Any, action: Payload) -> None:
        await ack()
        await respond(f"Chosen: {action['selected_option']['value']}")

    await ann.types("#support", "/echo")
    [message] = ann.messages("#support")
    assert await ann.options(message, "A word", "test") == ["tests", "tested"]
    with_label = {"text": plain("tested"), "value": "ed"}
    await ann.chooses(message, "A word", with_label)
    await ann.wait_for("Chosen: ed")


async def test_the_home_tab_is_published(connected: AsyncApp, ann: Person) -> None:
    @connected.event("app_home_opened")
    async def show(event: Payload, client: Any) -> None:
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Welcome")}]}
        await client.views_publish(user_id=event["user"], view=view)

    await ann.opens_home()
    assert "Welcome" in await ann.wait_for_home("Welcome")


async def test_links_are_unfurled(connected: AsyncApp, ann: Person) -> None:
    @connected.event("link_shared")
    async def unfurl(event: Payload, client: Any) -> None:
        preview = {"blocks": [{"type": "header", "text": plain("A ticket")}]}
        await client.chat_unfurl(
            channel=event["channel"],
            ts=event["message_ts"],
            unfurls={event["links"][0]["url"]: preview},
        )

    await ann.types("#support", "See https://desk.acme.example/t?a=1&b=2.")
    assert "https://desk.acme.example" in await ann.wait_for("A ticket")


@pytest.mark.parametrize("ack_seconds", [0.3])
async def test_nobody_answers_in_time(connected: AsyncApp, ann: Person) -> None:
    @connected.command("/echo")
    async def hang() -> None:
        """Bolt waits for an acknowledgement that never comes."""

    await ann.types("#support", "/echo")
    assert ann.sees('/echo failed with the error "operation_timeout"', "#support")
