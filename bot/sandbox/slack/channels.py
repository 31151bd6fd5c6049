"""Channels and their messages."""

from dataclasses import dataclass, field

from bot.sandbox.slack.inputs import State, opening_state
from bot.sandbox.slack.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, WORLD, User
from bot.sandbox.slack.wire import Json


@dataclass(slots=True)
class Message:
    ts: str
    channel_id: str
    user_id: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    only_for: str = ""  # the one user who sees an ephemeral message
    is_edited: bool = False
    warned: set[str] = field(default_factory=set)  # users whose click went unanswered
    state: State = field(default_factory=dict)  # of the elements in its blocks

    def show(self, blocks: list[Json]) -> None:
        """Sets the blocks, which are complete with ids."""
        self.blocks = blocks
        self.state = opening_state(blocks, self.state)

    @property
    def all_blocks(self) -> list[Json]:
        """Returns the blocks, previews included."""
        return [
            *self.blocks,
            *(block for one in self.attachments for block in one.get("blocks", ())),
        ]

    @property
    def is_bots(self) -> bool:
        return self.user_id == BOT_USER_ID

    def described(self, *, with_metadata: bool = False) -> Json:
        """Returns it as in payloads and histories."""
        described: Json = {
            "type": "message",
            "user": self.user_id,
            "ts": self.ts,
            "text": self.text,
            "team": TEAM_ID,
        }
        if self.is_bots:
            described |= {"bot_id": BOT_ID, "app_id": APP_ID}
        optional = {
            "blocks": self.blocks,
            "attachments": self.attachments,
            "files": self.files,
            "thread_ts": self.thread_ts,
            "edited": {"user": self.user_id, "ts": self.ts} if self.is_edited else None,
            "metadata": self.metadata if with_metadata else None,
        }
        return described | {name: value for name, value in optional.items() if value}


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    members: set[str]
    with_user: str = ""  # whose direct messages with the bot these are
    is_shared_outside: bool = False
    is_archived: bool = False
    is_restricted: bool = False  # who may post there
    messages: list[Message] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind, as scopes and events name it."""
        return "im" if self.with_user else "channels"

    @property
    def has_bot(self) -> bool:
        return BOT_USER_ID in self.members

    def described(self) -> Json:
        """Returns it as in `conversations.info`."""
        if self.with_user:
            return {"id": self.id, "user": self.with_user, "is_im": True, "is_archived": False}
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": False,
            "is_archived": self.is_archived,
            "is_shared": self.is_shared_outside,
            "is_ext_shared": self.is_shared_outside,
            "is_pending_ext_shared": False,
            "is_member": self.has_bot,
        }


def opening_channels(users: tuple[User, ...]) -> dict[str, Channel]:
    """Returns those of `workspace.yml`, and everybody's direct messages with the bot."""
    ours = {user.id for user in users if user.can_act and not user.is_stranger}
    channels = [
        Channel(
            id=one["id"],
            name=one["name"],
            members={*one.get("members", ours), *([BOT_USER_ID] if "has_bot" in one else [])},
            is_shared_outside="is_shared_outside" in one,
        )
        for one in WORLD["channels"]
    ]
    channels += (
        Channel(f"D{user.id[1:]}", user.name, {user.id, BOT_USER_ID}, with_user=user.id)
        for user in users
        if user.id in ours and user.email
    )
    return {channel.id: channel for channel in channels}
