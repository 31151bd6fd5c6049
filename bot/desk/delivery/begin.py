"""Begins an execution: reads LiveAgent."""

from bot.desk.delivery.author import Author
from bot.desk.delivery.execution import Execution, RemoteIds
from bot.desk.delivery.new_ticket import begin_new_ticket
from bot.desk.delivery.on_ticket import begin_on_ticket
from bot.desk.desk import Desk
from bot.domain.errors import NotApplied, Refused, TicketUnavailable
from bot.domain.outbox import Row
from bot.operations import Create, read_operation

MAX_REFUSED_READS = 5


async def begin(row: Row, author: Author, desk: Desk, remote_ids: RemoteIds) -> Execution:
    """Reads the ticket. Raises `NotAllowed`, `TicketNotFound` and LiveAgent's errors.

    A ticket that could be read before the first call may be refused temporarily: then it raises
    `NotApplied`, so that the delivery is retried up to `MAX_REFUSED_READS` times.
    """
    operation = read_operation(row.kind, row.version, row.operation)
    try:
        if isinstance(operation, Create):
            return await begin_new_ticket(row, operation, author, desk, remote_ids)
        return await begin_on_ticket(row, operation, author, desk, remote_ids)
    except (Refused, TicketUnavailable) as error:
        if row.baseline is None or row.failures >= MAX_REFUSED_READS:
            raise
        raise NotApplied(
            getattr(error, "call", "GET conversations/{id}"), "a refused read"
        ) from error
