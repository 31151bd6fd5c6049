"""The outbox for delivery: claims with leases, and results."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.outbox import Row, State
from bot.storage.audit import audit_entry
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.notifications import SLOW_SECONDS
from bot.storage.outbox_rows import (
    COLUMNS,
    is_its_turn,
    is_leased_to,
    is_of,
    next_id,
    read_row,
    redact_outcome,
)
from bot.storage.tables import mailed, outbox
from bot.storage.ticket_messages import changed

_MADE = {State.DONE, State.DOUBTFUL}  # LiveAgent has it, or may have it


class Deliveries:
    """Claims and results of rows. Every method is one transaction, committed when it returns.

    The holder of a row renews its lease several times within `lease_seconds`.
    """

    def __init__(self, database: Database, *, lease_seconds: float) -> None:
        self._database = database
        self.lease_seconds = lease_seconds

    async def claim(self, known: Sequence[tuple[str, int]]) -> Row | None:
        """Claims the next due row for this bot until the lease ends.

        One row per ticket is in progress at a time, in the order of submission. A row whose lease
        has ended belonged to a bot that died: its call may have been made.
        """
        claim = partial(claim_in, known, self.lease_seconds)
        try:
            return await self._database.transact(claim)
        except _ClaimedTogether:
            return None

    async def renew(self, rows: Sequence[Row]) -> frozenset[int]:
        """Renews the leases of these rows; returns the ids of those that are still this bot's."""
        tokens = [(row.id, row.lease_token) for row in rows]
        ours = tuple_(outbox.c.id, outbox.c.lease_token).in_(tokens)
        renewed = (
            update(outbox)
            .where(ours, outbox.c.state == State.SENDING)
            .values(due=now() + self.lease_seconds)
            .returning(outbox.c.id)
        )
        return await self._database.transact(lambda it: frozenset(it.execute(renewed).scalars()))

    async def remember(self, row: Row, baseline: Mapping[str, Any]) -> bool:
        """Stores the baseline before the first call, and the ticket's id.

        Returns whether this bot still holds the row.
        """
        return await self._change(row, ticket_id=row.ticket_id, baseline=dict(baseline))

    async def reschedule(self, row: Row, state: State, seconds: float, **columns: object) -> bool:
        """Makes the row due again after `seconds`. Returns whether this bot still held it."""
        return await self._change(row, state=state, due=now() + seconds, **columns)

    async def end(
        self,
        row: Row,
        state: State,
        outcome: Mapping[str, Any],
        *,
        agent: str,
        remote_id: str = "",
        look_after: float | None = None,
    ) -> bool:
        """Ends the row as done or as its author's to decide, and writes the audit entry.

        The messages that show its ticket become due to be redrawn. `remote_id` is the message or
        ticket that it became. After `look_after` seconds the bot checks whether its mail was
        returned. Returns whether this bot still held the row.
        """
        ended = (
            update(outbox)
            .where(*is_leased_to(row))
            .values(
                state=state,
                is_open=False,
                dedup_key=None,
                outcome=dict(outcome),
                remote_id=remote_id,
                finished=now(),
                wakes_at=outcome.get("wakes") or 0,
                is_confirmed=row.is_confirmed,
            )
        )
        author, redacted = row.slack_user, redact_outcome(outcome)
        entry = audit_entry(row.ticket_id, row.kind, author, agent, redacted, state=state)

        def end(connection: Connection) -> bool:
            if connection.execute(ended).rowcount != 1:
                return False
            connection.execute(entry)
            if look_after is not None:
                due = now() + look_after
                connection.execute(insert(mailed).values(row_id=row.id, due=due))
            if state in _MADE:
                connection.execute(changed([row.ticket_id], row.slack_user))
            return True

        return await self._database.transact(end)

    async def remote_ids(self, ticket_id: str) -> frozenset[str]:
        """Returns the messages that rows of this ticket have become."""
        rows = select(outbox.c.remote_id).where(
            outbox.c.ticket_id == ticket_id, outbox.c.remote_id != ""
        )
        return await self._database.transact(lambda it: frozenset(it.execute(rows).scalars()))

    async def hurry(self, seconds: float) -> None:
        """Makes held and waiting rows due `seconds` sooner, for the sandbox's clock.

        Rows to be verified keep their time: LiveAgent may make such a call late, in real time.
        """
        sooner = (
            update(outbox)
            .where(outbox.c.state.in_([State.HELD, State.WAITING]))
            .values(due=outbox.c.due - seconds)
        )
        reminded = (
            update(outbox)
            .where(outbox.c.remind_at > 0)
            .values(remind_at=outbox.c.remind_at - seconds)
        )

        def hurry(connection: Connection) -> None:
            connection.execute(sooner)
            connection.execute(reminded)

        await self._database.transact(hurry)

    async def _change(self, row: Row, **columns: Any) -> bool:  # noqa: ANN401  values of columns
        moved = update(outbox).where(*is_leased_to(row)).values(**columns)
        return await self._database.transact(lambda it: it.execute(moved).rowcount == 1)


