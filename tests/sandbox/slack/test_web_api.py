"""The Web API refuses what Slack refuses, by Slack's names."""

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Person, SlackStandIn
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.people import APP_ID
from tests.sandbox.slack.building import actions, modal
from tests.sandbox.slack.conftest import MANIFEST, Clock

SUPPORT = "C0SUPPORT"


@pytest.mark.parametrize(
    ("method", "asked", "error"),
    [
        ("nonsense.call", {}, "unknown_method"),
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": SUPPORT}, "no_text"),
        ("chat.postMessage", {"channel": SUPPORT, "text": "x" * 40_001}, "msg_too_long"),
        (
            "chat.postMessage",
            {"channel": SUPPORT, "blocks": [{"type": "header"}]},
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            {"channel": SUPPORT, "text": "x", "metadata": {"event_type": "run"}},
            "invalid_metadata_format",
        ),
        (
            "chat.postEphemeral",
            {"channel": SUPPORT, "user": "U0OTHER", "text": "x"},
            "user_not_in_channel",
        ),
        ("chat.update", {"channel": SUPPORT, "ts": "1.0", "text": "x"}, "message_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("chat.scheduleMessage", {"channel": SUPPORT, "ts": "1.0"}, "unknown_method"),
        ("conversations.history", {"channel": "C0GENERAL"}, "not_in_channel"),
        ("views.update", {"view_id": "V0NONE", "view": modal("x")}, "not_found"),
        ("views.open", {"trigger_id": "1.2.3", "view": modal("x")}, "invalid_trigger_id"),
        ("views.open", {"trigger_id": "1.2.3", "view": modal("x" * 25)}, "invalid_arguments"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
async def test_invalid_calls_are_refused(
    client: AsyncWebClient, method: str, asked: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json=asked)
    assert refused.value.response["error"] == error


async def test_tokens_are_asked_for(slack: SlackStandIn) -> None:
    for token, error in ((None, "not_authed"), ("xoxb-wrong", "invalid_auth")):
        with pytest.raises(SlackApiError, match=error):
            await AsyncWebClient(token, base_url=slack.api_url).auth_test()


async def test_each_method_needs_its_scope(clock: Clock) -> None:
    slack = SlackStandIn({"oauth_config": {"scopes": {"bot": ["commands"]}}}, clock=clock)
    await slack.start()
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    with pytest.raises(SlackApiError) as refused:
        await client.users_info(user="U0ANN")
    answer = refused.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "users:read",
        "commands",
    )
    await slack.stop()


async def test_people_are_described_as_by_slack(client: AsyncWebClient) -> None:
    answer = await client.users_info(user="U0HANA", include_locale=True)
    hana = answer["user"]
    assert (hana["locale"], hana["tz"], hana["tz_offset"]) == ("ja-JP", "Asia/Tokyo", 32400)
    assert hana["profile"]["email"] == "hanako@acme.example"
    assert "locale" not in (await client.users_info(user="U0ANN"))["user"]
    assert (await client.users_info(user="U0GONE"))["user"]["deleted"]
    assert (await client.users_info(user="U0OTHER"))["user"]["is_stranger"]
    assert not (await client.users_info(user="U0UNCONF"))["user"]["is_email_confirmed"]


async def test_messages_are_posted_changed_and_found(client: AsyncWebClient, ann: Person) -> None:
    metadata = {"event_type": "run", "event_payload": {"id": "7"}}
    first = await client.chat_postMessage(channel=SUPPORT, text="one", metadata=metadata)
    await client.chat_postMessage(channel=SUPPORT, text="under it", thread_ts=first["ts"])
    await client.chat_update(channel=SUPPORT, ts=first["ts"], text="two")
    history = await client.conversations_history(channel=SUPPORT, include_all_metadata=True)
    assert [(one["text"], one["metadata"]) for one in history["messages"]] == [("two", metadata)]
    replies = await client.conversations_replies(channel=SUPPORT, ts=first["ts"])
    assert [one["text"] for one in replies["messages"]] == ["two", "under it"]
    assert [one.text for one in ann.messages("#support")] == ["two", "under it"]


async def test_an_ephemeral_message_is_seen_by_one_and_never_changed(
    client: AsyncWebClient, ann: Person, slack: SlackStandIn
) -> None:
    posted = await client.chat_postEphemeral(channel=SUPPORT, user="U0ANN", text="psst")
    assert ann.sees("psst")
    assert not slack.person("sam").sees("psst")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=SUPPORT, ts=posted["message_ts"], text="x")
    assert (await client.conversations_history(channel=SUPPORT))["messages"] == []


async def test_a_channel_takes_about_a_message_a_second(client: AsyncWebClient) -> None:
    for _ in range(5):
        await client.chat_postMessage(channel=SUPPORT, text="x")
    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        await client.chat_postMessage(channel=SUPPORT, text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="U0ANN", text="other channels are free")


@pytest.mark.parametrize("ack_seconds", [3.0])
async def test_a_trigger_serves_once_and_for_three_seconds(
    client: AsyncWebClient, slack: SlackStandIn, clock: Clock
) -> None:
    triggers = slack.workspace.triggers
    used, late = triggers.issue("U0ANN"), triggers.issue("U0ANN")
    await client.views_open(trigger_id=used, view=modal("One"))
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=used, view=modal("Two"))
    clock.now += 3.1
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=late, view=modal("Two"))


