"""Signed forms over HTTP, sent to the bot and to its peers by turns: how long one waits."""

import asyncio
import statistics
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count

from tests.bench.servers import Server, connected, signed, start_servers
from tests.bench.services import submission

ROUNDS, FORMS, AT_ONCE = 5, 40, 200
PAUSE = 0.06
"""Seconds between two forms, in which the bot delivers the first."""

_numbers = count()


@dataclass(frozen=True, slots=True)
class Waited:
    """In seconds: `p50` of forms sent one at a time, and the `slowest` of many sent at once."""

    p50: float
    slowest: float


async def measure(servers: Sequence[Server]) -> Mapping[str, Waited]:
    """By server: the median over rounds in which all had their turns."""
    times: dict[str, list[float]] = {server.name: [] for server in servers}
    for server in servers:
        await _one_at_a_time(server, FORMS // 2)  # warm
    for _ in range(ROUNDS):
        for server in servers:
            times[server.name].append(await _one_at_a_time(server, FORMS))
    slowest = {server.name: await _at_once(server, AT_ONCE) for server in reversed(servers)}
    return {
        server.name: Waited(statistics.median(times[server.name]), slowest[server.name])
        for server in servers
    }


async def _one_at_a_time(server: Server, number: int) -> float:
    """Seconds of the median."""
    times = []
    async with connected(server) as slack:
        for _ in range(number):
            times.append(await slack.send(_form()))
            await asyncio.sleep(PAUSE)
    return statistics.median(times)


async def _at_once(server: Server, number: int) -> float:
    """Seconds of the slowest."""
    async with AsyncExitStack() as stack:
        slacks = [await stack.enter_async_context(connected(server)) for _ in range(number)]
        requests = [_form() for _ in slacks]
        sending = [slack.send(each) for slack, each in zip(slacks, requests, strict=True)]
        return max(await asyncio.gather(*sending))


def _form() -> bytes:
    """Returns the submission of a note of its own."""
    number = next(_numbers)
    view = submission(number)["view"]
    return signed({"type": "view_submission", "trigger_id": f"2.{number}", "view": view})


def table(found: Mapping[str, Waited]) -> list[str]:
    """In Markdown."""
    lines = [
        f"| a form, acknowledged | one at a time, p50 | {AT_ONCE} at once, the slowest |",
        "| --- | --- | --- |",
    ]
    for name, waited in found.items():
        lines.append(f"| {name} | {waited.p50 * 1000:.1f} ms | {waited.slowest:.2f} s |")
    return lines


async def main() -> None:
    async with start_servers() as servers:
        print("\n".join(table(await measure(servers))))


if __name__ == "__main__":
    asyncio.run(main())
