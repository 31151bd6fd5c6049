"""Stores what agents submit and decide. Listeners acknowledge only once it is on disk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import structlog

from bot.desk.commits import Commits
from bot.domain.answer_to import AnswerTo, to_stored
from bot.domain.errors import Outdated
from bot.domain.outbox import AWAITING_AUTHOR, ENDED, Row, State
from bot.operations import DEFINITIONS, Hold, Operation, dedup_key
from bot.storage.entries import Entry
from bot.storage.outbox import Outbox, Transition

log = structlog.get_logger()


class Decision(StrEnum):
    """What the author of an operation can decide."""

    UNDO = "undo"
    SEND_NOW = "send_now"
    SEND_ANYWAY = "send_anyway"
    SEND_WITHOUT_FILES = "send_without_files"
    TRY_AGAIN = "try_again"
    DISCARD = "discard"


_HELD, _ASKS = frozenset({State.HELD}), frozenset({State.ASKS})
_TRANSITIONS: Mapping[Decision, Transition] = {
    Decision.UNDO: Transition(_HELD, State.UNDONE),
    Decision.SEND_NOW: Transition(_HELD, State.HELD),
    Decision.SEND_ANYWAY: Transition(_ASKS, State.HELD, confirms=True),
    Decision.SEND_WITHOUT_FILES: Transition(_ASKS, State.HELD, drops_files=True),
    Decision.TRY_AGAIN: Transition(AWAITING_AUTHOR, State.HELD),
    Decision.DISCARD: Transition(AWAITING_AUTHOR | {State.WAITING}, State.DISCARDED),
}
_CONFIRMING = {Decision.SEND_ANYWAY, Decision.SEND_WITHOUT_FILES, Decision.TRY_AGAIN}
"""These apply only to the state that their author was shown."""
_REPLACEABLE = AWAITING_AUTHOR | {State.UNDONE, State.DISCARDED}
_WITHDRAWN = Transition(_REPLACEABLE, State.DISCARDED)


def edit_key(row_id: int) -> str:
    """Returns the key of an edit of a row: two forms that edit the same row share it."""
    return f"edit of {row_id}"


def _idempotency_key(key: str, slack_user: str) -> str:
    return f"{key} {slack_user}"


def _stored(answer_to: AnswerTo | None) -> str:
    return to_stored(answer_to) if answer_to else ""


def _entry(
    operation: Operation,
    key: str,
    slack_user: str,
    reference: str,
    *,
    answer_to: AnswerTo,
    batch: str = "",
) -> Entry:
    return Entry(
        idempotency_key=_idempotency_key(key, slack_user),
        kind=operation.kind,
        version=operation.version,
        operation=operation.model_dump(mode="json"),
        ticket_id=operation.ticket_id,
        slack_user=slack_user,
        answer_to=to_stored(answer_to),
        dedup_key=dedup_key(operation, slack_user),
        yields_while_held=DEFINITIONS[operation.kind].yields_while_held,
        batch=batch,
        reference=reference,
    )


@dataclass(frozen=True, slots=True)
class Submissions:
    """Stores operations. Methods raise `NotStored` and `CommitOutcomeUnknown` as `Commits` does.

    `hold_seconds` gives the duration of each hold; `wake` wakes the courier; `given_up` is called
    with rows that will never be sent.
    """

    _outbox: Outbox
    _commits: Commits
    hold_seconds: Mapping[Hold, float]
    wake: Callable[[], None]
    given_up: Callable[[Row], None] = lambda _: None

    async def submit(
        self,
        operation: Operation,
        *,
        key: str,
        slack_user: str,
        answer_to: AnswerTo,
        reference: str,
    ) -> Row:
        """Stores the operation without asking LiveAgent; `reference` identifies it in the logs."""
        entry = _entry(operation, key, slack_user, reference, answer_to=answer_to)
        hold_seconds = self.hold_seconds.get(DEFINITIONS[operation.kind].hold, 0.0)
        put = partial(self._outbox.put, entry, hold_seconds=hold_seconds)
        row = await self._commits.wait_for(put, key=entry.idempotency_key)
        log.info("operation stored", row=row.id, kind=row.kind, operation=row.reference)
        self.wake()
        return row

    async def submit_each(
        self,
        operations: Sequence[Operation],
        *,
        batch: str,
        slack_user: str,
        answer_to: AnswerTo,
        reference: str,
    ) -> frozenset[str]:
        """Stores all operations or none, once however often they are submitted.

        They are held at least as long as a reply, because a mistake would affect many tickets.
        Returns the ids of tickets on which the same operation is already active and is not stored
        again.
        """
        entries = [
            _entry(
                each,
                f"{batch} {each.ticket_id}",
                slack_user,
                reference,
                answer_to=answer_to,
                batch=batch,
            )
            for each in operations
        ]
        put = partial(self._outbox.put_each, entries, hold_seconds=self.hold_seconds[Hold.MESSAGE])
        under_way = await self._commits.wait_for(put, key=batch)
        log.info(
            "operation stored", batch=batch, rows=len(entries) - len(under_way), operation=reference
        )
        self.wake()
        return under_way

    async def decide_each(
        self, batch: str, decision: Decision, *, slack_user: str, answer_to: AnswerTo | None
    ) -> bool:
        """Applies the decision to all rows of a batch that still allow it; False if none does."""
        transition, place = _TRANSITIONS[decision], _stored(answer_to)
        move = partial(self._outbox.move_batch, batch, slack_user, transition, answer_to=place)
        moved = await self._commits.wait_for(move, key=f"{decision} {batch}")
        log.info("decision stored", batch=batch, rows=len(moved), to=transition.to)
        self.wake()
        return bool(moved)

    async def decide(
        self,
        row_id: int,
        decision: Decision,
        *,
        slack_user: str,
        lease_token: int = 0,
        answer_to: AnswerTo | None = None,
    ) -> Row | None:
        """Returns the row, or None if it is too late or not the user's to decide.

        `lease_token` is the one that the author was shown. If the row has changed since, a
        confirmation raises `Outdated` and the author is notified again. `answer_to` is where the
        row is shown from now on; None leaves that unchanged.
        """
        is_confirming = decision in _CONFIRMING
        move = partial(
            self._outbox.move,
            row_id,
            slack_user,
            _TRANSITIONS[decision],
            lease_token=lease_token if is_confirming else None,
            answer_to=_stored(answer_to),
        )
        row = await self._commits.wait_for(move, key=f"{decision} {row_id} {lease_token}")
        if row is None and is_confirming:
            await self._check_is_current(row_id, slack_user)
        if row is not None:
            log.info(
                "decision stored", row=row.id, kind=row.kind, operation=row.reference, to=row.state
            )
            if row.state in ENDED:
                self.given_up(row)
        self.wake()
        return row

    async def _check_is_current(self, row_id: int, slack_user: str) -> None:
        """Raises `Outdated`, and notifies the author again, if the row needs another decision."""
        if await self._outbox.notify_again(row_id, slack_user):
            self.wake()
            raise Outdated

    async def last_edit(self, row: Row) -> Row:
        """Returns the row that a further edit replaces: the last abandoned edit, or the row."""
        while edit := await self._outbox.find_key(
            _idempotency_key(edit_key(row.id), row.slack_user)
        ):
            if edit.state not in _REPLACEABLE:
                break
            row = edit
        return row

    async def amend(self, row: Row, operation: Operation) -> None:
        """Adds what the author of a command could see, read while the command is held."""
        stored = operation.model_dump(mode="json")
        await self._outbox.amend(row, stored, operation.ticket_id)

    async def withdraw(self, row_id: int, slack_user: str) -> bool:
        """Discards the row whose edited text was submitted.

        Returns False if it has already been sent or is not the user's.
        """
        move = partial(self._outbox.move, row_id, slack_user, _WITHDRAWN)
        row = await self._commits.wait_for(move, key=f"withdraw {row_id}")
        if row is not None:
            self.given_up(row)
        return row is not None
