"""The outbox: every change of a row is one transaction; its states: `bot/domain/outbox.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.exc import IntegrityError

from bot.domain.outbox import ACTIVE_STATES, ENDED, UNDER_WAY, Row, State
from bot.storage.database import Database, now
from bot.storage.tables import audit, outbox


@dataclass(frozen=True, slots=True)
class Entry:
    """What is put in. `key` names the submission; `once` is what no second open row may have.

    A row that `gives_way` keeps no later one of its ticket waiting while it is held. Those of one
    `batch` are told of together.
    """

    key: str
    kind: str
    version: int
    operation: Mapping[str, Any]
    ticket_id: str
    slack_user: str
    response_url: str = ""
    once: str | None = None
    gives_way: bool = False
    batch: str = ""
    reference: str = ""


PUT_ATTEMPTS = 3
SLOW_SECONDS = 3.0  # a call that takes longer is told: it can't be undone any more
OLDEST = 200  # of those to be told; among them, what is held comes first
TELLING_SECONDS = 60.0  # then another bot, or the same, tries again
UNTOLD_SECONDS = 5.0  # the same where Slack did not take it
HELD_UNTOLD_SECONDS = 1.0  # of what can be undone for some seconds only

_PUT = (*Entry.__dataclass_fields__, "code")
_COLUMNS = [outbox.c[name] for name in Row.__dataclass_fields__]
_ADDED_EACH = insert(outbox).values(  # built once: people wait for it
    {name: bindparam(name) for name in _PUT}
    | {
        "state": State.HELD,
        "is_open": True,
        "due": now() + bindparam("hold_seconds"),
        "created": now(),
    }
)
_ADDED = _ADDED_EACH.returning(*_COLUMNS)


class Outbox:
    """Every method is one transaction: what it returns is on disk."""

    def __init__(self, database: Database, *, lease_seconds: float) -> None:
        """Who works on a row renews its lease several times before it ends."""
        self._database = database
        self.lease_seconds = lease_seconds

    async def put(self, entry: Entry, *, hold_seconds: float) -> Row:
        """Stores it, or gives the row that is there already.

        The same key with other content replaces a row that is still held; after that the row
        comes back as it is.
        """
        values = {**_values(entry), "hold_seconds": hold_seconds}
        for _ in range(PUT_ATTEMPTS):
            try:
                async with self._database.begin() as connection:
                    return _row((await connection.execute(_ADDED, values)).one())
            except IntegrityError:
                if standing := await self._replace_or_find(entry, hold_seconds):
                    return standing
        raise LookupError("rows that stood in the way ended one after the other")

    async def put_each(self, entries: Sequence[Entry], *, hold_seconds: float) -> frozenset[str]:
        """All of them or none. What stands in the way of one stays, and stands for it.

        Gives the tickets for which that is another submission.
        """
        for _ in range(PUT_ATTEMPTS):
            try:
                async with self._database.begin() as connection:
                    standing = (await connection.execute(_in_the_way(entries))).all()
                    taken = {name for row in standing for name in row if name}
                    values = [
                        {**_values(entry), "hold_seconds": hold_seconds}
                        for entry in entries
                        if entry.key not in taken and entry.once not in taken
                    ]
                    if values:
                        await connection.execute(_ADDED_EACH, values)
            except IntegrityError:  # something was put in meanwhile
                continue
            known = {row.key for row in standing} | {each["key"] for each in values}
            return frozenset(each.ticket_id for each in entries if each.key not in known)
        raise LookupError("something was put in again and again")

    async def _replace_or_find(self, entry: Entry, hold_seconds: float) -> Row | None:
        """The row that stands in the way; None where it has just ended."""
        is_same = outbox.c.key == entry.key
        if entry.once:
            is_same |= outbox.c.once == entry.once
        changed = (
            update(outbox)
            .where(outbox.c.key == entry.key, outbox.c.state == State.HELD)
            .values(
                operation=dict(entry.operation),
                ticket_id=entry.ticket_id,
                code=_code(entry.operation),
                reference=entry.reference,
                due=now() + hold_seconds,
                is_behind=False,
                told="",
            )
            .returning(*_COLUMNS)
        )
        async with self._database.begin() as connection:
            found = (await connection.execute(changed)).one_or_none()
            found = found or (await connection.execute(select(*_COLUMNS).where(is_same))).first()
            return _row(found) if found else None

    async def amend(self, row: Row, operation: Mapping[str, Any], ticket_id: str) -> None:
        """While it is held. Rows of one ticket wait for each other by its id, not by its code."""
        is_held = (outbox.c.id == row.id) & (outbox.c.state == State.HELD)
        changed = update(outbox).where(is_held, outbox.c.attempt == row.attempt)
        async with self._database.begin() as connection:
            await connection.execute(changed.values(operation=dict(operation), ticket_id=ticket_id))

    async def find(self, row_id: int) -> Row | None:
        async with self._database.begin() as connection:
            found = await connection.execute(select(*_COLUMNS).where(outbox.c.id == row_id))
            one = found.one_or_none()
            return _row(one) if one else None

    async def find_key(self, key: str) -> Row | None:
        """The row that a submission became."""
        return next(iter(await self._some(outbox.c.key == key)), None)

    async def find_each(self, row_ids: Sequence[int]) -> list[Row]:
        """Those that there are, in the order in which they were put in."""
        return await self._some(outbox.c.id.in_(row_ids))

    async def of_batch(self, batch: str) -> list[Row]:
        """In the order in which they were put in."""
        return await self._some((outbox.c.batch == batch) & (outbox.c.batch != ""))

    async def _some(self, condition: ColumnElement[bool]) -> list[Row]:
        wanted = select(*_COLUMNS).where(condition).order_by(outbox.c.id)
        async with self._database.begin() as connection:
            return [_row(found) for found in await connection.execute(wanted)]

    async def of_user(
        self, slack_user: str, known: Sequence[tuple[str, int]], *, limit: int
    ) -> list[Row]:
        """What is not at its end first, then the newest; of the kinds that this version knows."""
        wanted = (
            select(*_COLUMNS)
            .where(outbox.c.slack_user == slack_user, _is_of(known))
            .order_by(outbox.c.state.in_(ENDED), outbox.c.id.desc())
            .limit(limit)
        )
        async with self._database.begin() as connection:
            return [_row(found) for found in await connection.execute(wanted)]

    async def move(
        self,
        row_id: int,
        slack_user: str,
        *,
        of: frozenset[State],
        to: State,
        confirm: bool = False,
    ) -> Row | None:
        """What the author decides: None where the row is not theirs, or no longer in `of`.

        To `HELD` means that it leaves at once. `confirm` is *Send anyway*.
        """
        is_theirs = and_(outbox.c.id == row_id, outbox.c.slack_user == slack_user)
        moved = await self._move(is_theirs, of=of, to=to, confirm=confirm)
        return moved[0] if moved else None

    async def move_batch(
        self, batch: str, slack_user: str, *, of: frozenset[State], to: State
    ) -> Sequence[Row]:
        """All at once: none of those that are moved leaves meanwhile."""
        is_theirs = and_(
            outbox.c.batch == batch, outbox.c.batch != "", outbox.c.slack_user == slack_user
        )
        return await self._move(is_theirs, of=of, to=to)

    async def _move(
        self,
        condition: ColumnElement[bool],
        *,
        of: frozenset[State],
        to: State,
        confirm: bool = False,
    ) -> Sequence[Row]:
        is_open = to in ACTIVE_STATES
        values: dict[str, Any] = {
            "state": to,
            "is_open": is_open,
            "due": now(),
            "is_behind": False,
            "told": "",
        }
        if confirm:
            values |= {"is_confirmed": True}
        if not is_open:
            values |= {"once": None, "finished": now()}
        changed = (
            update(outbox)
            .where(condition, outbox.c.state.in_(of))
            .values(values)
            .returning(*_COLUMNS)
        )
        async with self._database.begin() as connection:
            return [_row(found) for found in await connection.execute(changed)]

    async def claim(self, known: Sequence[tuple[str, int]]) -> Row | None:
        """The next row that is due, for this bot alone until its lease ends.

        One row a ticket is under way at a time, in the order in which they were put in. A row
        whose lease has ended was left by a bot that died: its call may have been made.
        """
        is_ready = and_(outbox.c.is_open, outbox.c.due <= now(), _is_of(known), _is_its_turn())
        was_left = outbox.c.state == State.SENDING
        next_id = _next(outbox.c.due, is_ready)
        claimed = (
            update(outbox)
            .where(outbox.c.id == next_id.scalar_subquery(), is_ready)
            .values(
                state=State.SENDING,
                attempt=outbox.c.attempt + 1,
                due=now() + self.lease_seconds,
                taken=now(),
                breakdowns=case((was_left, outbox.c.breakdowns + 1), else_=0),
                is_doubtful=case(
                    (was_left, outbox.c.baseline.is_not(None)), else_=outbox.c.is_doubtful
                ),
                looks=case((was_left, 0), else_=outbox.c.looks),
            )
            .returning(*_COLUMNS)
        )
        async with self._database.begin() as connection:
            found = (await connection.execute(claimed)).one_or_none()
            if found is None:  # what is due all the same has to wait
                await connection.execute(_BEHIND)
            return _row(found) if found else None

    async def renew(self, rows: Sequence[Row]) -> frozenset[int]:
        """Begins their leases anew; the ids of those that are still ours."""
        ours = tuple_(outbox.c.id, outbox.c.attempt).in_([(row.id, row.attempt) for row in rows])
        renewed = (
            update(outbox)
            .where(ours, outbox.c.state == State.SENDING)
            .values(due=now() + self.lease_seconds)
            .returning(outbox.c.id)
        )
        async with self._database.begin() as connection:
            return frozenset((await connection.execute(renewed)).scalars())

    async def remember(self, row: Row, baseline: Mapping[str, Any]) -> bool:
        """Before the first call, with the ticket's id; False where the row is no longer ours."""
        return await self._change(row, ticket_id=row.ticket_id, baseline=dict(baseline))

    async def reschedule(self, row: Row, state: State, seconds: float, **columns: object) -> bool:
        """To be claimed again after so many seconds."""
        return await self._change(row, state=state, due=now() + seconds, **columns)

    async def end(
        self,
        row: Row,
        state: State,
        outcome: Mapping[str, Any],
        *,
        agent: str,
        settled: str = "",
    ) -> bool:
        """Done, or the author's to decide; what came of it goes into the audit."""
        async with self._database.begin() as connection:
            ended = (
                update(outbox)
                .where(*self._is_ours(row))
                .values(
                    state=state,
                    is_open=False,
                    once=None,
                    outcome=dict(outcome),
                    settled=settled,
                    finished=now(),
                )
            )
            if (await connection.execute(ended)).rowcount != 1:
                return False
            await connection.execute(
                insert(audit).values(
                    at=now(),
                    ticket_id=row.ticket_id,
                    kind=row.kind,
                    slack_user=row.slack_user,
                    agent=agent,
                    state=state,
                    outcome=redact_outcome(outcome),
                )
            )
            return True

    async def next_untold(self, known: Sequence[tuple[str, int]]) -> Row | None:
        """A row whose state its author does not know yet, for this bot alone for a while."""
        other = outbox.alias("other")
        is_untold = and_(
            _is_of(known),
            outbox.c.told != outbox.c.state,
            or_(outbox.c.state != State.SENDING, outbox.c.taken < now() - SLOW_SECONDS),
            or_(  # else it is about to leave
                outbox.c.state != State.HELD, outbox.c.due > now(), outbox.c.is_behind
            ),
            outbox.c.telling <= now(),
            ~exists().where(  # one notice tells of a whole batch: one at a time is at it
                outbox.c.batch != "",
                other.c.batch == outbox.c.batch,
                other.c.batch != "",
                other.c.telling > now(),
            ),
        )
        first = case((outbox.c.state == State.HELD, 0), else_=1)  # it can be undone for seconds
        # by the order of its index: PostgreSQL expects many to be untold, and would look at all
        oldest = select(outbox.c.id).where(is_untold).order_by(outbox.c.id).limit(OLDEST)
        next_id = _next(first, and_(outbox.c.id.in_(oldest), is_untold))
        taken = (
            update(outbox)
            .where(outbox.c.id == next_id.scalar_subquery(), is_untold)
            .values(telling=now() + TELLING_SECONDS)
            .returning(*_COLUMNS)
        )
        async with self._database.begin() as connection:
            found = (await connection.execute(taken)).one_or_none()
            return _row(found) if found else None

    async def not_told(self, row: Row) -> None:
        """Slack did not take it: it is tried again soon."""
        seconds = HELD_UNTOLD_SECONDS if row.state is State.HELD else UNTOLD_SECONDS
        again = update(outbox).where(outbox.c.id == row.id).values(telling=now() + seconds)
        async with self._database.begin() as connection:
            await connection.execute(again)

    async def was_told(self, row: Row, channel: str, ts: str) -> None:
        """If the row has moved on since, it is told again, also where it ends in the same state."""
        is_so_still = and_(
            outbox.c.state == row.state,
            outbox.c.attempt == row.attempt,
            outbox.c.is_behind == row.is_behind,
        )
        told = case((is_so_still, row.state), else_="")
        values = {"told": told, "telling": 0, "notice_channel": channel, "notice_ts": ts}
        async with self._database.begin() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == row.id).values(values))

    async def hurry(self, seconds: float) -> None:
        """What is held, or waits for LiveAgent, leaves so much sooner.

        Not what is looked for: LiveAgent may make that call late, by the real time.
        """
        sooner = (
            update(outbox)
            .where(outbox.c.state.in_([State.HELD, State.WAITING]))
            .values(due=outbox.c.due - seconds)
        )
        async with self._database.begin() as connection:
            await connection.execute(sooner)

    async def settled(self, ticket_id: str) -> frozenset[str]:
        """The messages that rows of this ticket have become."""
        rows = select(outbox.c.settled).where(
            outbox.c.ticket_id == ticket_id, outbox.c.settled != ""
        )
        async with self._database.begin() as connection:
            return frozenset((await connection.execute(rows)).scalars())

    async def _change(self, row: Row, **columns: object) -> bool:
        async with self._database.begin() as connection:
            changed = update(outbox).where(*self._is_ours(row)).values(**columns)
            return (await connection.execute(changed)).rowcount == 1

    @staticmethod
    def _is_ours(row: Row) -> tuple[Any, ...]:
        """Another bot took the row over when our lease ended; then its attempt is another."""
        return (
            outbox.c.id == row.id,
            outbox.c.attempt == row.attempt,
            outbox.c.state == State.SENDING,
        )


