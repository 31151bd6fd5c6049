"""The API v1 without I/O: builds requests and interprets answers."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from http import HTTPStatus
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.domain.cleaning import cleaned, may_be_unclean
from bot.domain.errors import KeyRefused, NotApplied, OutcomeUnknown, Refused, Unreadable
from bot.domain.ticket import MessageKind, Status
from bot.domain.ticket_system import NewTicket, Search
from bot.liveagent import rows

MAX_CODE_LENGTH = 9
MAX_RETRY_AFTER = 300.0  # seconds; a proxy may ask for a day or longer
_EXTRA_COMMA = re.compile(r",(\s*[}\]])")
MAX_MENDED = 1_000_000  # characters
_LONG_WORD = re.compile(r"\b[A-Za-z0-9]{16,}\b")  # a key or a public URL code, echoed by LiveAgent
_KEY_TROUBLE = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Request:
    """A call. `name` is for logs, metrics and errors: no id, code or address."""

    verb: str
    name: str
    path: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    parse: Callable[[bytes], object] | None = field(default=None, repr=False, compare=False)
    """Parses the usual form of the answer quickly; returns None for any other."""

    @property
    def takes_query(self) -> bool:
        """Whether parameters and key go into the query, as for GET and DELETE, or a form body."""
        return self.verb in {"GET", "DELETE"}

    def __str__(self) -> str:
        return f"{self.verb} {self.name}"


def get_ticket(ref: str) -> Request:
    return _request("GET", "conversations/{}", ref)


def get_messages(ref: str) -> Request:
    return _request("GET", "conversations/{}/messages", ref)


def get_ticket_tags(ref: str) -> Request:
    return _request("GET", "conversations/{}/tags", ref)


def list_tickets(wanted: Search, *, zone: ZoneInfo, limit: int, offset: int) -> Request:
    changed = wanted.changed_since and f"gte:{_local(wanted.changed_since, zone)}"
    request = _request(
        "GET",
        "conversations",
        department=wanted.department_id,
        owneridentifier=wanted.owner_email,
        status=",".join(wanted.statuses),
        datefrom=_local(wanted.created_after, zone),
        dateto=_local(wanted.created_before, zone),
        datechanged=changed or "",
        subject=wanted.subject,
        limit=str(limit),
        offset=str(offset),
    )
    return replace(request, parse=rows.parse)


def post_message(
    ticket_id: str,
    text: str,
    *,
    kind: MessageKind,
    agent_id: str,
    email: bool,
    attachments: Sequence[str] = (),
) -> Request:
    """Requires `agent_id`: without it, a reply silently becomes a note. A reply is HTML."""
    return _request(
        "POST",
        "conversations/{}/messages",
        ticket_id,
        message=text,
        type=kind.value,
        useridentifier=_demanded(agent_id),
        do_not_send_mail=_yes_or_no(not email),
        is_html_message=_yes_or_no(kind is MessageKind.MESSAGE),
        attachments=",".join(attachments),
    )


def post_file() -> Request:
    """The file itself is sent as multipart: see `files.py`."""
    return _request("POST", "files")


def put_status(ticket_id: str, status: Status, *, agent_id: str, note: str) -> Request:
    """Requires `agent_id`: without it, older servers did nothing and answered OK."""
    if status not in {Status.ANSWERED, Status.RESOLVED, Status.OPEN}:
        raise ValueError(f"the API sets no status {status.name}")
    return _request(
        "PUT",
        "conversations/{}/status",
        ticket_id,
        status=status.value,
        useridentifier=_demanded(agent_id),
        note=note,
    )


def put_attendants(
    ticket_id: str, *, agent_id: str, to_agent_id: str, to_department_id: str, note: str
) -> Request:
    return _request(
        "PUT",
        "conversations/{}/attendants",
        ticket_id,
        agentidentifier=to_agent_id,
        department=to_department_id,
        useridentifier=_demanded(agent_id),
        note=note,
    )


def post_ticket(new: NewTicket) -> Request:
    return _request(
        "POST",
        "conversations",
        message=new.html,
        useridentifier=_demanded(new.author),
        department=new.department_id,
        subject=new.subject,
        recipient=new.recipient,
        recipient_name=new.recipient_name,
        cc=",".join(new.copies),
        status=new.status.value,
        do_not_send_mail=_yes_or_no(not new.email_customer),
        is_html_message="Y",
        attachments=",".join(new.attachments),
    )


def delete_ticket(ticket_id: str, *, agent_id: str, note: str) -> Request:
    return _request(
        "DELETE", "conversations/{}", ticket_id, useridentifier=_demanded(agent_id), note=note
    )


def post_tag(ticket_id: str, name: str) -> Request:
    return _request("POST", "conversations/{}/tags", ticket_id, name=_demanded(name))


def delete_tag(ticket_id: str, name: str) -> Request:
    """Requires a name: it is not documented what a call without one removes."""
    return _request("DELETE", "conversations/{}/tags", ticket_id, name=_demanded(name))


def get_departments() -> Request:
    return _request("GET", "departments")


def get_members(department_id: str) -> Request:
    return _request("GET", "departments/{}/agents", department_id)


def get_agent(identifier: str) -> Request:
    return _request("GET", "agents/{}", identifier)


def get_agents() -> Request:
    return _request("GET", "onlinestatus/agents")


def get_queue() -> Request:
    return _request("GET", "onlinestatus/departments")


def get_tags() -> Request:
    return _request("GET", "tags")


def get_application_status() -> Request:
    return _request("GET", "application/status")


def get_ratings(since: date, until: date, *, limit: int, offset: int) -> Request:
    """Asks for no column that names the customer. Days are the account's, both included."""
    return _request(
        "GET",
        "reports/ranking",
        date_from=since.isoformat(),
        date_to=until.isoformat(),
        columns="rankingType,datecreated,conversationid,agentEmail,comment",
        limitcount=str(limit),
        limitfrom=str(offset),
    )


