"""The metrics as an operator reads them."""

import asyncio
import json
import math
import re
import sys
from asyncio.subprocess import DEVNULL, create_subprocess_exec
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import update

from bot.app import Bot, Intervals, running
from bot.play import MANIFEST, sandbox_settings
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from bot.storage.tables import outbox
from tests.frozen import freezer_before
from tests.journeys.acting import open_card, open_form
from tests.journeys.digesting import add, make_due, posted
from tests.journeys.series import read_series
from tests.journeys.transports import in_socket_mode
from tests.postgres import new_database
from tests.waiting import until_found


async def ready(session: aiohttp.ClientSession, bot: Bot) -> bool:
    async with session.get(f"http://127.0.0.1:{bot.metrics_port}/readyz") as answer:
        return answer.status == HTTPStatus.OK


async def until_counted(session: aiohttp.ClientSession, bot: Bot, name: str, **labels: str) -> None:
    async def count() -> float:
        return (await read_series(session, bot))(name, **labels)

    await until_found(count)


@in_socket_mode
async def test_a_held_operation_is_counted_until_it_ends(
    ann: Person, bot: Bot, session: aiohttp.ClientSession
) -> None:
    form = await open_form(ann, "Reply", "To: John Owner")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    undo = await ann.wait_for("Send now")
    figures = await read_series(session, bot)
    assert figures("outbox_rows", state="held") == 1
    assert figures("outbox_oldest_seconds") == 0  # it is held on purpose
    await ann.clicks(undo, "Send now")
    await ann.wait_for("Sent to john@owner.com")
    figures = await read_series(session, bot)
    assert figures("outbox_rows", state="held") == 0
    assert figures("operations_ended_total", kind="reply", state="done") == 1
    assert figures("slack_interactions_total", kind="submission", id="reply", outcome="ok") == 1
    assert figures("slack_interaction_seconds_count", kind="submission") == 1
    assert figures("slack_interactions_total", kind="command", id="REF", outcome="ok") == 1
    assert figures("liveagent_queue_seconds_count", priority="person") > 0
    assert figures("slack_connected") == figures("database_reachable") == 1


