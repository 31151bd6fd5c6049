"""The state of the watch: which bot polls, the cursor, and the known state of tickets."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from bot.domain.changes import Change, KnownTicket, OwnWrite
from bot.domain.outbox import UNDER_WAY, State
from bot.storage.changes import as_row
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.tables import changes, outbox, watch, watched

AT_ONCE = 500  # tickets in a transaction: people's submissions wait for it
KEEP_SECONDS = 30 * 24 * 3600.0  # of tickets that did not change
OWN_SECONDS = 3600.0  # an operation that ended earlier explains no change

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """The position of the watch. Times are seconds since 1970, by LiveAgent's clock.

    Everything that changed before `cursor` is known. Messages before `floor` existed before the
    watch began. `ahead` is how far LiveAgent's clock is ahead of the database's, in seconds, as
    measured when LiveAgent's was at `measured`. Without `is_told` LiveAgent does not tell its time,
    so `ahead` is the least that its tickets prove.
    """

    cursor: float
    floor: float
    ahead: float = 0.0
    measured: float = 0.0
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class ClaimedPoll:
    """A poll that this bot has claimed. `progress` is None if the watch was off before.

    `silent` is how long LiveAgent has not answered a poll, in seconds; `at` is when it was claimed.
    """

    lease_token: int
    progress: Progress | None
    silent: float
    failures: int
    at: float


@dataclass(frozen=True, slots=True)
class Watch:
    """Storage of the watch, in transactions that are short however many tickets there are."""

    database: Database
    lease_seconds: float

    async def claim(self) -> ClaimedPoll | None:
        """Claims the next poll for this bot, if one is due and no other bot is polling."""
        is_free = (watch.c.due <= now()) & (watch.c.lease <= now())
        claimed = (
            update(watch)
            .where(is_free)
            .values(lease=self._lease, lease_token=watch.c.lease_token + 1)
            .returning(watch, now().label("at"))
        )

        def claim(connection: Connection) -> ClaimedPoll | None:
            row = connection.execute(claimed).one_or_none()
            if row is None:
                return None
            progress = Progress(**row.state) if row.state else None
            silent = row.at - row.polled
            return ClaimedPoll(row.lease_token, progress, silent, row.failures, row.at)

        return await self.database.transact(claim)

    async def renew(self, poll: ClaimedPoll) -> bool:
        """Renews the lease; returns False if another bot has taken over."""
        return await self._update(poll, lease=self._lease)

    async def reschedule(self, poll: ClaimedPoll, seconds: float) -> None:
        """Ends a poll that LiveAgent did not answer; the next one is due after `seconds`."""
        await self._update(poll, lease=0.0, due=now() + seconds, failures=poll.failures + 1)

    async def stop(self, poll: ClaimedPoll, seconds: float) -> None:
        """Ends the watch, because nothing subscribes; checks again after `seconds`."""
        await self._update(poll, lease=0.0, due=now() + seconds, failures=0, state=None)

    async def finish(
        self,
        poll: ClaimedPoll,
        progress: Progress,
        known: Sequence[KnownTicket],
        happened: Sequence[Change],
        *,
        seconds: float,
    ) -> bool:
        """Stores what a poll found; the next one is due after `seconds`.

        A ticket and its changes are one transaction, and `progress` is stored with the last of
        them: what a killed bot has not stored, the next poll finds again. Returns False if another
        bot has taken over. The first poll of a watch forgets what an earlier watch knew. A message
        is reported once, even if LiveAgent moves it into another ticket when merging.
        """
        if poll.progress is None and not await self._forget(poll):
            return False
        *shares, last = _shares(known, happened)
        for share in shares:
            if not await self._step(poll, partial(_store, *share), lease=self._lease):
                return False
        ended = {"lease": 0.0, "due": now() + seconds, "failures": 0, "polled": now()}
        return bool(await self._step(poll, partial(_store, *last), state=asdict(progress), **ended))

    async def hasten(self, times: float) -> bool:
        """Makes the next poll due now if 1/`times` of its pause is over.

        So expensive polls stay rarer, however often somebody hastens them. Returns whether nothing
        is left to hasten.
        """
        is_early = (watch.c.due > now()) & (watch.c.failures == 0) & (watch.c.lease <= now())
        pause = watch.c.due - watch.c.polled
        soon = update(watch).where(is_early, watch.c.polled + pause / times <= now())
        # A poll in progress may have listed the tickets already.
        is_left = is_early | (watch.c.lease > now())

        def hasten(connection: Connection) -> bool:
            if connection.execute(soon.values(due=now())).rowcount:
                return True
            return connection.execute(select(watch.c.id).where(is_left)).first() is None

        return await self.database.transact(hasten)

    async def hurry(self, seconds: float) -> None:
        """Makes the next poll due `seconds` sooner, for the sandbox's clock."""
        sooner = update(watch).values(due=watch.c.due - seconds)
        await self.database.transact(lambda it: it.execute(sooner))

    async def known(self, ticket_ids: Sequence[str]) -> Mapping[str, KnownTicket]:
        """Returns what is known of these tickets, by id."""
        columns = [watched.c.ticket_id.label("id"), *(watched.c[name] for name in _COLUMNS)]
        found = dict[str, KnownTicket]()
        for part in _parts(list(ticket_ids)):
            wanted = select(*columns).where(watched.c.ticket_id.in_(part))
            for each in await self.database.transact(partial(_read, wanted)):
                found[each.id] = each
        return found

    async def under_way(self) -> frozenset[str]:
        """Returns the tickets that this bot's operations may be changing now."""
        wanted = select(outbox.c.ticket_id).where(outbox.c.is_open, outbox.c.state.in_(UNDER_WAY))
        return await self.database.transact(lambda it: frozenset(it.execute(wanted).scalars()))

    async def own_writes(self, ticket_ids: Collection[str]) -> Sequence[OwnWrite]:
        """Returns the operations of the last hour that changed, or created, these tickets."""
        found = list[OwnWrite]()
        async with self.database.begin() as connection:
            since = (await connection.execute(select(now()))).scalar_one() - OWN_SECONDS
            for part in _parts(list(ticket_ids)):
                is_its = outbox.c.ticket_id.in_(part) | outbox.c.remote_id.in_(part)
                wanted = select(*_OWN).where(
                    is_its, outbox.c.state == State.DONE, outbox.c.finished > since
                )
                found += [_own(row) for row in (await connection.execute(wanted)).mappings()]
        return found

    @property
    def _lease(self) -> ColumnElement[float]:
        return now() + self.lease_seconds

    async def _forget(self, poll: ClaimedPoll) -> bool:
        """Drops what is known of all tickets; returns False if another bot has taken over."""
        some = select(watched.c.ticket_id).limit(AT_ONCE)
        drop = delete(watched).where(watched.c.ticket_id.in_(some))
        dropped: int | None = AT_ONCE
        while dropped == AT_ONCE:
            dropped = await self._step(
                poll, lambda it: it.execute(drop).rowcount, lease=self._lease
            )
        return dropped is not None

    async def _update(self, poll: ClaimedPoll, **values: Any) -> bool:  # noqa: ANN401  values of columns
        return bool(await self._step(poll, lambda _: True, **values))

    def _step(
        self,
        poll: ClaimedPoll,
        work: Callable[[Connection], T],
        **values: Any,  # noqa: ANN401  values of columns
    ) -> Awaitable[T | None]:
        """Updates the watch and does `work`; returns None if another bot has taken over."""
        changed = update(watch).where(_is_ours(poll)).values(**values)

        def step(connection: Connection) -> T | None:
            return work(connection) if connection.execute(changed).rowcount == 1 else None

        return self.database.transact(step)


