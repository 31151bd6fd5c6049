"""Erases old data: texts first, rows later. Unfinished rows stay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.outbox import ENDED, State
from bot.domain.ticket_message import ShownAs
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.digest_runs import RUN_OPEN
from bot.storage.files import ERASED_AT_ONCE
from bot.storage.list_forms import LIFE_SECONDS as LIST_FORM_SECONDS
from bot.storage.outbox_rows import redact_outcome
from bot.storage.presence import LIFE_SECONDS as FORM_SECONDS
from bot.storage.reviews import LIFE_SECONDS as REVIEW_SECONDS
from bot.storage.tables import (
    audit,
    changes,
    file_parts,
    files,
    live_events,
    mailed,
    open_forms,
    outbox,
    presence,
    rounds,
    runs,
    ticket_messages,
    ticket_news,
    watched,
)
from bot.storage.ticket_messages import PRIVATE_SECONDS, follows, is_first
from bot.storage.watch import KEEP_SECONDS

BATCH = 200
_GIVEN_UP = {State.UNDONE, State.DISCARDED}
CHANGE_SECONDS = 7 * 24 * 3600.0
GOT_SECONDS = 3600.0  # sending a file to Slack may take minutes

Blanked = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Retention:
    """Erasure in short transactions of `BATCH` rows at most; each method returns their number.

    Several bots may run it: each takes other rows.
    """

    database: Database

    async def blank(
        self, known: Sequence[tuple[str, int]], blanked: Blanked, *, seconds: float
    ) -> int:
        """Erases the text of operations that ended `seconds` ago; `blanked` removes it from one."""
        async with self.database.begin() as connection:
            wanted = _first(
                select(outbox.c.id, outbox.c.kind, outbox.c.operation, outbox.c.outcome),
                ~outbox.c.is_blank,
                outbox.c.wakes_at == 0,  # the notice of waking quotes the reason
                outbox.c.finished < await _ago(connection, seconds),
                outbox.c.state.in_(ENDED),
                tuple_(outbox.c.kind, outbox.c.version).in_(list(known)),
            )
            rows = (await connection.execute(wanted)).all()
            for row in rows:
                kept = {"operation": dict(blanked(row.kind, row.operation)), "is_blank": True}
                if row.outcome:
                    kept["outcome"] = redact_outcome(row.outcome)
                await connection.execute(update(outbox).where(outbox.c.id == row.id).values(kept))
            return len(rows)

    async def drop_operations(self, seconds: float) -> int:
        """Drops rows whose text is erased and whose mail can no longer be returned.

        The newest stays: SQLite would reuse its id.
        """
        newest = select(func.max(outbox.c.id)).scalar_subquery()
        is_over = ~exists().where(mailed.c.row_id == outbox.c.id)
        return await self._drop(
            outbox, outbox.c.finished, seconds, outbox.c.is_blank, outbox.c.id < newest, is_over
        )

    async def drop_files(self) -> int:
        """Drops the files of rows that are discarded, gone, or erased.

        Files without a row are being sent to somebody in Slack, and are dropped later.
        """
        kept = select(outbox.c.id).where(
            outbox.c.id == files.c.row_id,
            outbox.c.state.not_in(_GIVEN_UP) & ~outbox.c.is_blank,
        )
        async with self.database.begin() as connection:
            is_left = (files.c.row_id != 0) | (files.c.stored < await _ago(connection, GOT_SECONDS))
            old = _first(select(files.c.id), ~exists(kept), is_left)
            gone = await connection.execute(delete(files).where(files.c.id.in_(old)))
        return int(gone.rowcount)

    async def drop_file_parts(self) -> int:
        """Drops parts of files that are gone."""
        keys = [file_parts.c.file_id, file_parts.c.number]
        orphan = ~exists(select(files.c.id).where(files.c.id == file_parts.c.file_id))
        async with self.database.begin() as connection:
            old = _first(select(*keys), orphan).limit(ERASED_AT_ONCE)
            gone = await connection.execute(delete(file_parts).where(tuple_(*keys).in_(old)))
        return int(gone.rowcount)

    async def drop_audit(self, seconds: float) -> int:
        return await self._drop(audit, audit.c.at, seconds)

    async def drop_runs(self, seconds: float) -> int:
        """Drops runs of digests by their due time."""
        return await self._drop(runs, runs.c.due, seconds, runs.c.state != RUN_OPEN)

    async def drop_reviews(self) -> int:
        return await self._drop(rounds, rounds.c.created, REVIEW_SECONDS)

    async def drop_changes(self) -> int:
        """Drops changes of tickets, whether or not every reader has handled them."""
        return await self._drop(changes, changes.c.stored, CHANGE_SECONDS)

    async def drop_live_events(self) -> int:
        """Drops changes that were, or should have been, posted in live channels."""
        return await self._drop(live_events, live_events.c.stored, CHANGE_SECONDS)

    async def drop_ticket_news(self) -> int:
        """Drops old messages for *My tickets*, even unsent ones."""
        return await self._drop(ticket_news, ticket_news.c.changed, KEEP_SECONDS)

    async def drop_watched(self) -> int:
        """Drops what is known of tickets that have not changed for long."""
        return await self._drop(watched, watched.c.stored, KEEP_SECONDS)

    async def drop_presence(self) -> int:
        """Drops old records of open forms."""
        return await self._drop(presence, presence.c.opened, FORM_SECONDS)

    async def drop_list_forms(self) -> int:
        """Drops old records of what forms of lists show."""
        return await self._drop(open_forms, open_forms.c.at, LIST_FORM_SECONDS)

    async def rest_messages(self, seconds: float) -> int:
        """Stops updating messages whose tickets have not changed for `seconds`."""
        async with self.database.begin() as connection:
            is_old = ticket_messages.c.touched < await _ago(connection, seconds)
            old = _first(select(ticket_messages.c.id), is_old, follows())
            rested = await connection.execute(
                update(ticket_messages)
                .where(ticket_messages.c.id.in_(old))
                .values(is_resting=True, due=0.0, comment="")
            )
            return int(rested.rowcount)

    async def drop_messages(self, seconds: float) -> int:
        """Drops records of messages; shortcuts on such a message no longer know its ticket."""
        return await self._drop(ticket_messages, ticket_messages.c.touched, seconds)

    async def drop_digests_tickets(self, seconds: float) -> int:
        """Drops the tickets of digests; shortcuts below an older one no longer know its tickets.

        One row per digest stays, because its channel may still become shared with another company.
        """
        table = ticket_messages
        is_named = (table.c.shown_as == ShownAs.DIGEST) & (table.c.ticket_id != "")
        dropped = await self._drop(table, table.c.touched, seconds, is_named, ~is_first())
        async with self.database.begin() as connection:
            is_old = table.c.touched < await _ago(connection, seconds)
            old = _first(select(table.c.id), is_old, is_named, is_first())
            blanked = update(table).where(table.c.id.in_(old)).values(ticket_id="", code="")
            return dropped + int((await connection.execute(blanked)).rowcount)

    async def drop_private_cards(self) -> int:
        """Drops cards that can no longer be updated."""
        is_private = ticket_messages.c.shown_as == ShownAs.PRIVATE
        return await self._drop(
            ticket_messages, ticket_messages.c.touched, PRIVATE_SECONDS, is_private
        )

    async def _drop(
        self,
        table: Table,
        moment: ColumnElement[float],
        seconds: float,
        *conditions: ColumnElement[bool],
    ) -> int:
        keys = list(table.primary_key)
        async with self.database.begin() as connection:
            is_old = moment < await _ago(connection, seconds)
            old = _first(select(*keys), is_old, *conditions)
            gone = await connection.execute(delete(table).where(tuple_(*keys).in_(old)))
            return int(gone.rowcount)


def _first(columns: Select[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    return columns.where(*conditions).limit(BATCH).with_for_update(skip_locked=True)


async def _ago(connection: AsyncConnection, seconds: float) -> float:
    """Returns a number: PostgreSQL uses no index for a comparison with its running clock."""
    return (await connection.execute(select(now()))).scalar_one() - seconds
