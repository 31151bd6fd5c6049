"""Two replicas, for a short time; `make chaos` runs them longer."""

import random

import pytest

from tests.chaos.replicas import disturb_replicas
from tests.postgres import WITH_TABLES, new_database


@pytest.mark.parametrize("seed", [5])
async def test_replicas_lose_and_repeat_no_digest_or_note(
    postgres_with_tables: str, seed: int
) -> None:
    url = new_database(postgres_with_tables, WITH_TABLES)
    await disturb_replicas(url, random.Random(seed), rounds=2)
