"""A whole bot in a process of its own, to be killed; its settings are in the environment."""

import asyncio
import os
from collections.abc import Mapping

from bot import app, logs
from bot.desk.delivery.deliverer import Timing
from bot.settings import Settings

DELIVERY = Timing(
    verify_after=(0.05, 0.25, 0.75, 1.6), first_wait=0.05, longest_wait=0.3, poll=0.05
)
# A post that a busy machine delays by more than the lease is another bot's to make: so a long one.
FAST = app.Intervals(lease=4.0, digest_lease=10.0, tick=0.2, digest_wait=0.2, delivery=DELIVERY)


def main(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    logs.set_up("CRITICAL", "console", [])  # it is to fail
    asyncio.run(app.run(Settings(), FAST))
