"""The ticket that each form of a list shows."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.clock import MACHINE, Clock
from bot.storage.best_effort import as_best_effort
from bot.storage.database import Database
from bot.storage.dialects import now, put_in
from bot.storage.tables import open_forms

LIFE_SECONDS = 7 * 24 * 3600.0


class ListForms:
    """Tickets by view id. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock = MACHINE) -> None:
        self._database = database
        self.clock = clock

    @as_best_effort(lambda: None)
    async def show(self, view_id: str, ticket_id: str, others: Sequence[str]) -> None:
        """Records what the form is about to show; best effort, since reading needs no database."""
        shown = {"ticket_id": ticket_id, "others": list(others), "at": now()}
        await self._database.transact(
            lambda it: it.execute(put_in(it, open_forms, view_id=view_id, **shown))
        )

    @as_best_effort(lambda: True)
    async def shows(self, view_id: str, ticket_id: str) -> bool:
        """Whether the form still shows this ticket; best effort."""
        found = await self.of(view_id)
        return found is None or found[0] == ticket_id

    async def of(self, view_id: str) -> tuple[str, Sequence[str]] | None:
        """Returns the ticket and its list; None for another kind of form."""
        wanted = select(open_forms).where(open_forms.c.view_id == view_id)
        found = await self._database.transact(lambda it: it.execute(wanted).one_or_none())
        return (found.ticket_id, found.others) if found else None