def read_answer(request: Request, status: int, body: bytes, retry_after: str = "") -> object:
    """Returns the `response`, or raises the error that LiveAgent's documentation defines."""
    check_pace(str(request), status, retry_after)
    answer = (request.parse and request.parse(body)) or decode(body)
    if isinstance(answer, dict) and status in _KEY_TROUBLE:
        answer.setdefault("response", {})  # a proxy's or version 3's form
    if not isinstance(answer, dict) or "response" not in answer:
        raise foreign_answer(str(request), status, body)
    response = answer["response"]
    if status < HTTPStatus.BAD_REQUEST and not _is_error(response):
        return response
    raise _refusal(request, status, response if isinstance(response, dict) else {})


def foreign_answer(call: str, status: int, body: bytes) -> OutcomeUnknown:
    """Returns the error for an answer that is not the API's; with 5xx, LiveAgent is down."""
    why = f"HTTP {status}, {describe_body(body)}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return OutcomeUnknown(call, why)
    return Unreadable(call, why)


def check_pace(call: str, status: int, retry_after: str) -> None:
    """Raises `NotApplied` if LiveAgent rejects the call because of its rate limit."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        asked = float(retry_after) if retry_after.isdecimal() else None
        wait = None if asked is None else min(asked, MAX_RETRY_AFTER)
        raise NotApplied(call, "too many calls a minute", wait)


def reason_of(text: object) -> str:
    """Returns LiveAgent's text on one line, without words that may be a key or a code."""
    return _LONG_WORD.sub("…", " ".join(str(text or "").split()))[:300]


def accept_write(request: Request, response: object) -> dict[str, object]:
    """Returns the answer to a write, which was applied only if LiveAgent confirms it.

    Raises:
        Unreadable: it is neither OK nor 0.

    """
    if isinstance(response, dict) and (
        str(response.get("status", "")).upper() == "OK" or str(response.get("statuscode")) == "0"
    ):
        return response
    raise Unreadable(str(request), "an answer that does not say OK")


def _refusal(request: Request, status: int, response: dict[str, object]) -> Exception:
    digits = str(response.get("statuscode") or "")[:MAX_CODE_LENGTH]
    code = int(digits) if status < HTTPStatus.BAD_REQUEST and digits.isdecimal() else status
    reason = reason_of(response.get("errormessage"))
    match code:
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return NotApplied(str(request), "LiveAgent is being updated")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return NotApplied(str(request), "too many calls a minute")
        case _ if code in _KEY_TROUBLE or "apikey" in reason.lower().replace(" ", ""):
            return KeyRefused(str(request), code, reason)
        case HTTPStatus.BAD_GATEWAY | HTTPStatus.GATEWAY_TIMEOUT:
            return OutcomeUnknown(str(request), f"HTTP {code}")
        case _:
            return Refused(str(request), code, reason)


def _is_error(response: object) -> bool:
    return isinstance(response, dict) and str(response.get("status", "")).upper() == "ERROR"


def decode(body: bytes) -> object:
    """Returns None for invalid JSON."""
    text = body.decode("utf-8", errors="replace").removeprefix("\ufeff")
    with suppress(ValueError, RecursionError):
        answer = json.loads(text, object_hook=_let_others_run)  # refuses raw control characters
        return cleaned(answer) if may_be_unclean(text) else answer
    with suppress(ValueError, RecursionError):
        return cleaned(_parse_odd(text))
    return None


def _parse_odd(text: str) -> object:
    """Accepts an extra comma before a bracket, as in the vendor's own examples."""
    try:
        return json.loads(text, strict=False, object_hook=_let_others_run)
    except ValueError:
        if len(text) > MAX_MENDED:
            raise
        text = _EXTRA_COMMA.sub(r"\1", text)
        return json.loads(text, strict=False, object_hook=_let_others_run)


def _let_others_run(read: dict[str, object]) -> dict[str, object]:
    """Does nothing, but calling it lets other threads, such as the event loop's, run."""
    return read


def describe_body(body: bytes) -> str:
    start = body.lstrip()[:1]
    if not start:
        return "an empty body"
    if start == b"<":
        return "a page instead of JSON"
    return "JSON that was cut off or is not the API's"


def _request(verb: str, template: str, identifier: str = "", **params: str) -> Request:
    return Request(
        verb,
        template.format("{id}"),
        template.format(quote(identifier, safe="@")),
        {name: value for name, value in params.items() if value},
    )


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _yes_or_no(value: bool) -> str:  # noqa: FBT001  one letter's truth, not a switch
    return "Y" if value else "N"


def _demanded(value: str) -> str:
    if not value:
        raise ValueError("this call must not be made without it")
    return value
