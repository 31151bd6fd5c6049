"""The form before a card is shared in a channel: previews what everybody will see."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field
from slack_sdk.models.blocks import Block, DividerBlock
from slack_sdk.models.views import View

from blocks.forms.fields import checkbox, field, text_area
from blocks.forms.frame import modal
from blocks.forms.reading import ticked, typed
from blocks.forms.state import AnswerToField, FormState
from blocks.ids import Id
from blocks.shared import shared_facts
from blocks.text import small
from bot.domain.answer_to import Home
from bot.domain.ref import Account
from bot.domain.ticket import TicketView
from bot.i18n import Translator

MAX_COMMENT_LENGTH = 500


class ShareState(FormState):
    """The ticket is shared in `channel`; `answer_to` is the click that opened the form."""

    ticket: str = ""
    channel: str = ""
    answer_to: AnswerToField = Field(default=Home(), alias="response_url")


def form(state: ShareState, t: Translator, *, view: TicketView, account: Account) -> View:
    blocks: list[Block] = [
        small(t("Everyone in the channel will see this, but not what the customer wrote:")),
        shared_facts(view, t, account),
        DividerBlock(),
        field(Id.COMMENT, t("Comment"), text_area(Id.COMMENT, MAX_COMMENT_LENGTH), optional=True),
        field(
            Id.SHOW_SUBJECT,
            t("Subject"),
            checkbox(Id.SHOW_SUBJECT, t("Show the subject too"), is_ticked=True),
            optional=True,
        ),
    ]
    title, submit = t("Share in channel"), t("Share")
    return modal(Id.SHARE, state, blocks, t, title=title, submit=submit)


def read(view: Mapping[str, Any]) -> tuple[str, bool]:
    """Returns the comment, and whether the subject is shown."""
    return typed(view, Id.COMMENT).strip(), bool(ticked(view, Id.SHOW_SUBJECT))
