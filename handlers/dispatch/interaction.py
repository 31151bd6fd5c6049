"""Reads user, place and content of an interaction from the payload that `door.py` validated."""

import re
import secrets
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from blocks.help import command_of, word_first
from blocks.ids import Id
from blocks.values.value import MenuEntry
from bot.domain.answer_to import AnswerTo, FormId, Home, ResponseUrl, ReviewForm
from handlers.dispatch.message_text import all_text

MESSAGE = "message"
_DIRECT = "D"  # the first letter of Slack's ids of direct messages
_ADDRESS = re.compile(r"^\s*(?:<@[A-Z0-9]+>\s*)?(?:/?(?:ticket|チケット)(?:\s+|$))?", re.IGNORECASE)
"""What may precede a command: the bot's name in a message to it, or the command's own name."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """A command, click, choice, shortcut, event, message or submission.

    `id` is that of the action or callback, `value` the button's or the query for options. `message`
    and `view` are where it happened, as in Slack's payload; `is_private` means a message that only
    its reader sees. `message_ts` is the timestamp of the clicked message, or of the one typed to
    the bot. `teams` are the workspaces that the payload names. `reference` identifies it and its
    effects in the logs.
    """

    user_id: str
    trigger_id: str
    kind: str
    id: str = ""
    value: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    channel: str = ""
    is_private: bool = False
    block_id: str = ""
    message: Mapping[str, Any] = field(default_factory=dict, repr=False)
    message_ts: str = ""
    view: Mapping[str, Any] = field(default_factory=dict, repr=False)
    teams: frozenset[str] = frozenset()
    reference: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def key(self) -> str:
        """An identifier shared by repeated deliveries, and never by two interactions."""
        return self.trigger_id or f"{self.channel} {self.message_ts}"

    @property
    def is_in_direct_message(self) -> bool:
        """Whether it was typed to the bot, or clicked in an ordinary message there."""
        is_click = bool(self.response_url) and not (self.is_private or self.view)
        is_own = self.channel.startswith(_DIRECT)
        return self.kind == MESSAGE or (self.kind == "action" and is_own and is_click)

    @property
    def view_id(self) -> str:
        return str(self.view.get("id") or "")

    @property
    def form(self) -> str:
        """The callback id of its form."""
        return str(self.view.get("callback_id") or "")

    @property
    def is_in_form(self) -> bool:
        return self.view.get("type") == "modal"

    @property
    def is_at_home(self) -> bool:
        return self.view.get("type") == "home"

    @property
    def takes_input(self) -> bool:
        """Whether its form can be submitted, so that replacing the form would lose input."""
        return bool(self.view.get("submit"))

    @property
    def form_below(self) -> str:
        """The id of the form below its own."""
        return str(self.view.get("previous_view_id") or "")

    @property
    def is_in_third_form(self) -> bool:
        """Whether its form is the third: Slack allows no fourth on top."""
        return bool(self.form_below) and self.form_below != self.view.get("root_view_id")

    @property
    def answer_to(self) -> AnswerTo:
        """Where its answer can be shown later."""
        if self.response_url:
            is_own = self.is_private or self.channel.startswith(_DIRECT)
            replaces = self.kind == "action" and is_own
            return ResponseUrl(self.response_url, self.channel, replaces)
        return FormId(self.view_id) if self.is_in_form else Home()

    def clicked_at(self, answer_to: AnswerTo) -> "Interaction":
        """Returns the interaction as a click or command whose answer goes to `answer_to`."""
        clicked = replace(self, response_url="", view={}, kind="action")
        match answer_to:
            case ResponseUrl(url, channel, replaces):
                return replace(
                    clicked,
                    kind="action" if replaces else "command",
                    response_url=url,
                    channel=channel or self.channel,
                    is_private=replaces,
                )
            case FormId(view_id) | ReviewForm(view_id):
                return replace(clicked, view={"type": "modal", "id": view_id})
            case Home():
                return replace(clicked, view={"type": "home"})

    @property
    def word(self) -> str:
        """The subcommand that the first word means; the word itself if it means none."""
        return command_of(self.text)

    def typing(self, text: str) -> "Interaction":
        """Returns the interaction as if `text` had been typed after `/ticket` in the same place."""
        return replace(self, text=word_first(text), value="")

    @classmethod
    def of_command(cls, body: Mapping[str, Any], known: Container[str]) -> "Interaction":
        """Reads a command. Its id is the first word if `known`; other input stays out of logs."""
        text = word_first(_ADDRESS.sub("", body.get("text") or ""))
        word = command_of(text)
        return cls(
            user_id=body.get("user_id", ""),
            teams=_teams(body),
            trigger_id=body.get("trigger_id", ""),
            kind="command",
            id=word if word in known else "REF",
            text=text,
            response_url=body.get("response_url", ""),
            channel=body.get("channel_id", ""),
        )

    @classmethod
    def of_shortcut(cls, body: Mapping[str, Any]) -> "Interaction":
        return cls(
            user_id=_id_of(body.get("user")),
            teams=_teams(body),
            trigger_id=body.get("trigger_id", ""),
            kind="shortcut",
            id=body.get("callback_id", ""),
            text=all_text(body.get("message") or {}),
            response_url=body.get("response_url", ""),
            channel=_id_of(body.get("channel")),
            message=body.get("message") or {},
        )

    @classmethod
    def of_action(cls, body: Mapping[str, Any]) -> "Interaction":
        """Reads a click. A menu entry counts as a button: its value begins with the id."""
        action = (body.get("actions") or [{}])[0]
        name = str(action.get("action_id", "")).split(".", 1)[0]
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        if name == Id.MORE:
            entry = MenuEntry.of_value(value)
            name, value = entry.action, entry.value
        return cls(
            user_id=_id_of(body.get("user")),
            teams=_teams(body),
            trigger_id=body.get("trigger_id", ""),
            kind="action",
            id=name,
            value=value,
            response_url=body.get("response_url", ""),
            channel=_id_of(body.get("channel")),
            is_private=bool((body.get("container") or {}).get("is_ephemeral")),
            block_id=str(action.get("block_id") or ""),
            message_ts=str((body.get("container") or {}).get("message_ts") or ""),
            view=body.get("view") or {},
        )

    @classmethod
    def of_choice(cls, body: Mapping[str, Any]) -> "Interaction":
        """Reads a query for the options of a field."""
        return cls(
            user_id=_id_of(body.get("user")),
            teams=_teams(body),
            trigger_id="",
            kind="choice",
            id=body.get("action_id", ""),
            value=body.get("value") or "",
            block_id=body.get("block_id", ""),
            view=body.get("view") or {},
        )

    @classmethod
    def of_event(cls, body: Mapping[str, Any]) -> "Interaction":
        """Reads an event of Slack's, which becomes `message`; `text` is its command."""
        event = body.get("event") or {}
        name = str(event.get("type") or "")
        return cls(
            user_id=str(event.get("user") or ""),
            teams=_teams(body),
            trigger_id="",
            kind=MESSAGE if name == MESSAGE else "event",
            id=name,
            text=word_first(_ADDRESS.sub("", str(event.get("text") or ""))),
            channel=str(event.get("channel") or ""),
            message=event,
            message_ts=str(event.get("ts") or ""),
        )

    @classmethod
    def of_submission(cls, body: Mapping[str, Any]) -> "Interaction":
        view = body.get("view") or {}
        return cls(
            user_id=_id_of(body.get("user")),
            teams=_teams(body),
            trigger_id=body.get("trigger_id", ""),
            kind="submission",
            id=view.get("callback_id", ""),
            view=view,
        )


def _id_of(named: Mapping[str, Any] | None) -> str:
    return str((named or {}).get("id") or "")


def _teams(body: Mapping[str, Any]) -> frozenset[str]:
    """Returns workspaces; in a shared channel Slack names the app's and the user's."""
    team, user, view = body.get("team") or {}, body.get("user") or {}, body.get("view") or {}
    installed = (each.get("team_id") for each in body.get("authorizations") or ())
    named = {body.get("team_id"), team.get("id"), user.get("team_id"), *installed}
    return frozenset(filter(None, named | {view.get("app_installed_team_id")}))
