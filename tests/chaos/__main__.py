"""`make chaos`: many writes, and the figures."""

import asyncio
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.chaos.storm import Storm


async def main(writes: int, seed: int) -> int:
    standin = LiveAgentStandIn()
    standin.switches.calls_per_minute = 1_000_000
    await standin.start()
    with TemporaryDirectory() as folder:
        started = time.monotonic()
        figures = await Storm(Path(folder), standin, Random(seed)).rage(writes)
        print(f"seed {seed}, {time.monotonic() - started:.0f} s: {figures}")
    await standin.stop()
    return 1 if figures.lost or figures.twice else 0


if __name__ == "__main__":
    arguments = ArgumentParser(prog="python -m tests.chaos")
    arguments.add_argument("--writes", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    given = arguments.parse_args()
    sys.exit(asyncio.run(main(given.writes, given.seed)))
