"""LiveAgent's own status: its version and local time."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.errors import Unreadable
from bot.liveagent.protocol import Request

QUARTER = timedelta(minutes=15)  # time zones differ by whole quarters of an hour
TOLERANCE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Application:
    """`local_time` is naive, in the account's zone; None if LiveAgent does not give it."""

    version: str
    local_time: datetime | None

    def offset(self, now: datetime) -> timedelta | None:
        """Returns the zone's offset from UTC; None if no zone explains its clock."""
        if self.local_time is None:
            return None
        ahead = self.local_time.replace(tzinfo=UTC) - now
        nearest = QUARTER * round(ahead / QUARTER)
        return nearest if abs(ahead - nearest) <= TOLERANCE else None


def read_application(request: Request, response: object) -> Application:
    """Raises `Unreadable` if the response is not an object."""
    if not isinstance(response, dict):
        raise Unreadable(str(request), "no status of the application")
    local_time = None
    with suppress(ValueError):
        written = str(response.get("current_server_time") or "")
        local_time = datetime.fromisoformat(written).replace(tzinfo=None)
    return Application(str(response.get("liveagentversion") or ""), local_time)
