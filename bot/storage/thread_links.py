"""The progress of posting new tickets' links in threads."""

from sqlalchemy import select, update

from bot.storage.database import Database
from bot.storage.tables import outbox


class ThreadLinks:
    """Tries and results, by outbox row. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, row_id: int) -> tuple[int, str]:
        """Returns the number of tries begun, and the result, "" for none."""
        wanted = select(outbox.c.link_tries, outbox.c.link_result).where(outbox.c.id == row_id)
        found = await self._database.transact(lambda it: it.execute(wanted).one_or_none())
        return (found.link_tries, found.link_result) if found else (0, "")

    async def begin(self, row_id: int, tries: int) -> bool:
        """Begins the try after `tries`; returns False if another bot began it, or ended all."""
        is_so_still = (outbox.c.link_tries == tries) & (outbox.c.link_result == "")
        begun = update(outbox).where(outbox.c.id == row_id, is_so_still)
        async with self._database.begin() as connection:
            result = await connection.execute(begun.values(link_tries=tries + 1))
            return result.rowcount == 1

    async def end(self, row_id: int, result: str) -> None:
        ended = update(outbox).where(outbox.c.id == row_id).values(link_result=result)
        async with self._database.begin() as connection:
            await connection.execute(ended)
