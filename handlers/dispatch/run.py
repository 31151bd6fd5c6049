"""Runs listeners, and turns their errors into notices with an error id.

A listener runs in a task of its own, so this is the only place that sees its errors.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from math import ceil, inf
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

from blocks import notices
from blocks.forms.display import failed
from blocks.forms.reading import first_field
from blocks.help import did_you_mean, press_to_open
from blocks.text import Post
from bot.desk.commits import acknowledge_by, why_database_is_away
from bot.domain.errors import (
    BadInput,
    BotError,
    CommitOutcomeUnknown,
    DatabaseAway,
    FileFailed,
    LiveAgentError,
    NeedsClick,
    NotAllowed,
    NotAMember,
    NotStored,
    Outsider,
    SlackDoesNotAnswer,
    TakesNoText,
    TicketNotFound,
    TicketUnavailable,
    UnknownCommand,
    is_worth_another_try,
)
from bot.domain.ticket_system import waiting_since
from bot.i18n import Translator
from handlers.dispatch.context import Context
from handlers.dispatch.progress import Progress

if TYPE_CHECKING:
    from bot.domain.clock import TimeLimit

log = structlog.get_logger()

Listener = Callable[[Context], Awaitable[None]]

ACKNOWLEDGED_SECONDS = 2.6  # Slack waits three
_LATE_LOCALE_SECONDS = 0.1


class Acknowledgement(AsyncAck):
    """Bolt's acknowledgement, which can be awaited. Giving it cancels `limit`."""

    def __init__(self) -> None:
        self.response: BoltResponse | None = None
        self.given: asyncio.Future[BoltResponse] = asyncio.get_running_loop().create_future()
        self.limit: TimeLimit | None = None

    async def __call__(self, *arguments: Any, **named: Any) -> BoltResponse:  # noqa: ANN401  Bolt's
        response = await super().__call__(*arguments, **named)
        acknowledge_by.set(inf)
        if self.limit:
            self.limit.reschedule(None)
        self.give(response)
        return response

    def give(self, response: BoltResponse) -> None:
        """Does nothing if one was given before, or if nobody waits any more."""
        if not self.given.done():
            self.given.set_result(response)


async def run_listener(
    context: Context, listener: Listener, ack: Acknowledgement | None = None
) -> None:
    """Runs a listener in this task; the user gets its answer or a notice of its error.

    `ack` is for listeners that acknowledge by themselves. One that does not do so in time is
    cancelled and acknowledged here: a form shows the error, a field gets no options.
    """
    interaction = context.interaction
    structlog.contextvars.bind_contextvars(
        reference=interaction.reference, user=interaction.user_id
    )
    log.info(interaction.kind, id=interaction.id)
    began = time.monotonic()
    waiting_since.set(began)
    can_show_progress = (
        bool(interaction.response_url) or interaction.is_at_home or interaction.is_in_direct_message
    )
    if can_show_progress:
        show_progress = partial(_show_progress, context)
        context.progress = Progress(context.services.clock, show_progress)
    outcome = "ok"
    try:
        await _check_is_ours(context)
        await _run(context, listener, ack)
    except Exception as raised:  # noqa: BLE001  every error must become a notice
        error = _named(raised, context)
        outcome = type(error).__name__
        await _report(context, error, ack)
    finally:
        if context.progress:
            await context.progress.end()
        await context.delete_progress()
        if context.interaction.is_at_home:
            context.services.homes.follow(interaction.user_id)
        context.services.observe(
            interaction.kind, interaction.id, outcome, time.monotonic() - began
        )


async def _check_is_ours(context: Context) -> None:
    """Raises `NotAMember` for other workspaces, whose payloads Slack signs too."""
    if (await context.services.slack.identity()).team_id not in context.interaction.teams:
        raise NotAMember(Outsider.ANOTHER_WORKSPACE)


async def _run(context: Context, listener: Listener, ack: Acknowledgement | None) -> None:
    """Raises `CommitOutcomeUnknown` if the listener was cancelled before it acknowledged."""
    if ack is None:
        await listener(context)
        return
    clock = context.services.clock
    acknowledge_by.set(clock.monotonic() + ACKNOWLEDGED_SECONDS)
    try:
        async with clock.timeout(ACKNOWLEDGED_SECONDS) as ack.limit:
            await listener(context)
    except TimeoutError as error:
        if ack.response:
            raise
        can_press_again = bool(first_field(context.interaction.view))
        raise CommitOutcomeUnknown(can_press_again=can_press_again) from error
    finally:
        ack.limit = None