async def test_forms_keep_their_order(
    client: AsyncWebClient, slack: SlackStandIn, ann: Person
) -> None:
    opened = await client.views_open(
        trigger_id=slack.workspace.triggers.issue("U0ANN"), view=modal("One")
    )
    view = opened["view"]

    def trigger() -> str:
        return slack.workspace.triggers.issue("U0ANN", view_id=view["id"])

    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash="old", view=modal("Two"))
    await client.views_push(trigger_id=trigger(), view=modal("Two"))
    await client.views_push(trigger_id=trigger(), view=modal("Three"))
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=trigger(), view=modal("Four"))
    await ann.closes(with_all=True)
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id=view["id"], view=modal("Late"))


async def test_input_is_kept_by_block_id(
    client: AsyncWebClient, slack: SlackStandIn, ann: Person
) -> None:
    trigger = slack.workspace.triggers.issue("U0ANN")
    opened = await client.views_open(trigger_id=trigger, view=modal("Write"))
    form = await ann.fills(await ann.wait_for_form(), {"Message": "typed"})
    view = modal("Again")
    view["blocks"][0]["element"]["initial_value"] = "offered"
    await client.views_update(view_id=opened["view"]["id"], view=view)
    assert (await ann.wait_for_form("Again")).values == {"Message": "typed"}
    view["blocks"][0]["block_id"] = "another"
    await client.views_update(view_id=form.id, view=view)
    assert (await ann.wait_for_form("Again")).values == {"Message": "offered"}


async def test_slack_answers_a_test_without_a_token(slack: SlackStandIn) -> None:
    answer = await AsyncWebClient(base_url=slack.api_url).api_test(foo="bar")
    assert answer["args"] == {"foo": "bar"}


async def test_bots_info_names_the_app(client: AsyncWebClient) -> None:
    me = await client.auth_test()
    assert (await client.bots_info(bot=me["bot_id"]))["bot"]["app_id"] == APP_ID
    with pytest.raises(SlackApiError, match="bot_not_found"):
        await client.bots_info(bot="B0NONE")


async def test_a_page_may_be_shorter_than_asked_for(
    client: AsyncWebClient, slack: SlackStandIn
) -> None:
    slack.workspace.members_a_page = 3
    answer = await client.users_list(limit=100)
    assert len(answer["members"]) == 3
    assert answer["response_metadata"]["next_cursor"] == "3"


async def test_calls_can_be_made_to_fail(client: AsyncWebClient, slack: SlackStandIn) -> None:
    slack.fail("chat.postMessage", "internal_error")
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.chat_postMessage(channel=SUPPORT, text="x")
    await client.chat_postMessage(channel=SUPPORT, text="x", blocks=actions("Go"))
    assert [call.answer["ok"] for call in slack.calls("chat.postMessage")] == [False, True]


def test_the_manifest_says_what_there_is() -> None:
    manifest = Manifest.model_validate(MANIFEST)
    assert [one.should_escape for one in manifest.commands] == [True, False]
    assert manifest.shortcut("Echo this", is_global=False)
    assert manifest.shortcut("Echo this", is_global=True) is None


async def test_blocks_are_judged_without_being_shown(client: AsyncWebClient) -> None:
    section = {"type": "section", "text": {"type": "nonsense", "text": "Hello"}}
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": [section]}
    for kind, payload, pointer in (
        ("blocks", [section], "/0/text/type"),
        ("message", {"blocks": [section]}, "/blocks/0/text/type"),
        ("view", view, "/blocks/0/text/type"),
    ):
        with pytest.raises(SlackApiError, match=f"invalid_{kind}") as refused:
            await client.api_call("blocks.validate", data={kind: json.dumps(payload)})
        (error,) = refused.value.response["errors"]
        assert error["pointer"] == pointer
        assert error["code"] == "failed_constraint"
    section["text"] = {"type": "plain_text", "text": "Hello"}
    await client.api_call("blocks.validate", data={"blocks": json.dumps([section])})
    await client.api_call("blocks.validate", data={"view": json.dumps(view)})
    with pytest.raises(SlackApiError, match="exactly one of"):
        await client.api_call("blocks.validate", data={"blocks": "[]", "message": "{}"})