@in_socket_mode
async def test_the_age_of_waiting_operations_is_exposed(
    ann: Person, bot: Bot, sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    card = await open_card(ann)
    sandbox.liveagent.faults.set("down")
    await ann.clicks(card, "Resolve")
    await ann.clicks(await ann.wait_for("Resolve now"), "Resolve now")
    await ann.wait_for("We'll try again as soon as it's back.")
    async with bot.database.begin() as connection:
        await connection.execute(update(outbox).values(created=outbox.c.created - 1000))
    figures = await read_series(session, bot)
    under_way = [figures("outbox_rows", state=state) for state in ("waiting", "sending")]
    assert sum(under_way) == 1
    assert 1000 <= figures("outbox_oldest_seconds") < 1100


@in_socket_mode
async def test_a_missing_digest_shows_in_the_metrics(
    ann: Person, bot: Bot, sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    await add(ann)
    assert (await read_series(session, bot))("digest_overdue_seconds") == 0
    sandbox.liveagent.faults.set("down")
    await make_due(bot, timedelta(seconds=500))
    await until_counted(session, bot, "digests_total", outcome="failed")
    assert 500 <= (await read_series(session, bot))("digest_overdue_seconds") < 600


@in_socket_mode
async def test_a_digest_that_came_is_counted_with_how_late_it_was(
    ann: Person, bot: Bot, session: aiohttp.ClientSession
) -> None:
    await add(ann)
    await make_due(bot, timedelta(seconds=500))
    await posted(ann)
    await until_counted(session, bot, "digests_total", outcome="posted")
    figures = await read_series(session, bot)
    assert 500 <= figures("digest_delay_seconds_sum") < 600
    assert figures("digest_overdue_seconds") == 0


async def test_housekeeping_has_been_done(
    sandbox: Sandbox, tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    async with running(sandbox_settings(sandbox, tmp_path)) as bot:
        await until_counted(session, bot, "housekeeping_last_timestamp_seconds")


@in_socket_mode
async def test_figures_are_nan_while_the_database_is_away(
    bot: Bot, session: aiohttp.ClientSession
) -> None:
    async with bot.database.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE outbox RENAME TO elsewhere")
    figures = await read_series(session, bot)
    assert figures("database_reachable") == 0
    assert math.isnan(figures("outbox_rows", state="held"))
    async with bot.database.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO outbox")
    assert (await read_series(session, bot))("outbox_rows", state="held") == 0


async def test_a_database_that_is_frozen_keeps_nobody_waiting(
    sandbox: Sandbox, tmp_path: Path, session: aiohttp.ClientSession, postgres: str
) -> None:
    async with freezer_before(new_database(postgres)) as freezer:
        settings = sandbox_settings(sandbox, tmp_path)
        frozen = settings.model_copy(update={"database_url": freezer.url})
        async with running(frozen) as bot, asyncio.timeout(60):  # it froze for good before
            await until_found(lambda: ready(session, bot))  # its answer has seconds, too
            freezer.freeze()
            assert not await ready(session, bot)
            figures = await read_series(session, bot)
            assert figures("database_reachable") == 0
            assert math.isnan(figures("outbox_rows", state="held"))
            freezer.thaw()
            while not await ready(session, bot):
                pass
            assert (await read_series(session, bot))("database_reachable") == 1


@pytest.mark.parametrize("socket_mode", [True, False])
async def test_a_token_that_was_revoked_is_noticed(
    sandbox: Sandbox, tmp_path: Path, session: aiohttp.ClientSession, *, socket_mode: bool
) -> None:
    settings = sandbox_settings(sandbox, tmp_path, socket_mode=socket_mode)
    async with running(settings, Intervals(token=0.05)) as bot, asyncio.timeout(60):
        while not await ready(session, bot):
            pass
        sandbox.slack.revoke_token()
        while await ready(session, bot):
            pass
        assert (await read_series(session, bot))("slack_connected") == 0
        sandbox.slack.revoke_token(is_revoked=False)
        while not await ready(session, bot):
            pass


async def test_an_outage_of_slack_says_nothing_about_the_token(
    sandbox: Sandbox, tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    settings = sandbox_settings(sandbox, tmp_path, socket_mode=False)
    async with running(settings) as bot:
        sandbox.slack.fail("auth.test", "fatal_error", times=1, status=500)
        await bot.check_token()
        assert await ready(session, bot)


@pytest.mark.parametrize("socket_mode", [True, False])
async def test_metrics_can_have_their_own_port(
    sandbox: Sandbox,
    tmp_path: Path,
    session: aiohttp.ClientSession,
    *,
    socket_mode: bool,
) -> None:
    plain = sandbox_settings(sandbox, tmp_path, socket_mode=socket_mode)
    async with running(plain.model_copy(update={"metrics_port": 0})) as bot:
        assert (bot.port == bot.metrics_port) is socket_mode
        assert (await read_series(session, bot))("slack_connected") == 1
        if not socket_mode:
            for page in ("healthz", "readyz", "metrics"):
                async with session.get(f"http://127.0.0.1:{bot.port}/{page}") as answer:
                    assert answer.status == 404
            async with session.post(f"http://127.0.0.1:{bot.port}/slack/events") as answer:
                assert answer.status == 401
            async with session.post(f"http://127.0.0.1:{bot.metrics_port}/slack/events") as answer:
                assert answer.status == 404


@in_socket_mode
async def test_the_image_asks_whether_the_bot_is_healthy(bot: Bot) -> None:
    dockerfile = MANIFEST.with_name("Dockerfile").read_text()
    found = re.search(r'CMD (\["python", "-c", .*\])', dockerfile)
    assert found
    _, *check = json.loads(found[1])

    async def ask(**environment: str) -> int | None:
        asking = await create_subprocess_exec(
            sys.executable, *check, env=environment, stderr=DEVNULL
        )
        await asking.communicate()
        return asking.returncode

    port, nobodys = str(bot.port), "9"
    assert await ask(PORT=port) == 0
    assert await ask(PORT=nobodys, METRICS_PORT=port) == 0
    assert await ask(PORT=nobodys) == 1
