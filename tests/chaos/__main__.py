"""`make chaos`: many writes, and digests by two bots, with figures."""

import asyncio
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.chaos.replicas import disturb_replicas
from tests.chaos.storm import Storm
from tests.postgres import WITH_TABLES, add_template, new_database, open_postgres

ROUNDS = 10


async def main(writes: int, seed: int) -> int:
    standin = LiveAgentStandIn()
    standin.switches.calls_per_minute = 1_000_000
    await standin.start()
    with TemporaryDirectory() as folder:
        started = time.monotonic()
        figures = await Storm(Path(folder), standin, Random(seed)).rage(writes)
        print(f"seed {seed}, {time.monotonic() - started:.0f} s: {figures}", flush=True)
        await standin.stop()
        with open_postgres(Path(folder, "postgres")) as server:
            await asyncio.to_thread(add_template, server)
            url = new_database(server, WITH_TABLES)
            print(await disturb_replicas(url, Random(seed), ROUNDS))
    return 1 if figures.lost or figures.twice else 0


if __name__ == "__main__":
    arguments = ArgumentParser(prog="python -m tests.chaos")
    arguments.add_argument("--writes", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    given = arguments.parse_args()
    sys.exit(asyncio.run(main(given.writes, given.seed)))
