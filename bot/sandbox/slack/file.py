"""A file of the workspace."""

import mimetypes
from dataclasses import dataclass

from bot.sandbox.slack.people import TEAM_ID
from bot.sandbox.slack.wire import Json

DOWNLOADS = "/files-pri"


@dataclass(slots=True)
class File:
    """A file. `mode` is Slack's: `tombstone` once it is deleted, `external` for a mere link."""

    id: str
    name: str
    content: bytes
    user_id: str
    mode: str = "hosted"
    size: int = -1  # what Slack says, if not the truth

    @property
    def type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def described(self, url: str) -> Json:
        """Returns it as in payloads and `files.info`."""
        address = f"{url}{DOWNLOADS}/{TEAM_ID}-{self.id}/{self.id}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.name,
            "mimetype": self.type,
            "filetype": self.name.rpartition(".")[2],
            "user": self.user_id,
            "mode": self.mode,
            "is_external": self.mode == "external",
            "size": len(self.content) if self.size < 0 else self.size,
            "url_private": address,
            "url_private_download": address,
        }
