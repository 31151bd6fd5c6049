"""Overdue alerts and their state by channel; claimed by one bot at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from secrets import randbelow
from typing import Any

from sqlalchemy import Connection, Insert, delete, exists, insert, select, tuple_, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.calendar import Calendar, Hours
from bot.domain.overdue import AlertState, OverdueAlert, Wait
from bot.storage.audit import audit_entry
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.tables import overdue_alerts

LEASE_SECONDS = 120.0
TOGETHER_SECONDS = 30.0  # channels due within it share the same reading
MAX_AT_ONCE = 50
FIRST_TOKENS = 2**30

_STORED_AS = {
    "read_at": "read",
    "posted_on": "day",
    "drawn_at": "drawn",
    "pending_post": "pending",
    "escalating": "naming",
    "escalated_at": "named",
}
"""The keys of `AlertState` in rows, where they are not its fields' names."""


@dataclass(frozen=True, slots=True)
class OverdueWork:
    """A claimed channel. `lease_token` identifies this bot's claim."""

    alert: OverdueAlert
    state: AlertState
    lease_token: int


@dataclass(frozen=True, slots=True)
class OverdueAlerts:
    """Storage of overdue alerts. Every method is one transaction."""

    database: Database

    async def save(self, alert: OverdueAlert, *, agent: str) -> None:
        """Stores the channel's alert, and an audit entry."""
        await self.database.transact(partial(_save, alert, agent))

    async def find(self, channel: str) -> OverdueAlert | None:
        wanted = select(overdue_alerts).where(overdue_alerts.c.channel == channel)
        async with self.database.begin() as connection:
            row = (await connection.execute(wanted)).one_or_none()
            return _alert(row) if row else None

    async def pause(self, work: OverdueWork) -> None:
        """Pauses it, and forgets what the channel was notified of."""
        await self._update(work, is_paused=True, state=_stored(AlertState()))

    async def remove(self, channel: str, *, slack_user: str, agent: str) -> OverdueWork | None:
        """Removes the alert and returns it; None if there was none."""
        entry = audit_entry(f"late {channel}", "late_removed", slack_user, agent, {})
        return await self.database.transact(partial(_remove, channel, entry))

    async def claim(self) -> Sequence[OverdueWork]:
        """Claims all due channels for this bot, so that one reading serves them."""
        works = list[OverdueWork]()
        for row in await self.database.transact(lambda it: it.execute(_claimed()).all()):
            works.append(_work(row))
            await asyncio.sleep(0)  # each may know of thousands of tickets
        return works

    async def renew(self, works: Sequence[OverdueWork]) -> bool:
        """Renews the claims that this bot still holds; returns whether it holds any."""
        held = [(each.alert.channel, each.lease_token) for each in works]
        are_ours = tuple_(overdue_alerts.c.channel, overdue_alerts.c.lease_token).in_(held)
        renewed = update(overdue_alerts).where(are_ours).values(due=now() + LEASE_SECONDS)
        return await self.database.transact(lambda it: it.execute(renewed).rowcount > 0)

    async def store(self, work: OverdueWork, state: AlertState) -> bool:
        """Stores the channel's state; returns False if another bot has claimed it."""
        return await self._update(work, state=_stored(state), due=now() + LEASE_SECONDS)

    async def finish(self, work: OverdueWork, state: AlertState, seconds: float) -> bool:
        """Stores the state as `store` does; the channel is due again after `seconds`."""
        return await self._update(work, state=_stored(state), due=now() + seconds)

    async def reschedule(self, work: OverdueWork, seconds: float) -> None:
        await self._update(work, due=now() + seconds)

    async def hurry(self, seconds: float) -> None:
        """Makes waiting channels due `seconds` sooner, for the sandbox's clock; ends no lease."""
        is_waiting = overdue_alerts.c.due <= now() + LEASE_SECONDS / 2
        sooner = update(overdue_alerts).where(is_waiting).values(due=overdue_alerts.c.due - seconds)
        await self.database.transact(lambda it: it.execute(sooner))

    async def _update(self, work: OverdueWork, **values: Any) -> bool:  # noqa: ANN401  of columns
        is_its = overdue_alerts.c.channel == work.alert.channel
        is_ours = is_its & (overdue_alerts.c.lease_token == work.lease_token)
        changed = update(overdue_alerts).where(is_ours).values(values)
        return await self.database.transact(lambda it: it.execute(changed).rowcount == 1)


