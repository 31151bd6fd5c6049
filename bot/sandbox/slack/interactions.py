"""Clicks and choices in messages, forms and the home tab."""

from typing import Any

from bot.sandbox.slack import payloads
from bot.sandbox.slack.channels import Message
from bot.sandbox.slack.delivery import Envelope
from bot.sandbox.slack.encode import Names, with_mentions
from bot.sandbox.slack.inputs import KINDS, all_elements, chosen_state
from bot.sandbox.slack.limits import check_options
from bot.sandbox.slack.people import User
from bot.sandbox.slack.views import View
from bot.sandbox.slack.wire import Json
from bot.sandbox.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
MIN_QUERY_LENGTH = 3  # Slack's own, where the element does not say

Place = Message | View


def element_at(place: Place, block_id: str, action_id: str) -> tuple[Json, Json]:
    """Returns the block and its element. Raises `LookupError` if they are gone."""
    for block, element in all_elements(place.all_blocks):
        if (block["block_id"], element["action_id"]) == (block_id, action_id):
            return block, element
    raise LookupError(f"no element {action_id} in block {block_id}")


def put(slack: Workspace, place: Place, block: Json, element: Json, value: Any) -> None:  # noqa: ANN401
    """Changes the value of an element without notifying the app."""
    state = chosen_state(element, value)
    if state.get("rich_text_value"):
        names = Names(slack.users, slack.channels)
        state["rich_text_value"] = with_mentions(names, state["rich_text_value"])
    place.state.setdefault(block["block_id"], {})[element["action_id"]] = state
    slack.changes.tell()


async def act(
    slack: Workspace,
    user: User,
    place: Place,
    found: tuple[Json, Json],
    value: Any = None,  # noqa: ANN401
) -> None:
    """Presses a button or chooses an option; returns once acknowledged."""
    block, element = found
    taken = payloads.action(block, element, slack.clock())
    if element["type"] in KINDS:
        put(slack, place, block, element, value)
        held = place.state[block["block_id"]][element["action_id"]]
        taken |= {name: one for name, one in held.items() if name != "type"}
    elif element["type"] == "overflow":
        taken["selected_option"] = value
    if block["type"] == "input" and not block.get("dispatch_action"):
        return
    payload = _interaction(slack, "block_actions", user, place)
    if isinstance(place, Message):
        path = slack.response_urls.issue("actions", user.id, place.channel_id, place.ts)
        payload["response_url"] = slack.url + path
    payload |= {"trigger_id": _trigger(slack, user, place), "actions": [taken]}
    _show_trouble(slack, user, place, failed=False)
    ack = await slack.deliver(Envelope("interactive", payload))
    _show_trouble(slack, user, place, failed=bool(ack.error))


async def suggest(
    slack: Workspace, user: User, place: Place, found: tuple[Json, Json], query: str
) -> list[Json]:
    """Returns the app's options for what was typed into an external select."""
    block, element = found
    if len(query) < element.get("min_query_length", MIN_QUERY_LENGTH):
        return []
    payload = _interaction(slack, "block_suggestion", user, place) | {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": query,
    }
    ack = await slack.deliver(Envelope("interactive", payload, takes_answer=True))
    problems = [ack.error] if ack.error else check_options(ack.answer)
    if problems:
        slack.complain(f"options of {element['action_id']}: {problems}")
        return []
    return list(ack.answer["options"])


def _interaction(slack: Workspace, kind: str, user: User, place: Place) -> Json:
    if isinstance(place, View):
        return payloads.interaction(kind, user) | payloads.from_view(place)
    channel = slack.channel(place.channel_id)
    return payloads.interaction(kind, user) | payloads.from_message(place, channel)


def _trigger(slack: Workspace, user: User, place: Place) -> str:
    if isinstance(place, View):
        return slack.triggers.issue(user.id, channel_id=place.channel_id, view_id=place.id)
    return slack.triggers.issue(user.id, channel_id=place.channel_id)


def _show_trouble(slack: Workspace, user: User, place: Place, *, failed: bool) -> None:
    if isinstance(place, View):
        place.trouble = TROUBLE if failed else ""
    elif failed:
        place.warned.add(user.id)
    else:
        place.warned.discard(user.id)
    slack.changes.tell()
