"""A Slack that records its calls."""

from dataclasses import dataclass, field

from slack_sdk.models.views import View

from bot.slack.client import Identity


@dataclass
class Recorder:
    calls: list[tuple[object, ...]] = field(default_factory=list)
    shown: list[View] = field(default_factory=list)
    """The forms, as they were opened and updated."""
    answers: list[object] = field(default_factory=list)
    """The messages to a `response_url`."""

    async def identity(self) -> Identity:
        return Identity("T1", "U0", "B0")

    async def respond(self, url: str, message: object, *, replace: bool = False) -> None:
        self.calls.append(("respond", url, replace))
        self.answers.append(message)

    async def post(self, channel: str, _: object) -> None:
        self.calls.append(("post", channel))

    async def open_form(self, _: object, form: View) -> str:
        self.calls.append(("open",))
        self.shown.append(form)
        return "V9"

    async def push_form(self, *_: object) -> str:
        self.calls.append(("push",))
        return "V9"

    async def update_form(self, view_id: str, form: View) -> None:
        self.calls.append(("update", view_id))
        self.shown.append(form)
