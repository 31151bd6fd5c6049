"""The form of a live channel: which tickets it shows, and how much of them."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.views import View

from blocks import words
from blocks.forms.channel import ChannelState, chosen_departments, departments_field
from blocks.forms.fields import checkboxes, field, multi_select, option, select
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, chosen, ticked
from blocks.ids import Id
from blocks.text import small
from bot.domain.digest import OFFERED_STATUSES, Shown
from bot.domain.live import CUSTOMERS_TEXT, PROPOSED_STATUSES, LiveChannel
from bot.i18n import LANGUAGES, Translator


class LiveState(ChannelState):
    """The state of the form of a channel's live tickets."""


def fresh(channel: str, user: str, t: Translator) -> LiveChannel:
    """Returns the proposal: new tickets and those whose customer wrote last, without subjects."""
    return LiveChannel(channel, {}, PROPOSED_STATUSES, t.language, user)


def form(state: LiveState, t: Translator, *, live: LiveChannel) -> View:
    """Returns the form; `live` is the initial input."""
    state = state.showing(live.departments)
    shows = {
        str(Shown.SUBJECT): option(Shown.SUBJECT, t("Subject")),
        CUSTOMERS_TEXT: option(CUSTOMERS_TEXT, t("What customers write, in the thread")),
    }
    blocks = [
        departments_field(live.departments, t),
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
