"""`views.*`."""

from bot.sandbox.slack.grants import Trigger
from bot.sandbox.slack.limits import check_view
from bot.sandbox.slack.views import View
from bot.sandbox.slack.web_api.arguments import needed
from bot.sandbox.slack.wire import Json, SlackRefused, invalid
from bot.sandbox.slack.workspace import Workspace


def open_view(slack: Workspace, asked: Json) -> Json:
    """Opens a form; for an action in a form, on top of that."""
    content = _content(asked, "modal")
    trigger = _trigger(slack, asked)
    opens = slack.views.push if _is_open(slack, trigger) else slack.views.open
    return _shown(slack, opens(trigger.user_id, content, trigger.channel_id))


def push_view(slack: Workspace, asked: Json) -> Json:
    content = _content(asked, "modal")
    trigger = _trigger(slack, asked)
    if not _is_open(slack, trigger):
        raise SlackRefused("not_found")
    return _shown(slack, slack.views.push(trigger.user_id, content, trigger.channel_id))


def update_view(slack: Workspace, asked: Json) -> Json:
    view = slack.views.find(needed(asked, "view_id"))
    content = _content(asked, view.kind)
    return _shown(slack, slack.views.update(view, content, str(asked.get("hash") or "")))


def publish_view(slack: Workspace, asked: Json) -> Json:
    user = slack.user(needed(asked, "user_id"))
    content = _content(asked, "home")
    if not slack.app.has_home:
        raise SlackRefused("not_enabled")
    return _shown(slack, slack.views.publish(user.id, content, str(asked.get("hash") or "")))


def _content(asked: Json, kind: str) -> Json:
    content = asked.get("view") or {}
    problems = check_view(content)
    if not problems and content["type"] != kind:
        problems = [f"[ERROR] must be {kind} [json-pointer:/view/type]"]
    if problems:
        raise invalid("invalid_arguments", problems)
    return dict(content)


def _trigger(slack: Workspace, asked: Json) -> Trigger:
    trigger_id = asked.get("trigger_id") or asked.get("interactivity_pointer")
    return slack.triggers.exchange(str(trigger_id or needed(asked, "trigger_id")))


def _is_open(slack: Workspace, trigger: Trigger) -> bool:
    return any(view.id == trigger.view_id for view in slack.views.stack(trigger.user_id))


def _shown(slack: Workspace, view: View) -> Json:
    slack.changes.tell()
    return {"view": view.described()}
