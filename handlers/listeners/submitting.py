"""Submits the forms of operations."""

from collections.abc import Collection, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.models.views import View

from blocks.forms.placeholders import ask_about_placeholders, ask_about_replying
from blocks.forms.reading import errors_by_block
from blocks.forms.state import OperationState
from blocks.operations import BY_ACTION
from bot.desk.submissions import edit_key
from bot.domain.answer_to import ReviewForm
from bot.domain.errors import BotError, DeletionUnderWay, StaleButton, TooLate
from bot.domain.outbox import ACTIVE_STATES, Row, State
from bot.i18n import Translator
from bot.operations import DEFINITIONS, Create, Delete, Operation, Reply
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.listeners.forms import form_of
from handlers.listeners.review import advance

NAMES_SECONDS = 0.5


async def submit(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once the operation is on disk; otherwise the form stays with its input."""
    form = form_of(BY_ACTION.get(context.interaction.id))
    view, t = context.interaction.view, await context.translator()
    state: OperationState = form.state.of_view(view).submitted_at(context.services.clock.now())
    operation = form.read(view, state, t)
    if isinstance(operation, dict):
        await ack(response_action="errors", errors=errors_by_block(operation, view))
        return
    if isinstance(operation, View):
        await ack(response_action="update", view=operation.to_dict())
        return
    if not (operation.ticket_id or isinstance(operation, Create)):
        raise StaleButton
    if asking := await _question(context, operation, state, t):
        await ack(response_action="update", view=asking)
        return
    row = await _store(context, operation, state)
    await ack()
    if isinstance(operation, Reply):
        user_id, then = context.interaction.user_id, operation.then
        await context.services.preferences.keep_after_sending(user_id, then)
    if isinstance(state.answer_to, ReviewForm):
        await advance(context, state.answer_to, row)


async def _question(
    context: Context, operation: Operation, state: OperationState, t: Translator
) -> dict[str, Any] | None:
    """Returns the form with a question for its author, or None if there is nothing to ask."""
    view = context.interaction.view
    if not {*operation.placeholders()}.issubset(state.placeholders):
        return ask_about_placeholders(view, state, operation, t)
    if replying := await _replying(context, operation, state):
        return ask_about_replying(view, state, replying, t)
    return None


async def _store(context: Context, operation: Operation, state: OperationState) -> Row:
    """Raises `TooLate` if the replaced row has been sent, or another row is stored instead."""
    if state.replaces:
        await _replace(context, state.replaces)
    row = await context.services.submissions.submit(
        operation,
        key=edit_key(state.replaces) if state.replaces else str(context.interaction.view["id"]),
        slack_user=context.interaction.user_id,
        answer_to=state.answer_to,
        reference=context.interaction.reference,
    )
    if error := _conflicting_row_error(row, operation, context.interaction):
        raise error
    return row


async def _replying(
    context: Context, operation: Operation, state: OperationState
) -> Mapping[str, str]:
    """Returns new agents who are replying in LiveAgent, without a call.

    Others are found right before the reply is sent.
    """
    if not isinstance(operation, Reply) or operation.last_seen is None:
        return {}
    email = (await context.user()).email
    try:
        async with context.services.clock.timeout(NAMES_SECONDS):
            found = await context.services.desk.replying_now(operation.ticket_id, email)
    except TimeoutError:
        return {}
    return {each: name for each, name in found.items() if each not in state.despite}


def _conflicting_row_error(row: Row, operation: Operation, sent: Interaction) -> BotError | None:
    """Returns an error if the stored row is another one, with the same key or instead."""
    if row.reference == sent.reference:
        return None  # its own row
    labels = {"code", "subject"} - {*DEFINITIONS[operation.kind].text_fields}
    stored, submitted = (
        _without(labels, each) for each in (row.operation, operation.model_dump(mode="json"))
    )
    is_it = row.slack_user == sent.user_id and stored == submitted
    if is_it and row.state not in {State.UNDONE, State.DISCARDED}:
        return None
    is_under_way = isinstance(operation, Delete) and row.state in ACTIVE_STATES
    return DeletionUnderWay() if is_under_way else TooLate()


def _without(labels: Collection[str], stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Omits the labels that a form learns only once LiveAgent has answered."""
    return {name: value for name, value in stored.items() if name not in labels}


async def _replace(context: Context, row_id: int) -> None:
    """Discards the row that the form edits. Raises `TooLate` if it has already been sent."""
    if not await context.services.submissions.withdraw(row_id, context.interaction.user_id):
        raise TooLate
