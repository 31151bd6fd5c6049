"""The gallery as one file, drawn by the scripts and styles of the sandbox's page."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slack_sdk.models.views import View

from blocks.text import Post
from bot.sandbox.slack import SlackStandIn
from bot.sandbox.slack.control import PAGE
from bot.sandbox.slack.state import describe_state
from tests.gallery.desk import DESKS, NOW, Desk
from tests.gallery.kinds import KINDS
from tests.gallery.sample import Sample
from tests.manifest import read_manifest

HERE = Path(__file__).parent
STYLES = ("style", "messages", "blocks", "forms")
_IMPORT = re.compile(r'(from|import\()\s*"\./')


def gallery() -> str:
    """HTML that needs no server and nothing beside it."""
    template = (HERE / "gallery.html").read_text()
    parts = {
        "styles": "\n".join(_style(PAGE / f"{name}.css") for name in STYLES),
        "own_style": (HERE / "gallery.css").read_text(),
        "imports": json.dumps({"imports": _modules()}),
        "script": _with_bare_names((HERE / "gallery.js").read_text()),
        "samples": json.dumps(shown(), ensure_ascii=False).replace("<", "\\u003c"),
    }
    for name, text in parts.items():
        template = template.replace(f"{{{{{name}}}}}", text)
    return template


def shown() -> dict[str, Any]:
    """Each sample in each language, as the sandbox's page would get it."""
    slack = SlackStandIn(read_manifest(), clock=NOW.timestamp)
    rows: list[dict[str, Any]] = []
    for kind, samples in KINDS.items():
        for several in zip(*(samples(desk) for desk in DESKS), strict=True):
            drawn = {
                desk.language: _drawn(each, desk, slack)
                for each, desk in zip(several, DESKS, strict=True)
            }
            rows.append({"kind": kind, "name": several[0].name, "drawn": drawn})
    people = describe_state(slack.workspace, slack.person("ann"))
    return {"state": {**people, "channels": [], "forms": []}, "rows": rows}


def _drawn(sample: Sample, desk: Desk, slack: SlackStandIn) -> dict[str, Any]:
    """What of Slack's state differs, so that this sample is all that there is to see."""
    workspace = slack.workspace
    channel = workspace.channels[desk.channel]
    channel.messages.clear()
    match sample.shown:
        case Post():
            to = desk.user if sample.is_private else ""
            workspace.post(channel.id, sample.shown.to_dict(), to=to)
        case View() | Mapping():
            _show_view(sample.shown, sample.errors or {}, desk, slack)
        case _:
            linked = workspace.post(channel.id, {"text": f"<{desk.link}>"}, by="U0ADAM")
            preview = {"text": "", "blocks": [block.to_dict() for block in sample.shown]}
            made = workspace.post(channel.id, preview)
            linked.attachments = [{"blocks": made.blocks}]
            workspace.remove(made)
    state = describe_state(workspace, slack.person(desk.user))
    workspace.views.stack(desk.user).clear()
    workspace.views.homes.clear()
    channels = [one for one in state["channels"] if one["id"] == channel.id]
    return {"me": desk.user, "channels": channels, "forms": state["forms"], "home": state["home"]}


def _show_view(
    shown: View | Mapping[str, Any], errors: Mapping[str, str], desk: Desk, slack: SlackStandIn
) -> None:
    views = slack.workspace.views
    content = shown.to_dict() if isinstance(shown, View) else dict(shown)
    if content["type"] == "home":
        views.publish(desk.user, content)
    else:
        views.open(desk.user, content).errors = dict(errors)


def _modules() -> dict[str, str]:
    """The scripts of the page by bare names, since those in one file have no folder."""
    return {
        f"page/{file.name}": _as_data("text/javascript", _with_bare_names(file.read_text()))
        for file in sorted(PAGE.glob("*.js"))
    }


def _with_bare_names(script: str) -> str:
    return _IMPORT.sub(r'\1 "page/', script).replace('import( "', 'import("')


def _style(file: Path) -> str:
    icon = _as_data("image/svg+xml", (PAGE / "app.svg").read_text())
    return file.read_text().replace('"app.svg"', f'"{icon}"')


def _as_data(kind: str, text: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"
