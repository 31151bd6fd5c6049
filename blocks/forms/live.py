"""The form of a live channel: which tickets it shows, and how much of them."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field
from slack_sdk.models.views import View

from blocks import words
from blocks.forms.digest import (
    MAX_OPTIONS,
    checkboxes,
    chosen_departments,
    departments_field,
    kept_by_channel,
)
from blocks.forms.fields import (
    Errors,
    chosen,
    field,
    modal,
    multi_select,
    option,
    select,
    ticked,
)
from blocks.forms.state import AnswerToField, FormState
from blocks.ids import Id
from blocks.text import small
from bot.domain.answer_to import Home
from bot.domain.digest import OFFERED_STATUSES, Shown
from bot.domain.live import PROPOSED_STATUSES, WORDS, LiveChannel
from bot.i18n import LANGUAGES, Translator


class LiveState(FormState):
    """The channel that is set up. `shown_up_to` is as in a digest's form."""

    channel: str = ""
    shown_up_to: str = ""
    answer_to: AnswerToField = Field(default=Home(), alias="response_url")


def fresh(channel: str, user: str, t: Translator) -> LiveChannel:
    """Returns the proposal: new tickets and those whose customer wrote last, without subjects."""
    return LiveChannel(channel, {}, PROPOSED_STATUSES, t.language, user)


def form(state: LiveState, t: Translator, *, live: LiveChannel) -> View:
    """Returns the form; `live` is the initial input."""
    shown = sorted(live.departments)[:MAX_OPTIONS]
    unseen = len(live.departments) - len(shown)
    if unseen:
        state = state.model_copy(update={"shown_up_to": shown[-1]})
    kept = kept_by_channel(unseen, t)
    shows = {
        str(Shown.SUBJECT): option(Shown.SUBJECT, t("Subject")),
        WORDS: option(WORDS, t("What customers write, in the thread")),
    }
    blocks = [
        departments_field({each: live.departments[each] for each in shown}, kept, t),
        multi_select(
            Id.STATUS,
            t("Status"),
            {each: words.status(each, t)[1] for each in OFFERED_STATUSES},
            live.statuses,
        ),
        field(Id.LANGUAGE, t("Language"), select(Id.LANGUAGE, LANGUAGES, live.language)),
        field(
            Id.SHOWS,
            t("Show in the channel"),
            checkboxes(Id.SHOWS, shows, live.shows),
            optional=True,
        ),
        small(
            t(
                "Everyone in the channel can read it. Tickets can't be shared in channels with "
                "other companies."
            )
        ),
    ]
    return modal(Id.LIVE, state, blocks, t, title=t("Live tickets"), submit=t("Save"))


def read(
    view: Mapping[str, Any], state: LiveState, user: str, t: Translator
) -> LiveChannel | Errors:
    """Returns the live channel, or errors by field. No departments means all."""
    wanted = ticked(view, Id.STATUS)
    statuses = tuple(each for each in OFFERED_STATUSES if each in wanted)
    if not statuses:
        return {Id.STATUS: t("Choose at least one.")}
    return LiveChannel(
        channel=state.channel,
        departments=chosen_departments(view),
        statuses=statuses,
        language=chosen(view, Id.LANGUAGE) or "en",
        created_by=user,
        shows=frozenset(ticked(view, Id.SHOWS)),
    )
