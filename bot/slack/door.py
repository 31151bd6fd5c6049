"""The entrance for all of Slack's requests: reads, cleans and validates them.

The code behind it can rely on this: no text contains what a database refuses, and the fields that
identify the request and its user have the right types. The users' input is not validated here.
"""

import json
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict
from slack_bolt.async_app import AsyncBoltRequest

from bot.domain.cleaning import cleaned

MAX_FIELDS = 100  # in a form body; a command has a dozen


class NotOurs(ValueError):
    """The request is unreadable or has another shape than Slack's."""


class _Named(BaseModel):
    """An object with an id; `team` and `channel` may be null."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    id: str = ""


class _User(_Named):
    team_id: str | None = None


class _Option(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    value: str = ""


class _Action(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    action_id: str
    block_id: str = ""
    value: str | None = None
    selected_option: _Option | None = None


class _Authorization(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    team_id: str | None = None
    enterprise_id: str | None = None


class _View(_Named):
    callback_id: str = ""
    app_installed_team_id: str | None = None
    private_metadata: str = ""
    blocks: list[dict[str, Any]] = []


class _Event(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    type: str


class _Payload(BaseModel):
    """The fields that Bolt and `Interaction` read before a listener runs."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    type: str = ""
    command: str | None = None
    text: str | None = None
    user_id: str = ""
    team_id: str | None = None
    channel_id: str = ""
    trigger_id: str = ""
    response_url: str = ""
    callback_id: str = ""
    action_id: str = ""
    block_id: str = ""
    value: str | None = None
    enterprise: _Named | None = None
    team: _Named | None = None
    user: _User | None = None
    channel: _Named | None = None
    view: _View | None = None
    message: dict[str, Any] | None = None
    container: dict[str, Any] | None = None
    actions: list[_Action] | None = None
    event: _Event | None = None
    authorizations: list[_Authorization] | None = None


def read_form(text: str) -> object:
    """Returns a command's fields, or the payload in one of them. Raises `NotOurs`."""
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise NotOurs from error
    return read_json(fields["payload"]) if "payload" in fields else fields


def read_json(text: str) -> object:
    """Returns the parsed JSON. Raises `NotOurs`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotOurs from error


def request_of(payload: object) -> AsyncBoltRequest:
    """Returns Bolt's request, the same for both ways in. Raises `NotOurs`."""
    try:
        body = cleaned(payload)
        read = _Payload.model_validate(body)
    except ValueError as error:  # includes pydantic's
        raise NotOurs from error
    if not (read.type or read.command) or (read.type == "block_actions" and not read.actions):
        raise NotOurs
    if read.type == "event_callback" and read.event is None:
        raise NotOurs
    try:
        return AsyncBoltRequest(mode="socket_mode", body=body)
    except (TypeError, AttributeError, LookupError) as error:  # Bolt reads further fields
        raise NotOurs from error
