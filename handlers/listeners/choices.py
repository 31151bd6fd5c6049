"""Options of fields while somebody types: departments, agents, tags, tickets, answers, zones.

Slack waits three seconds; if LiveAgent takes longer, nothing is offered.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice
from zoneinfo import available_timezones

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.models.blocks import Option

from blocks.answers import answer_option
from blocks.forms.answer import audiences
from blocks.forms.fields import MAX_VALUE_LENGTH, option
from blocks.forms.state import ChoiceState, CustomerState
from blocks.forms.transfer import agent_label, department_of
from blocks.ids import Id
from blocks.ticket import headline
from bot.domain.errors import BotError, LiveAgentError, NotARef
from bot.domain.people import Agent
from bot.domain.ref import TicketRef, normalise
from bot.domain.spelling import searched
from bot.domain.ticket import Ticket
from handlers.dispatch.context import Context

log = structlog.get_logger()

ANSWER_SECONDS = 2.3
LOOK_UP_SECONDS = 1.5
MAX_OPTIONS = 100  # Slack's limit


async def offer(context: Context, ack: AsyncAck) -> None:
    """Offers nothing to users who are not agents, or if LiveAgent does not answer in time."""
    options: Sequence[Option] = ()
    find = OFFERS.get(context.interaction.id)
    try:
        async with context.services.clock.timeout(ANSWER_SECONDS):
            if find:
                options = await find(context)
    except (BotError, TimeoutError) as error:
        log.warning("menu options not loaded", id=context.interaction.id, why=type(error).__name__)
    await ack(options=[each.to_dict() for each in options[:MAX_OPTIONS]])


async def _departments(context: Context) -> Sequence[Option]:
    """Returns all departments for a transfer, else the actor's own."""
    desk, actor = context.services.desk, await context.actor()
    departments = await desk.directory.departments()
    if context.interaction.form not in {Id.TRANSFER, Id.CHOOSE}:
        departments = (await desk.departments_of(actor)).departments
    departments = sorted(departments, key=lambda each: each.name.casefold())
    fitting = (each for each in departments if _fits(context, each.name))
    return [option(each.id, each.name) for each in islice(fitting, MAX_OPTIONS)]


async def _answers(context: Context) -> Sequence[Option]:
    """Returns saved answers that contain all words of the query."""
    asked = context.interaction
    near = CustomerState.of_view(asked.view).department
    found = await context.services.answers.search(asked.value, asked.user_id, department_id=near)
    return [answer_option(each) for each in found[:MAX_OPTIONS]]


async def _audiences(context: Context) -> Sequence[Option]:
    """Returns who may use an answer: the user, everybody, or one of the user's departments."""
    actor, t = await context.actor(), await context.translator()
    own = (await context.services.desk.departments_of(actor)).departments
    departments = sorted(own, key=lambda each: each.name.casefold())
    offered = audiences(departments, t).items()
    return [option(value, label) for value, label in offered if _fits(context, label)]


async def _zones(context: Context) -> Sequence[Option]:
    """Returns time zones, the user's own first."""
    own = (await context.user()).zone
    zones = sorted(available_timezones(), key=lambda zone: (zone != own, zone))
    return [option(zone, zone) for zone in zones if _fits(context, zone)]


async def _agents(context: Context) -> Sequence[Option]:
    """Returns agents of the department chosen above, offline ones last."""
    await context.actor()
    department = department_of(context.interaction.block_id)
    if not department:  # none has been chosen yet
        return ()
    t = await context.translator()
    members = await context.services.desk.directory.members(department)
    members = sorted(members, key=lambda each: (each.is_online is False, each.name))
    named = {each.id: agent_label(each, t) for each in members}
    fitting = [each for each in members if _fits(context, f"{named[each.id]} {each.email}")]
    return [option(each.id, named[each.id]) for each in fitting]


async def _tags(context: Context) -> Sequence[Option]:
    await context.actor()
    tags = await context.services.desk.directory.tags()
    names = sorted(
        {tag.name for tag in tags if len(tag.name) <= MAX_VALUE_LENGTH}, key=str.casefold
    )
    fitting = (name for name in names if _fits(context, name))
    return [option(name, name) for name in islice(fitting, MAX_OPTIONS)]


async def _tickets(context: Context) -> Sequence[Option]:
    """Returns the ticket that the input names, and recently opened ones that contain it.

    A keystroke costs at most one call: recent tickets are searched in the cache only.
    """
    actor, among = await context.actor(), _offered_first(context)
    refs = _typed_ref(context)
    try:
        named = await _look_up(context, refs, actor)
    except LiveAgentError:  # offers the input itself: the ticket is read before the call anyway
        return [option(ref.value, ref.value) for ref in refs if not ref.is_public_code]
    recent = [*among] or await context.services.recent.of(context.interaction.user_id)
    ids = [TicketRef(each) for each in recent]
    if context.interaction.value.strip():
        held = (context.services.picked.get((actor.id, ref.value)) for ref in ids)
        opened = [ticket for ticket in held if ticket]
    else:
        try:
            async with context.services.clock.timeout(LOOK_UP_SECONDS):
                opened = list(await _look_up(context, ids, actor))
        except (LiveAgentError, TimeoutError):  # the message already shows their codes
            return [option(ticket_id, code or ticket_id) for ticket_id, code in among.items()]
    t = await context.translator()
    labels = {each.id: headline(each, t) for each in opened}
    fitting = {ticket_id: text for ticket_id, text in labels.items() if _fits(context, text)}
    fitting = {each.id: headline(each, t) for each in named} | fitting
    return [option(ticket_id, text) for ticket_id, text in fitting.items()]


def _offered_first(context: Context) -> Mapping[str, str]:
    """Returns codes by id of the tickets to choose from, which replace recent ones."""
    return dict(ChoiceState.of_view(context.interaction.view).among)


async def _look_up(context: Context, refs: Sequence[TicketRef], actor: Agent) -> Sequence[Ticket]:
    """Returns tickets that the actor may read; cached ones are not read again."""
    picked = context.services.picked
    unknown = [ref for ref in refs if (actor.id, ref.value) not in picked]
    found = await context.services.desk.look_up_each(unknown, actor)
    for ticket in found:
        picked[actor.id, ticket.id] = ticket
        picked[actor.id, ticket.code] = ticket
    held = (picked.get((actor.id, ref.value)) for ref in refs)
    by_id = {ticket.id: ticket for ticket in held if ticket}
    return list((by_id | {ticket.id: ticket for ticket in found}).values())


def _typed_ref(context: Context) -> list[TicketRef]:
    try:
        return [context.services.account.read_ref(normalise(context.interaction.value))]
    except NotARef:
        return []


def _fits(context: Context, text: str) -> bool:
    return _plain(context.interaction.value.strip()) in _plain(text)


def _plain(text: str) -> str:
    """Allows a blank for the underscore in names of zones."""
    return searched(text).replace("_", " ")


OFFERS: Mapping[str, Callable[[Context], Awaitable[Sequence[Option]]]] = {
    Id.DEPARTMENT: _departments,
    Id.AGENT: _agents,
    Id.TAGS: _tags,
    Id.TICKET: _tickets,
    Id.ZONE: _zones,
    Id.INSERT_ANSWER: _answers,
    Id.FOR_WHOM: _audiences,
}