_COLUMNS = [name for name in KnownTicket.__dataclass_fields__ if name != "id"]


def _is_ours(poll: ClaimedPoll) -> ColumnElement[bool]:
    return watch.c.lease_token == poll.lease_token


def _shares(
    known: Sequence[KnownTicket], happened: Sequence[Change]
) -> Sequence[tuple[Sequence[KnownTicket], Sequence[Change]]]:
    """Splits the work into transactions, at least one; each has tickets with their changes."""
    parts = _parts(known) or [()]
    share_of = {each.id: number for number, part in enumerate(parts) for each in part}
    changes_of = [list[Change]() for _ in parts]
    for change in happened:
        changes_of[share_of.get(change.ticket_id, -1)].append(change)
    return list(zip(parts, changes_of, strict=True))


def _store(
    known: Sequence[KnownTicket], happened: Sequence[Change], connection: Connection
) -> bool:
    """Replaces what is known of these tickets, and adds what happened to them."""
    if known:
        ids = [each.id for each in known]
        connection.execute(delete(watched).where(watched.c.ticket_id.in_(ids)))
        rows = [
            {name: getattr(each, name) for name in _COLUMNS}
            | {"ticket_id": each.id, "message_ids": list(each.message_ids)}
            for each in known
        ]
        connection.execute(insert(watched).values(stored=now()), rows)
    if unreported := _unreported(connection, happened):
        connection.execute(
            insert(changes).values(stored=now()), [as_row(each) for each in unreported]
        )
    return True


def _unreported(connection: Connection, happened: Sequence[Change]) -> Sequence[Change]:
    """Leaves out changes whose messages were already reported."""
    reported = set[str]()
    for part in _parts(sorted({each.message_id for each in happened} - {""})):
        wanted = select(changes.c.message_id).where(
            changes.c.message_id.in_(part), changes.c.message_id != literal_column("''")
        )
        reported |= {*connection.execute(wanted).scalars()}
    fresh = list[Change]()
    for each in happened:
        if each.message_id not in reported:
            fresh.append(each)
            reported |= {each.message_id} - {""}
    return fresh


def _read(wanted: Select[Any], connection: Connection) -> Sequence[KnownTicket]:
    rows = connection.execute(wanted).mappings()
    return [KnownTicket(**{**row, "message_ids": tuple(row["message_ids"])}) for row in rows]


_OWN = [
    outbox.c[name].label(name)
    for name in ("ticket_id", "kind", "slack_user", "remote_id", "outcome")
]


def _own(row: RowMapping) -> OwnWrite:
    outcome = row["outcome"] or {}
    return OwnWrite(
        ticket_id=row["ticket_id"],
        kind=row["kind"],
        slack_user=row["slack_user"],
        remote_id=row["remote_id"],
        at=outcome.get("at"),
        status=outcome.get("status") or "",
    )


def _parts(rows: Sequence[T]) -> Sequence[Sequence[T]]:
    return [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
