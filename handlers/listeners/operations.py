"""Operations by one click or command, and decisions about submitted ones."""

from contextlib import suppress

from blocks.forms.state import MAX_SUBJECT_LENGTH
from blocks.in_place import in_place_of_card
from blocks.operations import BY_ACTION, BY_COMMAND, PRESENTED
from blocks.states import stays
from blocks.text import line
from blocks.values.tickets import Target
from blocks.values.value import ShownRow
from bot.desk.stored import operation_of
from bot.desk.submissions import Decision
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.answer_to import ReviewForm
from bot.domain.errors import BotError, TakesNoText, TooLate, UnderWay, UnknownCommand
from bot.domain.outbox import ACTIVE_STATES, Row
from bot.domain.ref import TicketRef, unescape
from bot.operations import DEFINITIONS, Kind, Operation, Snapshot, check_allowed
from handlers.dispatch.context import Context
from handlers.listeners.bulk import answer_to_of_batch
from handlers.listeners.review import advance, answer_to_of
from handlers.listeners.transfer_target import is_transfer_target

_ONESELF = {"me", "myself", "自分", "自分に"}


async def do_from_card(context: Context) -> None:
    """*Resolve*, *Reopen*, *Wake now*, *Mark as answered*, *Mark as spam* or *Assign to me*."""
    kind, target = BY_ACTION[context.interaction.id], Target.of_value(context.interaction.value)
    fields = {
        "kind": kind,
        "ticket_id": target.ticket_id,
        "code": target.code,
        "subject": target.subject,
        "seen": target.seen,
        "note": await _usual_note(context, kind),
    }
    await do_now(context, DEFINITIONS[kind].model.model_validate(fields))
    await context.remember_card(target.ticket_id, target.code)


async def do_by_command(context: Context) -> None:
    """`/ticket resolve REF [note]`; also `reopen`, `spam`, and `assign` without a note."""
    kind, (ref, words) = BY_COMMAND[context.interaction.word], context.ref_and_text()
    context.typed = "" if kind is Kind.ASSIGN and _means_oneself(words) else unescape(words)
    if context.typed.strip() and not DEFINITIONS[kind].text_fields:
        raise await _words_not_taken(context, kind, ref, words)
    check_allowed(kind, await context.actor())
    named = await nameable(context, ref)
    note = context.typed or await _usual_note(context, kind)
    fields = {"kind": kind, "ticket_id": named, "code": named, "note": note}
    operation = DEFINITIONS[kind].model.model_validate(fields)
    row = await do_now(context, operation)
    with suppress(BotError):  # while it is held, so that later changes are detected
        view = await context.services.desk.look_up(
            TicketRef(named), await context.actor(), within=RECENT_SECONDS, tags=False
        )
        ticket = view.ticket
        shown = {
            "seen": Snapshot.of(view),
            "ticket_id": ticket.id,
            "code": ticket.code,
            "subject": line(ticket.subject)[:MAX_SUBJECT_LENGTH],
        }
        seen = operation.model_copy(update=shown)
        await context.services.submissions.amend(row, seen)


def _means_oneself(words: str) -> bool:
    return words.strip().casefold().removeprefix("to ").strip() in _ONESELF


async def _words_not_taken(
    context: Context, kind: Kind, ref: TicketRef, words: str
) -> TakesNoText | UnknownCommand:
    """Returns what to answer: `assign` with somebody's name probably means a transfer."""
    await context.actor()
    if kind is not Kind.ASSIGN or not await is_transfer_target(context, words):
        return TakesNoText()
    meant = context.as_command("transfer", f"{ref.value} {words}")
    return UnknownCommand("transfer", meant, context.as_command("open", ref.value))


async def decide(context: Context) -> None:
    """*Undo*, *Send now*, *Send anyway*, *Try again*, *Discard* on a notice."""
    clicked, shown = context.interaction, ShownRow.of_value(context.interaction.value)
    row = await context.services.operations.find(shown.row_id) if clicked.is_private else None
    answer_to = clicked.answer_to if row else None
    if row and row.batch:
        answer_to = await answer_to_of_batch(context, row.batch)
    decided = await context.services.submissions.decide(
        shown.row_id,
        Decision(clicked.id),
        slack_user=clicked.user_id,
        lease_token=shown.lease_token,
        answer_to=answer_to,
    )
    if decided is None:
        if row and stays(row):
            await _show_end(context, row.id)
        raise TooLate


async def _show_end(context: Context, row_id: int) -> None:
    """Shows how the row ended: only a click lets the bot change an answer to a command."""
    row = await context.services.operations.find(row_id)
    if row is None or row.slack_user != context.interaction.user_id or row.state in ACTIVE_STATES:
        return
    if operation := operation_of(row):
        t, account = await context.translator(), context.services.account
        await context.answer(in_place_of_card(row, operation, t, account), replace=True)


async def do_now(context: Context, operation: Operation) -> Row:
    """Stores the operation. Raises `UnderWay` if another user has already requested it."""
    await context.actor()
    answer_to = answer_to_of(context)
    row = await context.services.submissions.submit(
        operation,
        key=context.interaction.key,
        slack_user=context.interaction.user_id,
        answer_to=answer_to,
        reference=context.interaction.reference,
    )
    if row.slack_user != context.interaction.user_id:
        raise UnderWay
    if isinstance(answer_to, ReviewForm):
        await advance(context, answer_to, row)
    return row


async def _usual_note(context: Context, kind: Kind) -> str:
    """Returns the internal note that the operation leaves by itself, in its author's language."""
    note = PRESENTED[kind].note
    return (await context.translator())(note) if note else ""


async def nameable(context: Context, ref: TicketRef) -> str:
    """Returns the ref if it may be stored and shown; for a public URL code, the ticket's id."""
    if not ref.is_public_code:
        return ref.value
    return (await context.services.desk.find(ref, await context.actor())).id