def redact_outcome(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an outcome: not what a customer wrote."""
    return {name: told for name, told in outcome.items() if name not in {"newest", "shown"}}


def _in_the_way(entries: Sequence[Entry]) -> Select[tuple[str, str | None]]:
    is_same = outbox.c.key.in_([entry.key for entry in entries])
    once = [entry.once for entry in entries if entry.once]
    return select(outbox.c.key, outbox.c.once).where(is_same | outbox.c.once.in_(once))


def _is_of(known: Sequence[tuple[str, int]]) -> ColumnElement[bool]:
    """What only a newer bot on the same database knows is left to it."""
    return tuple_(outbox.c.kind, outbox.c.version).in_(list(known))


def _row(found: SqlRow[Any]) -> Row:
    values = dict(found._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    return Row(**{**values, "state": State(values["state"])})


def _values(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "code": _code(entry.operation)}


def _code(operation: Mapping[str, Any]) -> str:
    """In a column of its own: no statement looks into what was typed."""
    return str(operation.get("code") or "")


def _is_its_turn() -> ColumnElement[bool]:
    """Whether no other of its ticket goes before it, which a command may name by its code.

    What is under way goes first, else two would be; then what was put in first.
    """
    other = outbox.alias("other")
    is_first = other.c.id < outbox.c.id
    is_under_way, is_other = (each.c.state.in_(UNDER_WAY) for each in (outbox, other))
    gives_way = and_(other.c.state == State.HELD, other.c.gives_way)
    goes_before = and_(
        other.c.id != outbox.c.id,
        other.c.is_open,
        case(
            (is_under_way, and_(is_other, is_first)),
            else_=or_(is_other, and_(is_first, not_(gives_way))),
        ),
    )
    has_code = outbox.c.code != ""
    of_ticket = exists().where(other.c.ticket_id == outbox.c.ticket_id, goes_before)
    of_code = exists().where(has_code, other.c.code == outbox.c.code, goes_before)
    return and_(~of_ticket, ~of_code)


_BEHIND = (
    update(outbox)
    .where(
        outbox.c.is_open,
        outbox.c.due <= now() - SLOW_SECONDS,
        outbox.c.state == State.HELD,
        ~outbox.c.is_behind,
        not_(_is_its_turn()),
    )
    .values(is_behind=True, told="")
)
"""What can't leave though its time has come: its author is told that it waits."""


def _next(order: ColumnElement[Any], condition: ColumnElement[bool]) -> Select[tuple[int]]:
    """Several bots on one PostgreSQL each take another row, and none waits for the others."""
    first = select(outbox.c.id).where(condition).order_by(order).limit(1)
    return first.with_for_update(skip_locked=True)
