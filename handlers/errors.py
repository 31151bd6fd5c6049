"""The one place that turns an error into a notice, with a reference that stands in the log too.

No error goes back to Bolt: one raised shortly after `ack()` would make it lose the acknowledgement.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from blocks import conversation, notices
from blocks.help import help_post
from blocks.text import Post
from bot.domain.errors import (
    BadInput,
    BotError,
    LiveAgentError,
    NotAllowed,
    SlackDoesNotAnswer,
    TicketNotFound,
    TicketUnavailable,
    UnknownCommand,
)
from bot.domain.ticket_system import asked_at
from bot.i18n import Translator
from handlers.context import Context

log = structlog.get_logger()

Listener = Callable[[Context], Awaitable[None]]

PROGRESS_SECONDS = 2.0


async def attend(context: Context, listener: Listener) -> None:
    """Runs a listener to its end: whoever did something gets an answer, or the reason for none."""
    did = context.did
    with structlog.contextvars.bound_contextvars(reference=did.reference, user=did.user_id):
        log.info(did.kind, id=did.id)
        began = time.monotonic()
        asked_at.set(began)
        with context.house.under_way():
            waiting = asyncio.create_task(_say_that_it_takes_long(context))
            outcome = "ok"
            try:
                await listener(context)
            except Exception as error:  # noqa: BLE001  the place meant for it
                outcome = type(error).__name__
                await _tell(context, error)
            finally:
                waiting.cancel()
                if context.is_at_home:
                    context.house.homes.follow(did.user_id)
                context.house.observe(did.kind, did.id, outcome, time.monotonic() - began)


async def _say_that_it_takes_long(context: Context) -> None:
    await asyncio.sleep(PROGRESS_SECONDS)
    if (context.did.response_url or context.is_at_home) and not context.form_id:
        t = await context.translator()
        with suppress(SlackDoesNotAnswer):
            await context.answer(notices.notice(t("Still asking LiveAgent …"), t))


async def _tell(context: Context, error: Exception) -> None:
    _log(error)
    if context.did.kind in {"choice", "event"}:
        return  # nothing is offered, and the form stays; nobody asked for anything
    t = await context.translator()
    try:
        if context.form_id:
            await context.show_in_form(conversation.failed(_post(error, t, context), t))
        else:
            await context.answer(_post(error, t, context))
    except SlackDoesNotAnswer as unheard:
        log.warning("not told", why=str(unheard))


def _post(error: Exception, t: Translator, context: Context) -> Post:
    said, reference = notices.say(error, t), context.did.reference
    match error:
        case UnknownCommand():
            return help_post(t, instead_of=said)
        case TicketUnavailable():
            return notices.notice(said, t, again=context.again, typed=context.typed)
        case NotAllowed() | BadInput() | TicketNotFound():
            return notices.notice(said, t, typed=context.typed)
        case LiveAgentError():
            return notices.notice(
                said, t, reference=reference, again=context.again, typed=context.typed
            )
        case _:
            return notices.notice(said, t, reference=reference, typed=context.typed)


def _log(error: Exception) -> None:
    match error:
        case NotAllowed() | BadInput() | TicketNotFound():
            log.info("refused", error=type(error).__name__)
        case BotError():
            log.warning("failed", error=type(error).__name__, why=str(error))
        case _:
            log.error("failed unexpectedly", exc_info=error)
