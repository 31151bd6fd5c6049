"""Fixtures that listeners share."""

from collections.abc import AsyncIterator

import pytest

from handlers.dispatch.services import Services
from tests.bench.services import open_services


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    async with open_services() as (services, _):
        yield services
