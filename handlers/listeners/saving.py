"""Opens and saves settings in forms, and shows in the form why saving failed."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from slack_bolt.async_app import AsyncAck

from blocks.forms.channel import ChannelState
from blocks.forms.display import loading
from blocks.forms.reading import Errors, errors_by_block
from blocks.ids import Id
from blocks.notices import explain
from bot.domain.answer_to import AnswerTo
from bot.domain.errors import AdminNeeded, BotError, OutOfBounds, StaleButton
from bot.i18n import Translator
from handlers.dispatch.context import Context

Given = TypeVar("Given")
Setting = TypeVar("Setting")
Saved = TypeVar("Saved")
StateT = TypeVar("StateT", bound=ChannelState)

_OF_CHANNEL: Mapping[type[BotError], Id] = {OutOfBounds: Id.DEPARTMENT, AdminNeeded: Id.SHOWS}


class SaveSetting(Protocol[Setting]):
    """Saves a channel's setting in place of the one before."""

    async def __call__(
        self, setting: Setting, /, user_id: str, *, key: str, shown_up_to: str
    ) -> Setting: ...


async def open_setting(context: Context, title: str) -> tuple[str, Translator]:
    """Opens a form that is still loading; returns the button's channel.

    `title` is marked for translation. Raises `StaleButton` and `NotAllowed`.
    """
    t, channel = await context.translator(), context.interaction.value
    if not channel:
        raise StaleButton
    await context.open_form(loading(t(title), t))
    await context.actor()
    return channel, t


async def save_setting(
    context: Context,
    ack: AsyncAck,
    state_of: type[StateT],
    read: Callable[[Mapping[str, Any], StateT, str, Translator], Setting | Errors],
    save: SaveSetting[Setting],
    *,
    field: Id,
) -> tuple[Setting, AnswerTo] | None:
    """Saves a channel's setting as `save_form` does; the user becomes its owner.

    Returns the saved setting, and where to show it.
    """
    view, user_id = context.interaction.view, context.interaction.user_id
    state = state_of.of_view(view)
    given = read(view, state, user_id, await context.translator())
    saving = partial(save, user_id=user_id, key=str(view["id"]), shown_up_to=state.shown_up_to)
    saved = await save_form(context, ack, given, saving, field=field, fields=_OF_CHANNEL)
    return None if saved is None else (saved, state.answer_to)


async def save_form(
    context: Context,
    ack: AsyncAck,
    given: Given | Errors,
    save: Callable[[Given], Awaitable[Saved]],
    *,
    field: Id,
    fields: Mapping[type[BotError], Id] = MappingProxyType({}),
) -> Saved | None:
    """Acknowledges once `given` is on disk; otherwise the form stays with its input.

    Then it returns None. An error is shown at the field that `fields` names, or else at `field`.
    """
    if isinstance(given, dict):
        await _refuse(context, ack, given)
        return None
    try:
        saved = await save(given)
    except BotError as error:
        wrong = (each for kind, each in fields.items() if isinstance(error, kind))
        explanation = explain(error, await context.translator())
        await _refuse(context, ack, {next(wrong, field): explanation})
        return None
    await ack()
    return saved


async def _refuse(context: Context, ack: AsyncAck, errors: Errors) -> None:
    errors = errors_by_block(errors, context.interaction.view)
    await ack(response_action="errors", errors=errors)