@cache
def _claimed() -> ReturningUpdate[Any]:
    """Builds the statement once, because an idle bot runs it every two seconds."""
    other = overdue_alerts.alias("other")
    is_any_due = exists().where(~other.c.is_paused, other.c.due <= now())
    is_soon = ~overdue_alerts.c.is_paused & (overdue_alerts.c.due <= now() + TOGETHER_SECONDS)
    due = (
        select(overdue_alerts.c.channel)
        .where(is_soon, is_any_due)
        .order_by(overdue_alerts.c.due)
        .limit(MAX_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return (
        update(overdue_alerts)
        .where(overdue_alerts.c.channel.in_(due), is_soon)
        .values(due=now() + LEASE_SECONDS, lease_token=overdue_alerts.c.lease_token + 1)
        .returning(overdue_alerts)
    )


def _save(alert: OverdueAlert, agent: str, connection: Connection) -> None:
    is_it = overdue_alerts.c.channel == alert.channel
    values = {
        "settings": _settings(alert),
        "created_by": alert.created_by,
        "is_paused": alert.is_paused,
        "due": now(),
    }
    saved = (
        update(overdue_alerts)
        .where(is_it)
        .values(lease_token=overdue_alerts.c.lease_token + 1, **values)
    )
    is_known = connection.execute(saved).rowcount == 1
    if not is_known:
        lease_token = randbelow(FIRST_TOKENS)  # unlike that of a claim from before it was removed
        new = {"channel": alert.channel, "state": _stored(AlertState()), "lease_token": lease_token}
        connection.execute(insert(overdue_alerts).values(**new, **values))
    kind = "late_changed" if is_known else "late_added"
    connection.execute(audit_entry(f"late {alert.channel}", kind, alert.created_by, agent, {}))


def _remove(channel: str, entry: Insert, connection: Connection) -> OverdueWork | None:
    gone = delete(overdue_alerts).where(overdue_alerts.c.channel == channel)
    row = connection.execute(gone.returning(overdue_alerts)).one_or_none()
    if row is None:
        return None
    connection.execute(entry)
    return _work(row)


def _settings(alert: OverdueAlert) -> Mapping[str, Any]:
    return {
        "departments": dict(alert.departments),
        "limits": dict(alert.limits),
        "language": alert.language,
        **alert.calendar.hours.to_json(),
        "zone": alert.calendar.zone,
        "holidays": list(alert.calendar.holidays),
        "further": alert.escalates_after,
        "names": alert.escalates_to,
        "shows_subject": alert.shows_subject,
    }


def _work(row: SqlRow[Any]) -> OverdueWork:
    return OverdueWork(_alert(row), _state(row.state), row.lease_token)


def _alert(row: SqlRow[Any]) -> OverdueAlert:
    given = row.settings
    return OverdueAlert(
        channel=row.channel,
        departments=given["departments"],
        limits=given["limits"],
        language=given["language"],
        created_by=row.created_by,
        calendar=Calendar(Hours.of_json(given), given["zone"], tuple(given["holidays"])),
        escalates_after=given["further"],
        escalates_to=given["names"],
        shows_subject=given["shows_subject"],
        is_paused=row.is_paused,
    )


def _stored(state: AlertState) -> Mapping[str, Any]:
    return {
        _STORED_AS.get(each.name, each.name): getattr(state, each.name) for each in fields(state)
    }


def _state(stored: Mapping[str, Any]) -> AlertState:
    """Ignores what only a newer version of the bot knows."""
    waits = {
        ticket_id: Wait(*wait[: len(Wait._fields)]) for ticket_id, wait in stored["waits"].items()
    }
    keys = {each.name: _STORED_AS.get(each.name, each.name) for each in fields(AlertState)}
    known = {name: stored[key] for name, key in keys.items() if key in stored}
    return AlertState(**{**known, "waits": waits, "escalating": tuple(stored["naming"])})
