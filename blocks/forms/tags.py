"""The form of a ticket's tags: current ones are chosen; others, even new ones, can be added."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks.block_elements import PlainTextInputElement
from slack_sdk.models.views import View

from blocks.forms.about import about, titled
from blocks.forms.fields import field, tags_field
from blocks.forms.form import Form, Start, shown
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, ticked, typed
from blocks.forms.state import TicketState
from blocks.ids import Id
from blocks.ticket import as_of
from bot.domain.tagging import tag_names
from bot.i18n import Translator
from bot.operations import ChangeTags


def form(state: TicketState, t: Translator, start: Start) -> View:
    """Returns the form. Only its changes are applied, whatever others change meanwhile."""
    view = shown(start)
    names = [tag.name for tag in view.tags or ()]
    new = PlainTextInputElement(action_id=Id.NEW_TAGS, max_length=300)
    blocks = [
        *about(start, state.code, t),
        as_of(view.tags_seen or view.seen, t),
        tags_field(t("Tags"), names, t),
        field(
            Id.NEW_TAGS,
            t("New tags"),
            new,
            optional=True,
            hint=t("Tags that don't exist in LiveAgent yet, separated by commas."),
        ),
    ]
    return modal(Id.TAGS, state, blocks, t, title=titled(t("Tags"), state.code), submit=t("Save"))


def read(view: Mapping[str, Any], state: TicketState, t: Translator) -> ChangeTags | Errors:
    had, chosen = _initial_tags(view), ticked(view, Id.TAGS)
    add = [name for name in chosen if name not in had] + tag_names(typed(view, Id.NEW_TAGS))
    remove = [name for name in had if name not in chosen]
    if not add and not remove:
        return {Id.TAGS: t("You haven't changed anything yet.")}
    return ChangeTags(
        ticket_id=state.ticket,
        code=state.code,
        subject=state.subject,
        add=tuple(dict.fromkeys(add)),
        remove=tuple(remove),
    )


def _initial_tags(view: Mapping[str, Any]) -> list[str]:
    """Returns the tags that were chosen when the form was opened."""
    block = next(each for each in view["blocks"] if each.get("block_id") == Id.TAGS)
    return [each["value"] for each in block["element"].get("initial_options") or ()]


FORM = Form(TicketState, form, read, needs_messages=False, needs_tags=True)
