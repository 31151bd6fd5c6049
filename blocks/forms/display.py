"""Forms without input: loading, failed, or a message."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, SectionBlock
from slack_sdk.models.views import View

from blocks.forms.frame import display_modal
from blocks.ids import Id
from blocks.text import Post, plain
from bot.i18n import Translator


def display_form(blocks: Sequence[Block], title: str, t: Translator) -> View:
    return display_modal(blocks, t, title=title, kind=Id.DISPLAY)


def loading(title: str, t: Translator) -> View:
    """Returns the form shown immediately, while LiveAgent is read."""
    return display_form([SectionBlock(text=plain(t("Loading from LiveAgent …"), 100))], title, t)


def failed(why: Post, t: Translator) -> View:
    """Returns the form that explains a failure; its *Try again* replaces it with the result."""
    form = display_form(why.blocks, t("Not possible"), t)
    form.callback_id = Id.FAILED
    return form


def as_form(post: Post, t: Translator) -> View:
    """Returns a message as a form, for clicks where no message can be shown."""
    return display_form(post.blocks, "LiveAgent", t)
