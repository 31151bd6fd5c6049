"""The id of a removed digest is never used again."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import JSON, column, insert, inspect, table

from blocks.forms.digest import fresh
from bot.domain.digest import Digest
from bot.i18n import Translator
from bot.storage.audit import audit_entry
from bot.storage.database import Database
from bot.storage.digests import Digests

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DIGEST = fresh("C1", "U0ANN", "Asia/Tokyo", Translator("en"))


async def add(database: Database, key: str, digest: Digest = DIGEST) -> Digest:
    return await Digests(database).add(digest, due=NOW, key=key)


async def add_as_then(database: Database, key: str, digest: Digest) -> int:
    """As a version did that knew of no later columns."""
    settings = {
        "departments": {},
        "statuses": list(digest.statuses),
        "days": list(digest.schedule.days),
        "times": ["09:00"],
        "zone": digest.schedule.zone,
        "language": digest.language,
        "only_changes": digest.only_changes,
        "posts_empty": digest.posts_empty,
        "shows": sorted(digest.shows),
    }
    values = {
        "channel": digest.channel,
        "name": digest.name,
        "settings": settings,
        "created_by": digest.created_by,
        "is_paused": False,
        "due": NOW.timestamp(),
        "key": key,
    }
    then = table(
        "digests",
        column("id"),
        column("settings", JSON),
        *(column(each) for each in values if each != "settings"),
    )
    added = insert(then).values(values).returning(then.c.id)
    async with database.begin() as connection:
        return int((await connection.execute(added)).scalar_one())


async def test_the_id_of_a_removed_digest_is_not_reused(database: Database) -> None:
    store = Digests(database)
    removed = await add(database, "V1")
    await store.remove(removed.id)
    assert (await add(database, "V2")).id > removed.id


async def test_the_migration_keeps_digests_and_reuses_no_id(
    empty_database_url: str,
) -> None:
    database = Database(empty_database_url)
    await database.migrate("0012")
    store = Digests(database)
    stays = await add_as_then(database, "V1", replace(DIGEST, name="Stays"))
    removed = await add_as_then(database, "V2", DIGEST)
    async with database.begin() as connection:
        entry = audit_entry(f"digest {removed}", "digest_removed", "U0ANN", "Ann", {})
        await connection.execute(entry)
    await store.remove(removed)
    await database.migrate()
    kept = replace(DIGEST, id=stays, name="Stays", due=NOW, is_settled=False)
    assert await store.find(stays) == kept
    assert (await add(database, "V3")).id > removed
    again = await add(database, "V1", replace(DIGEST, name="The same submission"))
    assert again.id == stays
    async with database.begin() as connection:
        indexes = await connection.run_sync(lambda sync: inspect(sync).get_indexes("digests"))
    assert {each["name"] for each in indexes} == {"digests_key", "digests_channel", "digests_due"}
    await database.close()
