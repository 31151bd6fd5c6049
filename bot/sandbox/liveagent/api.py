"""The API over HTTP, with injected faults."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.sandbox.liveagent.asking import Asked, read
from bot.sandbox.liveagent.calls import Perform
from bot.sandbox.liveagent.door import Answer, Door, too_many_calls
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.faults import Fault, Faults

Handler = Callable[[web.Request], Awaitable[web.Response]]
Sleep = Callable[[float], Awaitable[None]]
Calls = Sequence[tuple[str, str, Perform]]

PROXY_PAGE = """\
<html><head><title>{status}</title></head>
<body><center><h1>{status}</h1></center><hr><center>nginx</center></body></html>
"""


class Api:
    """Answers calls; calls that a fault delays continue after the caller has left."""

    def __init__(
        self, calls: Calls, door: Door, faults: Faults, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.calls = calls
        self.door = door
        self.faults = faults
        self._sleep = sleep
        self._late: set[asyncio.Task[None]] = set()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        routes = [
            web.route(verb, f"{prefix}{path}", self._handler(call))
            for verb, path, call in self.calls
        ]
        return [*routes, web.route("*", f"{prefix}/{{rest:.*}}", self._handler(no_such_call))]

    async def late_calls(self) -> None:
        """Waits until every delayed call is applied."""
        await asyncio.gather(*self._late)

    async def stop(self) -> None:
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    def _handler(self, call: Perform) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            asked = await read(request, call.__name__)
            fault = self.faults.take(asked.name, asked.verb, asked.path)
            if fault is None:
                return self.door.perform(asked, call).response()
            answer = await self._spoiled(fault, asked, call)
            if answer is None and request.transport:
                request.transport.abort()
            return answer or web.Response()

        return handle

    async def _spoiled(self, fault: Fault, asked: Asked, call: Perform) -> web.Response | None:
        """Returns None if the connection is to end without an answer."""
        if refusal := _refusal(fault):
            return self.door.refuse(asked, refusal).response()
        if fault.kind == "delay":
            await self._sleep(fault.seconds)
            return self.door.perform(asked, call).response()
        if fault.kind in {"cut_body", "empty_body", "html_page"}:
            return self._garbled(fault, asked, call)
        await self._unanswered(fault, asked, call)
        return None

    async def _unanswered(self, fault: Fault, asked: Asked, call: Perform) -> None:
        if fault.kind == "drop_after":
            self.door.perform(asked, call, ", the answer was lost")
        elif fault.kind == "apply_late":
            self._start(self._later(fault.seconds, asked, call))
        else:
            self.door.note(asked, "hangs" if fault.kind == "hang" else "connection closed")
        if fault.kind == "hang":
            await self.faults.cleared()

    def _garbled(self, fault: Fault, asked: Asked, call: Perform) -> web.Response:
        remark = f", answered with {fault.kind}"
        answer = Answer(200, b'{"response":{}}')
        if fault.applied:
            answer = self.door.perform(asked, call, remark)
        else:
            self.door.note(asked, f"not applied{remark}")
        if fault.kind == "html_page":
            status = fault.http or web.HTTPBadGateway.status_code
            page = PROXY_PAGE.format(status=status)
            return web.Response(status=status, text=page, content_type="text/html")
        body = answer.body[: len(answer.body) // 2] if fault.kind == "cut_body" else b""
        return Answer(200, body).response()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _later(self, seconds: float, asked: Asked, call: Perform) -> None:
        await self._sleep(seconds)
        self.door.perform(asked, call, ", applied late, without an answer")


def _refusal(fault: Fault) -> Refused | None:
    if fault.kind == "down":
        return Refused("LiveAgent is being updated", http=503)
    if fault.kind == "rate_limited":
        return too_many_calls()
    if fault.kind == "error":
        return Refused(fault.message, http=fault.http or 500, statuscode=fault.statuscode)
    return None


def no_such_call(_account: object, asked: Asked) -> dict[str, object]:
    raise Refused(f"{asked.verb} {asked.path} does not exist", http=404)
