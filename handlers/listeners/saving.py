"""Forms that store what people set up, and say why they can't."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from slack_bolt.async_app import AsyncAck

from blocks.forms.fields import Errors
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
    if isinstance(given, dict):
        await ack(response_action="errors", errors=given)
        return None
    try:
        saved = await save(given)
    except BotError as error:
        t, place = await context.translator(), fields.get(type(error), field)
        await ack(response_action="errors", errors={place: say(error, t)})
        return None
    await ack()
    return saved
