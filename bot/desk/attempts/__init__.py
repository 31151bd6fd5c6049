"""One attempt at one row of the outbox: what there is in LiveAgent, and what is done about it.

The courier says when, and what follows from LiveAgent's answer.
"""

from bot.desk.attempts.attempt import Attempt, Settled
from bot.desk.attempts.new_ticket import begin_new_ticket
from bot.desk.attempts.on_ticket import begin_on_ticket
from bot.desk.desk import Desk
from bot.domain.errors import KeyRefused, NotMade, Refused, TicketUnavailable
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.operations import Create, read_operation

__all__ = ["Attempt", "begin"]


MAX_REFUSED_READS = 5


async def begin(row: Row, actor: Agent, desk: Desk, settled: Settled) -> Attempt:
    """Reads what there is. Raises `NotAllowed`, `TicketNotFound` and LiveAgent's errors.

    What was read before a call is read again some times where LiveAgent refuses it now.
    """
    operation = read_operation(row.kind, row.version, row.operation)
    try:
        if isinstance(operation, Create):
            return await begin_new_ticket(row, operation, actor, desk, settled)
        return await begin_on_ticket(row, operation, actor, desk, settled)
    except KeyRefused:
        raise
    except (Refused, TicketUnavailable) as error:
        if row.baseline is None or row.failures >= MAX_REFUSED_READS:
            raise
        raise NotMade(getattr(error, "call", "GET conversations/{id}"), "a refused read") from error
