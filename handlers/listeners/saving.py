"""Forms that store what people set up, and say why they can't."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Protocol, TypeVar

from slack_bolt.async_app import AsyncAck

from blocks.forms.fields import Errors, at_their_blocks
from blocks.ids import Id
from blocks.notices import say
from bot.domain.errors import AdminNeeded, BotError, OutOfBounds
from handlers.dispatch.context import Context

Given = TypeVar("Given")
Setting = TypeVar("Setting")
Saved = TypeVar("Saved")


class SaveSetting(Protocol[Setting]):
    """Stores what a channel shows, in place of what it showed."""

    async def __call__(
        self, setting: Setting, /, user_id: str, *, key: str, shown_up_to: str
    ) -> Setting: ...


async def save_setting(
    context: Context,
    ack: AsyncAck,
    given: Setting | Errors,
    save: SaveSetting[Setting],
    *,
    shown_up_to: str,
    field: Id,
) -> Setting | None:
    """Saves what a channel shows, as `save_form` does. The user becomes its owner."""
    clicked = context.interaction
    return await save_form(
        context,
        ack,
        given,
        partial(
            save, user_id=clicked.user_id, key=str(clicked.view["id"]), shown_up_to=shown_up_to
        ),
        field=field,
        fields={OutOfBounds: Id.DEPARTMENT, AdminNeeded: Id.SHOWS},
    )


async def save_form(
    context: Context,
    ack: AsyncAck,
    given: Given | Errors,
    save: Callable[[Given], Awaitable[Saved]],
    *,
    field: Id,
    fields: Mapping[type[BotError], Id] = MappingProxyType({}),
) -> Saved | None:
    """Acknowledges once what was `given` is on disk; else the form stays with its input.

    Returns None then. An error is shown at the field that `fields` names, or else at `field`.
    """
    errors: Errors
    if isinstance(given, dict):
        errors = given
    else:
        try:
            saved = await save(given)
        except BotError as error:
            t = await context.translator()
            wrong = (each for kind, each in fields.items() if isinstance(error, kind))
            errors = {next(wrong, field): say(error, t)}
        else:
            await ack()
            return saved
    view = context.interaction.view
    await ack(response_action="errors", errors=at_their_blocks(errors, view))
    return None
