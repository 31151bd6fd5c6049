"""The fixtures that all tests share."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import hypothesis
import pytest
import structlog

from bot.liveagent.client import LiveAgent
from bot.liveagent.pace import Pace
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.storage.database import Database
from tests.hanging import (
    pytest_runtest_makereport,
    pytest_runtest_teardown,
    pytest_timeout_set_timer,
)
from tests.manifest import read_manifest
from tests.postgres import WITH_TABLES, add_template, new_database, open_postgres
from tests.pulse import Pulse, beating
from tests.tables import add_tables

__all__ = ["pytest_runtest_makereport", "pytest_runtest_teardown", "pytest_timeout_set_timer"]

MEMORY = Path("/dev/shm")  # in Linux
NEEDED_BYTES = 4 * 2**30  # of PostgreSQL above all

# the same examples in each run: what new ones find is not the fault of who runs the tests
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, max_examples=40)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)  # make explore
hypothesis.settings.load_profile("same")
gc.disable()  # until all tests are collected


def pytest_configure() -> None:
    """Keeps the tests' files in memory where there is room, because they commit all the time."""
    is_chosen = "TMPDIR" in os.environ
    if not is_chosen and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > NEEDED_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_xdist_auto_num_workers() -> int:
    """Returns two workers per core: tests wait a third of the time, and each worker costs some."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Keeps what all tests share out of each garbage collection: a sixth of all CPU."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Logs to pytest's capture, whatever a test sets up.

    structlog's default would be costly: it draws each traceback with the locals of every frame.
    """
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    for ours in ("bot", "blocks", "handlers"):
        logging.getLogger(ours).setLevel(logging.INFO)  # libraries log from WARNING on
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[str]:
    """The address of a PostgreSQL for all workers, started at first use.

    It is outside pytest's folder: if root runs the tests, the server runs as another user, who may
    not enter that folder.
    """
    with open_postgres(Path(tempfile.gettempdir(), f"postgres-{testrun_uid}")) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: str) -> str:
    add_template(postgres)
    return postgres


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied: creating them takes longer than many tests."""
    file = tmp_path_factory.mktemp("migrated") / "tickets.db"
    add_tables(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    """A database in a file, with all tables."""
    shutil.copy(migrated, tmp_path / "tickets.db")
    return f"sqlite:///{tmp_path}/tickets.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind, with all tables."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return new_database(request.getfixturevalue("postgres_with_tables"), WITH_TABLES)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind, without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/tickets.db"
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def manifest() -> dict[str, Any]:
    """The app's in Slack, which a test may change."""
    return read_manifest()


@pytest.fixture
async def standin() -> AsyncIterator[LiveAgentStandIn]:
    """LiveAgent's stand-in."""
    standin = LiveAgentStandIn()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def liveagent(standin: LiveAgentStandIn, session: aiohttp.ClientSession) -> LiveAgent:
    """The adapter, connected to the stand-in."""
    return LiveAgent(
        session=session,
        url=standin.url,
        api_key=standin.api_key,
        zone=ZoneInfo("UTC"),
        pace=Pace(9000),
        observe=lambda *_: None,
    )


@pytest.fixture
async def pulse() -> AsyncIterator[Pulse]:
    async with beating() as pulse:
        yield pulse
