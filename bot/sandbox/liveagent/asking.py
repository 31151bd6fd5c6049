"""Reads requests as the API does: form-urlencoded, with the key among the parameters."""

import json
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.liveagent.errors import Refused


@dataclass(frozen=True)
class Letter:
    """Text to store, and whether it may be e-mailed."""

    text: str
    html: bool
    emailed: bool


@dataclass(frozen=True)
class Asked:
    """A request. `ref` is the ticket named in the path; `parameters` omit the key."""

    name: str
    verb: str
    path: str
    ref: str
    key: str
    parameters: dict[str, str]
    file: tuple[str, str, bytes] | None = None
    """The name, type and content of an uploaded file."""

    def __getitem__(self, name: str) -> str:
        """Returns "" for an absent parameter, which is the same as an empty one."""
        return self.parameters.get(name, "")

    def needed(self, name: str) -> str:
        if not self[name]:
            raise Refused(detail=f"Parameter {name} is required")
        return self[name]

    def letter(self) -> Letter:
        return Letter(
            text=self.needed("message"),
            html=self["is_html_message"] == "Y",
            emailed=self["do_not_send_mail"] != "Y",
        )


async def read(request: web.Request, name: str) -> Asked:
    """Reads the query; for POST and PUT also the form, for v3 JSON."""
    is_v3 = request.path.startswith("/api/v3/")
    parameters, file = dict(request.query), None
    if request.content_type == "multipart/form-data":
        form, file = await _multipart(request)
        parameters |= form
    elif request.method in {"POST", "PUT"}:
        body = await request.read()
        parameters |= _object(body) if is_v3 else _form(request.content_type, body)
    return Asked(
        name=name,
        verb=request.method,
        path=request.path,
        ref=request.match_info.get("ref", ""),
        key=request.headers.get("apikey", "") if is_v3 else parameters.pop("apikey", ""),
        parameters=parameters,
        file=file,
    )


async def _multipart(
    request: web.Request,
) -> tuple[dict[str, str], tuple[str, str, bytes] | None]:
    form, file = {}, None
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            file = (value.filename, value.content_type, value.file.read())
        else:
            form[name] = str(value)
    return form, file


def _form(content_type: str, body: bytes) -> dict[str, str]:
    if content_type != "application/x-www-form-urlencoded":
        return {}
    text = body.decode(errors="replace")
    return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))


def _object(body: bytes) -> dict[str, str]:
    with suppress(ValueError):
        given = json.loads(body)
        return {str(name): str(value) for name, value in given.items()}
    return {}
