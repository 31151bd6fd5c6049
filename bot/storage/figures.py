"""Figures about the outbox and the digests, and a write test, for monitoring."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR, State
from bot.storage.database import Database
from bot.storage.dialects import now, put_in
from bot.storage.tables import digests, outbox, readiness, watch


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of unfinished outbox rows by state, and delays in seconds."""

    rows: Mapping[State, int]
    oldest: float
    digest_overdue: float
    poll_age: float | None = None
    """How long LiveAgent has not answered a poll; None while nothing subscribes."""


async def can_write(database: Database) -> bool:
    """Whether a row can be committed to disk: a full disk still allows reads."""
    try:
        async with database.begin() as connection:
            await connection.execute(put_in(connection, readiness, id=1, written=now()))
    except (SQLAlchemyError, OSError):
        return False
    return True


async def read_figures(database: Database) -> Figures:
    """Returns the figures; `oldest` is the age of the oldest active operation that is not held."""
    counted = (
        select(outbox.c.state, func.count())
        .where(~outbox.c.is_blank, outbox.c.state.in_(ACTIVE_STATES | AWAITING_AUTHOR))
        .group_by(outbox.c.state)
    )
    has_left = or_(outbox.c.state != State.HELD, outbox.c.due <= now())
    oldest = select(now() - func.min(outbox.c.created)).where(outbox.c.is_open, has_left)
    poll_age = select(now() - watch.c.polled).where(watch.c.state.is_not(None))
    overdue = select(now() - func.min(digests.c.due)).where(~digests.c.is_paused)
    async with database.begin() as connection:
        found = {State(state): count for state, count in await connection.execute(counted)}
        return Figures(
            {state: found.get(state, 0) for state in sorted(ACTIVE_STATES | AWAITING_AUTHOR)},
            (await connection.execute(oldest)).scalar_one() or 0.0,
            max(0.0, (await connection.execute(overdue)).scalar_one() or 0.0),
            (await connection.execute(poll_age)).scalar_one_or_none(),
        )
