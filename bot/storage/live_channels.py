"""The settings of live channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Update,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy import Row as SqlRow

from bot.domain.live import LiveChannel
from bot.domain.ticket_message import ShownAs
from bot.storage.audit import audit_entry
from bot.storage.database import Database
from bot.storage.tables import live_channels, live_events, ticket_messages

IS_ANY_ACTIVE = exists().where(~live_channels.c.is_paused)


@dataclass(frozen=True, slots=True)
class LiveChannels:
    """Storage of live channels. Every method is one transaction."""

    database: Database

    async def change(
        self,
        channel: str,
        change: Callable[[LiveChannel | None], LiveChannel],
        *,
        agent: str,
    ) -> LiveChannel:
        """Stores what `change` makes of the channel's setting, and an audit entry."""
        return await self.database.transact(partial(_change, channel, change, agent))

    async def find(self, channel: str) -> LiveChannel | None:
        found = await self._find(live_channels.c.channel == channel)
        return found[0] if found else None

    async def of_user(self, slack_user: str) -> Sequence[LiveChannel]:
        """Returns the channels that the user owns."""
        return await self._find(live_channels.c.created_by == slack_user)

    async def active(self) -> Sequence[LiveChannel]:
        return await self._find(~live_channels.c.is_paused)

    async def pause(self, channel: str, *, slack_user: str = "", agent: str = "") -> None:
        """Pauses the channel and drops its pending changes.

        `slack_user` is who did it; "" for the bot.
        """
        entry = _entry(channel, "live_paused", slack_user, agent) if slack_user else None
        await self.database.transact(partial(_pause, channel, entry))

    async def resume(self, channel: str, *, slack_user: str, agent: str) -> None:
        entry = _entry(channel, "live_resumed", slack_user, agent)
        await self.database.transact(partial(_resume, channel, entry))

    async def remove(self, channel: str, *, slack_user: str, agent: str) -> None:
        """Removes the setting. Its messages stay, without updates."""
        entry = _entry(channel, "live_removed", slack_user, agent)
        await self.database.transact(partial(_remove, channel, entry))

    async def _find(self, condition: ColumnElement[bool]) -> Sequence[LiveChannel]:
        wanted = select(live_channels).where(condition).order_by(live_channels.c.channel)
        found = await self.database.transact(lambda it: it.execute(wanted).all())
        return [read_channel(row) for row in found]


def _change(
    channel: str,
    change: Callable[[LiveChannel | None], LiveChannel],
    agent: str,
    connection: Connection,
) -> LiveChannel:
    is_it = live_channels.c.channel == channel
    found = connection.execute(select(live_channels).where(is_it).with_for_update()).one_or_none()
    live = change(read_channel(found) if found else None)
    settings = {
        "departments": dict(live.departments),
        "statuses": list(live.statuses),
        "language": live.language,
        "shows": sorted(live.shows),
    }
    values = {"settings": settings, "created_by": live.created_by, "is_paused": live.is_paused}
    if found:
        connection.execute(update(live_channels).where(is_it).values(values))
        if found.is_paused:
            connection.execute(_drop_events(channel))
    else:
        connection.execute(insert(live_channels).values(channel=channel, posted=0.0, **values))
    kind = "live_changed" if found else "live_added"
    connection.execute(_entry(channel, kind, live.created_by, agent))
    return live


def _pause(channel: str, entry: Insert | None, connection: Connection) -> None:
    connection.execute(_drop_events(channel))
    if _set_paused(connection, channel, is_paused=True) and entry is not None:
        connection.execute(entry)


def _resume(channel: str, entry: Insert, connection: Connection) -> None:
    if _set_paused(connection, channel, is_paused=False):
        connection.execute(_drop_events(channel))
        connection.execute(entry)


def _remove(channel: str, entry: Insert, connection: Connection) -> None:
    connection.execute(_drop_events(channel))
    gone = delete(live_channels).where(live_channels.c.channel == channel)
    if connection.execute(gone).rowcount:
        connection.execute(entry)
    is_its = ticket_messages.c.channel == channel
    is_live = ticket_messages.c.shown_as == ShownAs.LIVE
    rest = update(ticket_messages).where(is_its, is_live)
    connection.execute(rest.values(is_resting=True, due=0.0))


def _entry(channel: str, kind: str, slack_user: str, agent: str) -> Insert:
    return audit_entry(f"live {channel}", kind, slack_user, agent, {})


def _set_paused(connection: Connection, channel: str, *, is_paused: bool) -> bool:
    """Returns whether that changed it."""
    is_it = live_channels.c.channel == channel
    changed = update(live_channels).where(is_it, live_channels.c.is_paused != is_paused)
    return connection.execute(changed.values(is_paused=is_paused)).rowcount == 1


def _drop_events(channel: str) -> Update:
    """Drops pending changes, including those stored just after a pause."""
    is_its = (live_events.c.channel == channel) & live_events.c.is_open
    return update(live_events).where(is_its).values(is_open=False)


def read_channel(row: SqlRow[Any]) -> LiveChannel:
    given = row.settings
    return LiveChannel(
        channel=row.channel,
        departments=given["departments"],
        statuses=tuple(given["statuses"]),
        language=given["language"],
        created_by=row.created_by,
        shows=frozenset(given["shows"]),
        is_paused=row.is_paused,
    )