class _ClaimedTogether(Exception):
    """Another bot has just claimed another row of the ticket."""


def claim_in(
    known: Sequence[tuple[str, int]], lease_seconds: float, connection: Connection
) -> Row | None:
    """Claims the next due row in a transaction, which must be rolled back after an exception."""
    found = connection.execute(_claimed(tuple(known), lease_seconds)).one_or_none()
    if found is None:  # a row that is due nevertheless waits for others
        connection.execute(_QUEUED)
        return None
    row = read_row(found)
    if connection.dialect.name == "postgresql":
        _check_is_alone(row, connection)
    return row


def _check_is_alone(row: Row, connection: Connection) -> None:
    """Detects a claim that another bot made on the same ticket at the same moment.

    Raises `_ClaimedTogether`.
    """
    connection.execute(_LOCK_TICKET, {"row": row.id})
    if connection.execute(_ALSO_CLAIMED, {"row": row.id}).first():
        raise _ClaimedTogether


@cache
def _claimed(known: tuple[tuple[str, int], ...], lease_seconds: float) -> ReturningUpdate[Any]:
    """Builds the statement once, because an idle bot runs it every second."""
    is_ready = and_(outbox.c.is_open, outbox.c.due <= now(), is_of(known), is_its_turn())
    was_left = outbox.c.state == State.SENDING
    return (
        update(outbox)
        .where(outbox.c.id == next_id(outbox.c.due, is_ready).scalar_subquery(), is_ready)
        .values(
            state=State.SENDING,
            lease_token=outbox.c.lease_token + 1,
            due=now() + lease_seconds,
            claimed=now(),
            crashes=case((was_left, outbox.c.crashes + 1), else_=0),
            is_uncertain=case(
                (was_left, outbox.c.baseline.is_not(None)), else_=outbox.c.is_uncertain
            ),
            verify_count=case((was_left, 0), else_=outbox.c.verify_count),
        )
        .returning(*COLUMNS)
    )


def _lock(name: ColumnElement[str]) -> ColumnElement[None]:
    return func.pg_advisory_xact_lock(func.hashtextextended(name, 0))


_OTHER = outbox.alias("other")
_LOCK_TICKET = select(
    _lock(outbox.c.ticket_id),
    _lock(case((outbox.c.code == "", outbox.c.ticket_id), else_=outbox.c.code)),
).where(outbox.c.id == bindparam("row"))
_ALSO_CLAIMED = select(_OTHER.c.id).where(
    outbox.c.id == bindparam("row"),
    or_(
        _OTHER.c.ticket_id == outbox.c.ticket_id,
        and_(outbox.c.code != "", _OTHER.c.code == outbox.c.code),
    ),
    _OTHER.c.id != outbox.c.id,
    _OTHER.c.is_open,
    _OTHER.c.state == State.SENDING,
    _OTHER.c.due > now(),
)


_QUEUED = (
    update(outbox)
    .where(
        outbox.c.is_open,
        outbox.c.due <= now() - SLOW_SECONDS,
        outbox.c.state == State.HELD,
        ~outbox.c.is_queued,
    )
    .values(is_queued=True, notified="")
)
"""Marks rows whose hold is over but which must wait, so that their authors are notified."""
