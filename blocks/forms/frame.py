"""The frame of a form: title, buttons, state."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.block_elements import RichTextElementParts
from slack_sdk.models.views import View

from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.text import lines, plain, small
from bot.i18n import Translator

MAX_TITLE_LENGTH = 24


def with_blocks(view: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Returns the form, as Slack sent it, with these blocks instead."""
    kept = ("type", "callback_id", "title", "close", "submit", "private_metadata")
    return {**{name: view[name] for name in kept}, "blocks": blocks}


def with_omissions(form: View, rest: str, t: Translator, *, dropped: str = "") -> View:
    """Adds a note if a message is too long for its field, and what else was `dropped`."""
    if dropped:
        form.blocks = [small(f"⚠️ {dropped}"), *form.blocks]
    if rest:
        text = t.plural(
            "The message is too long for this form: one character is left out, “{words}”.",
            "The message is too long for this form: {count} characters are left out, "
            "from “{words}” on.",
            len(rest),
            words=" ".join(rest[:60].split()),
        )
        note = lines([[RichTextElementParts.Text(text=f"⚠️ {text}")]])
        form.blocks = [note, *form.blocks]
    return form


def display_modal(
    blocks: Sequence[Block],
    t: Translator,
    *,
    title: str,
    kind: Id | None = None,
    state: FormState | None = None,
) -> View:
    """Returns a form without a submit button."""
    return View(
        type="modal",
        callback_id=kind,
        title=plain(title, MAX_TITLE_LENGTH),
        close=plain(t("Close"), MAX_TITLE_LENGTH),
        private_metadata=state.to_metadata() if state else None,
        blocks=list(blocks),
    )


def modal(
    kind: Id, state: FormState, blocks: Sequence[Block], t: Translator, *, title: str, submit: str
) -> View:
    """Returns a form with a submit button."""
    return View(
        type="modal",
        callback_id=kind,
        title=plain(title, MAX_TITLE_LENGTH),
        submit=plain(submit, MAX_TITLE_LENGTH),
        close=plain(t("Cancel"), MAX_TITLE_LENGTH),
        private_metadata=state.to_metadata(),
        blocks=list(blocks),
    )
