"""Corrects stored times if the machine's clock was ahead when a bot last ran.

Such a machine sets its clock from the network only after the bot has started. SQLite's clock does
not follow then, see `sqlite.py`, but it begins anew with the process: without a correction nothing
stored before would be due until the clock is that late again.
"""

from sqlalchemy import Connection, Double, select, update

from bot.storage.dialects import now
from bot.storage.tables import audit, digests, metadata, outbox, runs, watch, watched

POLLS_APART = 300.0  # seconds, at most, while a bot runs
MAX_AHEAD = 48 * 3600.0  # such as by a wrong zone; by more, rather today's clock is wrong
_OF_OTHER_CLOCKS = {
    *(digests.c[name] for name in ("due", "last_posted", "last_came")),
    *(outbox.c[name] for name in ("wakes_at", "wakes_lease")),
    *(watched.c[name] for name in ("changed", "since", "read_at")),
    audit.c.at,
    runs.c.due,
}


def bring_forward(connection: Connection) -> float:
    """Subtracts from future times how far the clock was ahead, 0 if it was not; returns that.

    The time of the next poll shows it, because it is stored all the time and never far ahead.
    """
    next_poll = connection.execute(select(watch.c.due - now())).scalar() or 0.0
    ahead = next_poll - POLLS_APART
    if not 0 < ahead < MAX_AHEAD:
        return 0.0
    columns = [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Double) and column not in _OF_OTHER_CLOCKS
    ]
    for column in columns:
        is_future = column > now()
        earlier = update(column.table).where(is_future).values({column: column - ahead})
        connection.execute(earlier)
    return ahead
