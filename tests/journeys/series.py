"""The series that the bot's metrics have."""

from collections.abc import Callable

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.app import Bot

Read = Callable[..., float]


async def read_series(session: aiohttp.ClientSession, bot: Bot) -> Read:
    """A function that gives the value of a series: 0 where there is none."""
    async with session.get(f"http://127.0.0.1:{bot.metrics_port}/metrics") as answer:
        text = await answer.text()
    values = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return lambda name, **labels: values.get((name, frozenset(labels.items())), 0.0)
