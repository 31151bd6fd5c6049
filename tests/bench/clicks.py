"""Signed clicks over HTTP, sent to the bot and to its peers by turns: latency and throughput."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from tests.bench.servers import Server, connected, signed, start_servers

ROUNDS = 5
CLICKS = {1: 200, 16: 1600, 64: 1600}  # by connections


@dataclass(frozen=True, slots=True)
class Figures:
    """`p50` and `cpu` (of the server, a click) in seconds; `per_second` over all connections."""

    p50: float
    per_second: float
    cpu: float


async def measure(servers: Sequence[Server]) -> Mapping[str, Mapping[int, Figures]]:
    """By server and connections: the median of rounds in which all had their turns."""
    for server in servers:
        await _clicked(server, 16, 300)  # warm
    rounds: dict[tuple[str, int], list[Figures]] = {}
    for connections, number in CLICKS.items():
        for _ in range(ROUNDS):
            for server in servers:
                found = await _clicked(server, connections, number)
                rounds.setdefault((server.name, connections), []).append(found)
    return {
        server.name: {number: _median(rounds[server.name, number]) for number in CLICKS}
        for server in servers
    }


def _median(rounds: Sequence[Figures]) -> Figures:
    return Figures(*map(statistics.median, zip(*map(astuple, rounds), strict=True)))


async def _clicked(server: Server, connections: int, number: int) -> Figures:
    """So many over connections of which each sends one after the other."""
    requests = [_click(each) for each in range(number)]
    times: list[float] = []

    async def one() -> None:
        async with connected(server) as slack:
            while requests:
                times.append(await slack.send(requests.pop()))

    used, started = server.cpu(), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    took, used = time.perf_counter() - started, server.cpu() - used
    return Figures(statistics.median(times), number / took, used / number)


def _click(number: int) -> bytes:
    action = {"type": "button", "action_id": "open_in_liveagent", "block_id": "b", "value": "s4y7"}
    return signed(
        {
            "type": "block_actions",
            "channel": {"id": "C0SUPPORT", "name": "support"},
            "container": {"type": "message", "message_ts": "1.1", "is_ephemeral": True},
            "trigger_id": f"1.{number}",
            "response_url": "https://slack.example/r",
            "actions": [action],
        }
    )


def table(found: Mapping[str, Mapping[int, Figures]]) -> list[str]:
    """In Markdown."""
    heads = [f"{number} connection{'s' * (number > 1)}" for number in CLICKS]
    lines = [f"| a click, acknowledged | {' | '.join(heads)} |", "| --- " * (1 + len(heads)) + "|"]
    for name, figures in found.items():
        cells = [
            f"{each.p50 * 1000:.1f} ms, {each.per_second:.0f}/s, CPU {each.cpu * 1000:.2f} ms"
            for each in figures.values()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


async def main() -> None:
    async with start_servers() as servers:
        print("\n".join(table(await measure(servers))))


if __name__ == "__main__":
    asyncio.run(main())
