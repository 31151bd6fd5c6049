"""The id of a removed digest is never given again."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import inspect

from blocks.forms.digest import fresh
from bot.domain.digest import Digest
from bot.i18n import Translator
from bot.storage.audit import Audit
from bot.storage.database import Database
from bot.storage.digests import Digests

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DIGEST = fresh("C1", "U0ANN", "Asia/Tokyo", Translator("en"))


async def add(database: Database, key: str, digest: Digest = DIGEST) -> Digest:
    return await Digests(database, lease_seconds=60).add(digest, due=NOW, key=key)


async def test_not_even_the_last_ones(database: Database) -> None:
    store = Digests(database, lease_seconds=60)
    removed = await add(database, "V1")
    await store.remove(removed.id)
    assert (await add(database, "V2")).id > removed.id


async def test_what_was_kept_before_is_kept_and_ids_of_then_are_not_given_again(
    empty_database_url: str,
) -> None:
    database = Database(empty_database_url)
    await database.migrate("0012")
    store = Digests(database, lease_seconds=60)
    stays = await add(database, "V1", replace(DIGEST, name="Stays"))
    removed = await add(database, "V2")
    await Audit(database).add(f"digest {removed.id}", "digest_removed", "U0ANN", "Ann", {})
    await store.remove(removed.id)
    await database.migrate()
    assert await store.find(stays.id) == stays
    assert (await add(database, "V3")).id > removed.id
    again = await add(database, "V1", replace(DIGEST, name="The same submission"))
    assert again.id == stays.id
    async with database.begin() as connection:
        indexes = await connection.run_sync(lambda sync: inspect(sync).get_indexes("digests"))
    assert {each["name"] for each in indexes} == {"digests_key", "digests_channel", "digests_due"}
    await database.close()
