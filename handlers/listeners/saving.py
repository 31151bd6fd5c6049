"""Forms that store what people set up, and say why they can't."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from slack_bolt.async_app import AsyncAck

from blocks.forms.fields import Errors, at_their_blocks
from blocks.ids import Id
from blocks.notices import say
from bot.domain.errors import BotError
from handlers.dispatch.context import Context

Given = TypeVar("Given")
Saved = TypeVar("Saved")


async def save_form(
    context: Context,
    ack: AsyncAck,
    given: Given | Errors,
    save: Callable[[Given], Awaitable[Saved]],
    *,
    field: Id,
    fields: Mapping[type[BotError], Id],
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
            errors = {fields.get(type(error), field): say(error, t)}
        else:
            await ack()
            return saved
    view = context.interaction.view
    await ack(response_action="errors", errors=at_their_blocks(errors, view))
    return None
