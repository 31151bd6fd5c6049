"""The entrance for all of Slack's requests: reads, cleans and validates them.

The code behind it can rely on this: no text contains what a database refuses, and the fields that
identify the request and its user have the right types. The users' input is not validated here.
"""

import json
from binascii import a2b_qp
from typing import Any, cast
from urllib.parse import unquote_plus

from msgspec import MsgspecError, Struct, convert
from msgspec.json import decode
from slack_bolt.async_app import AsyncBoltRequest

from bot.domain.cleaning import cleaned, cleaned_json

MAX_FIELDS = 100  # in a form body; a command has a dozen


class InvalidRequest(ValueError):
    """The request is unreadable or has another shape than Slack's."""


class _Named(Struct):
    """An object with an id; `team` and `channel` may be null."""

    id: str = ""


class _User(_Named):
    team_id: str | None = None


class _Option(Struct):
    value: str = ""


class _Action(Struct):
    action_id: str
    block_id: str = ""
    value: str | None = None
    selected_option: _Option | None = None


class _Authorization(Struct):
    team_id: str | None = None
    enterprise_id: str | None = None


class _View(_Named):
    callback_id: str = ""
    app_installed_team_id: str | None = None
    private_metadata: str = ""
    blocks: list[dict[str, Any]] = []


class _Event(Struct):
    type: str


class _Payload(Struct):
    """The fields that Bolt and `Interaction` read before a listener runs."""

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


def read_form(body: bytes) -> object:
    """Returns a command's fields, or the payload in one of them, cleaned.

    Raises `InvalidRequest`.
    """
    parts = body.split(b"&", MAX_FIELDS)
    if len(parts) > MAX_FIELDS:
        raise InvalidRequest
    unquoted = _unquoted if _is_usual(body) else _slowly_unquoted
    try:
        pairs = (part.partition(b"=") for part in parts if part)
        fields = {unquoted(name): unquoted(value) for name, _, value in pairs}
    except UnicodeDecodeError as error:
        raise InvalidRequest from error
    return read_json(fields["payload"]) if "payload" in fields else cleaned(fields)


def _is_usual(body: bytes) -> bool:
    return body.isascii() and not (b"\r" in body or b"\n" in body)


def _unquoted(quoted: bytes) -> str:
    """Unquotes as quoted-printable text, which Python does in C."""
    printable = quoted.replace(b"=", b"=3D").replace(b"%", b"=").replace(b"+", b" ")
    unquoted = a2b_qp(printable)
    if len(unquoted) > len(quoted) - 2 * quoted.count(b"%"):  # a % that begins no escape
        return _slowly_unquoted(quoted)
    return unquoted.decode(errors="replace")


def _slowly_unquoted(quoted: bytes) -> str:
    """Unquotes anything, even what Slack never sends. Raises `UnicodeDecodeError`."""
    return unquote_plus(quoted.decode(), errors="replace")


def read_json(text: str) -> object:
    """Returns the parsed JSON, cleaned. Raises `InvalidRequest`.

    A slower parser reads what only it accepts, such as half a surrogate pair.
    """
    try:
        try:
            return cleaned_json(text, decode(text))
        except (MsgspecError, UnicodeEncodeError):
            return cleaned(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidRequest from error


def body_of(payload: object) -> dict[str, Any]:
    """Returns the validated payload, for both transports. Raises `InvalidRequest`."""
    try:
        read = convert(payload, _Payload)
    except (MsgspecError, UnicodeEncodeError) as error:  # the latter for half a surrogate pair
        raise InvalidRequest from error
    if not (read.type or read.command) or (read.type == "block_actions" and not read.actions):
        raise InvalidRequest
    if read.type == "event_callback" and read.event is None:
        raise InvalidRequest
    return cast("dict[str, Any]", payload)


def bolt_request(body: dict[str, Any]) -> AsyncBoltRequest:
    """Returns Bolt's request.

    Raises `InvalidRequest` for wrong types of fields that only Bolt reads.
    """
    try:
        return AsyncBoltRequest(mode="socket_mode", body=body)
    except (TypeError, AttributeError, LookupError) as error:
        raise InvalidRequest from error