async def _show_progress(context: Context) -> None:
    if not context.form_id:
        t = await context.translator()
        with suppress(SlackDoesNotAnswer):
            await context.answer_for_now(notices.notice(_progress_text(context, t), t))


def _progress_text(context: Context, t: Translator) -> str:
    seconds = ceil(context.services.seconds_to_turn())
    if not seconds:
        return t("Still waiting for LiveAgent …")
    return t(
        "LiveAgent's per-minute call limit is reached. This will take about {seconds} seconds.",
        seconds=seconds,
    )


def _named(error: Exception, context: Context) -> Exception:
    """Returns `DatabaseAway` if the database can't be used, else the same error."""
    why = why_database_is_away(error)
    return DatabaseAway(why, only_read=context.retry is not None) if why else error


async def _report(context: Context, error: Exception, ack: AsyncAck | None) -> None:
    _log(error)
    is_waited_for = ack is not None and ack.response is None
    if context.interaction.kind == "choice" and ack is not None and is_waited_for:
        await ack(options=[])
    if context.interaction.kind in {"choice", "event"}:
        return  # a choice offers nothing; nobody waits for an event's answer
    try:
        await _answer(context, error, ack if is_waited_for else None)
    except SlackDoesNotAnswer as refusal:
        log.warning("error message not sent", why=str(refusal))
    except Exception as unforeseen:  # noqa: BLE001  the user must get some answer
        _log(unforeseen)
        context.typed, context.retry = "", None  # either may have caused it
        with suppress(SlackDoesNotAnswer):
            await _answer(context, unforeseen, ack if is_waited_for else None)


async def _answer(context: Context, error: Exception, ack: AsyncAck | None) -> None:
    """Shows the error to the user, in the acknowledgement `ack` unless that was given."""
    if ack is not None:
        t = await context.translator(_LATE_LOCALE_SECONDS)
        await _stay_open(ack, context, error, t)
        return
    t = await context.translator()
    if context.form_id:
        await context.show_in_form(failed(_post(error, t, context), t))
    else:
        await context.answer(_post(error, t, context))


async def _stay_open(ack: AsyncAck, context: Context, error: Exception, t: Translator) -> None:
    """Keeps the form open with its input, and shows the error at a field.

    A form without fields is replaced.
    """
    if field := first_field(context.interaction.view):
        why = notices.explain(error, t)
        if not isinstance(error, BotError):
            why = f"{why} {notices.error_id(context.interaction.reference, t)}"
        await ack(response_action="errors", errors={field: why})
    else:
        form = failed(_post(error, t, context), t)
        await ack(response_action="update", view=form.to_dict())


def _post(error: Exception, t: Translator, context: Context) -> Post:
    typed = context.services.desk.without_codes(context.typed)
    notice = partial(notices.notice, notices.explain(error, t), t, typed=typed)
    retry = notices.try_again(context.retry, t) if is_worth_another_try(error) else ()
    about = partial(notice, command=context.command_typed(), buttons=retry)
    reference = context.interaction.reference
    match error:
        case UnknownCommand():
            return did_you_mean(error, t)
        case NeedsClick():
            return press_to_open(error, t)
        case TakesNoText() | TicketUnavailable() | TicketNotFound(name=""):
            return about()
        case BadInput() | TicketNotFound() | FileFailed():
            return notice()
        case LiveAgentError() | SlackDoesNotAnswer() | DatabaseAway():
            return about(reference=reference)
        case BotError() if not isinstance(error, NotStored | CommitOutcomeUnknown):
            return about()  # the bot's own rules: the log has nothing more
        case _:
            return about(reference=reference)


def _log(error: Exception) -> None:
    match error:
        case NotAllowed() | BadInput() | TicketNotFound() | NeedsClick():
            log.info("refused", error=type(error).__name__)
        case BotError():
            log.warning("failed", error=type(error).__name__, why=str(error))
        case _:
            log.error("failed unexpectedly", exc_info=error)
