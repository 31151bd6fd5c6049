"""The author's choices after a returned mail: send it again, or to another address."""

import structlog

from blocks.forms import create, create_input
from blocks.forms.display import loading
from blocks.forms.form import Start
from blocks.forms.state import CustomerState
from blocks.text import line
from blocks.values.value import Number
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.errors import BotError, StaleButton, TextErased
from bot.domain.outbox import Row
from bot.domain.ref import TicketRef
from bot.operations import Create, Kind, Reply, read_operation
from bot.operations.files import version_with
from bot.operations.outcome import created_in, known_in
from handlers.dispatch.context import Context
from handlers.listeners.forms import open_with, with_files
from handlers.listeners.review import answer_to_of

log = structlog.get_logger()


async def send_again(context: Context) -> None:
    """*Send again*: opens the reply form with the mail's text and files."""
    row, mail = await _mail(context)
    code = known_in(row.outcome).code or mail.code
    ticket_id = created_in(row.outcome) or row.ticket_id  # the ticket that has the mail
    state = CustomerState(ticket=ticket_id, code=code, answer_to=answer_to_of(context))
    again = Reply(
        version=version_with(mail.files),
        ticket_id=state.ticket,
        rich_text=mail.rich_text,
        files=mail.files,
    )
    await open_with(context, Kind.REPLY, state, Start(stored=again))


async def write_elsewhere(context: Context) -> None:
    """*Write to another address*: opens the form of a new ticket with the mail's text and files."""
    t = await context.translator()
    await context.open_form(loading(t("New ticket"), t))
    row, mail = await _mail(context)
    if isinstance(mail, Reply):
        mail = await _as_new_ticket(context, TicketRef(row.ticket_id), mail)
    else:
        mail = mail.model_copy(update={"recipient": ""})  # it was this address that failed
    state = await with_files(context, create_input.CreateState(answer_to=answer_to_of(context)))
    await context.show_in_form(create.edit(state, t, Start(stored=mail)))


async def _mail(context: Context) -> tuple[Row, Reply | Create]:
    """Returns the clicker's own mail. Raises `TextErased`."""
    row = await context.services.operations.find(Number.of_value(context.interaction.value).number)
    if row is None or row.is_blank or row.slack_user != context.interaction.user_id:
        raise TextErased
    operation = read_operation(row.kind, row.version, row.operation)
    if not isinstance(operation, Reply | Create):
        raise StaleButton
    return row, operation


async def _as_new_ticket(context: Context, ref: TicketRef, reply: Reply) -> Create:
    """Returns the reply as a mail to the same customer, without the address.

    Works also if the ticket can't be read, or no longer by its author.
    """
    new = Create(
        version=version_with(reply.files),
        is_by_customer=True,
        recipient="",
        department_id="",
        subject=reply.subject,
        rich_text=reply.rich_text,
        files=reply.files,
    )
    actor = await context.actor()
    try:
        view = await context.services.desk.look_up(
            ref, actor, within=RECENT_SECONDS, messages=False, tags=False
        )
    except BotError as error:
        log.info("form prefilled without the ticket", why=type(error).__name__)
        return create_input.in_own_name(new)
    ticket = view.ticket
    known = {
        "recipient_name": line(ticket.owner_name),
        "department_id": ticket.department.id,
        "department_name": ticket.department.name,
        "subject": line(ticket.subject),
    }
    return create_input.in_own_name(new.model_copy(update=known))
