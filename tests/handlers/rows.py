"""Rows of the outbox."""

import time

from bot.domain.outbox import Row, State
from bot.operations import Kind


def resolved(ticket_id: str, slack_user: str, answer_to: str) -> Row:
    """Returns a row without a hold that ended a moment ago."""
    return Row(
        id=1,
        kind=Kind.RESOLVE,
        version=1,
        operation={"kind": Kind.RESOLVE, "ticket_id": ticket_id},
        ticket_id=ticket_id,
        slack_user=slack_user,
        answer_to=answer_to,
        state=State.DONE,
        due=0,
        lease_token=1,
        baseline={},
        outcome={},
        created=time.time(),
    )
