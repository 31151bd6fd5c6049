"""Each morning the channel learns once who waits, whenever a bot dies."""

import pytest

from tests.chaos.mornings import a_month
from tests.postgres import WITH_TABLES, new_database

MORNINGS = 11  # with three Mondays, the day clocks are set back among them


@pytest.mark.parametrize("seed", [5])
async def test_each_digest_comes_once_each_morning(postgres_with_tables: str, seed: int) -> None:
    url = new_database(postgres_with_tables, WITH_TABLES)
    async with a_month(url, seed) as month:
        await month.pass_by(MORNINGS)
    assert month.troubles == []
    assert month.seen == 23
    assert month.quiet == 2
    assert month.deaths > MORNINGS
    assert month.late
