"""*My tickets*: agents get messages about their tickets."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.app import Bot
from bot.domain.my_tickets import PING_SECONDS
from bot.jobs.watch import EVERY_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.liveagent.records import Ticket
from bot.sandbox.slack import Person, SeenMessage
from bot.storage.tables import change_readers, watch
from tests.clock import PatientClock
from tests.journeys.live_channels import passes
from tests.journeys.transports import over_both
from tests.waiting import until_found

ANN, HANAKO = "agent001", "agent002"


async def turn_on(bot: Bot, person: Person, label: str = "Always") -> None:
    """Chooses it where Home offers it, and lets the watch begin."""
    await person.opens_home()
    home = await person.wait_for_home("Want to hear")
    await person.clicks(home, label)
    await person.wait_for("I'll message you here", channel=person.direct)
    await watching(bot)


async def watching(bot: Bot) -> None:
    """Waits until the watch knows what there is, and *My tickets* listens."""

    async def has_begun() -> bool:
        await passes(bot)
        async with bot.database.begin() as connection:
            known = (await connection.execute(select(watch.c.state))).scalar_one()
            return bool(known and (await connection.execute(select(change_readers))).all())

    await until_found(has_begun)


def ticket_of(sandbox: Sandbox, agent: str, status: str = "C") -> Ticket:
    """Returns a ticket that waits, assigned to the agent."""
    ticket = next(
        each
        for each in sandbox.liveagent.account.tickets.values()
        if each.department == ("dep2jp00" if agent == HANAKO else "default") and each.emailed
    )
    ticket.assignee, ticket.status = agent, status
    return ticket


def notices_of(person: Person, ticket: Ticket) -> list[SeenMessage]:
    return [each for each in person.messages(person.direct) if each.summary.startswith(ticket.code)]


async def wait_for_notice(
    bot: Bot, person: Person, ticket: Ticket, words: str, *, after: str = ""
) -> SeenMessage:
    """Moves the clock until the ticket's message says so, which was posted `after` another."""

    async def look() -> Sequence[SeenMessage]:
        await passes(bot, 3)
        return [each for each in notices_of(person, ticket) if words in each and each.ts > after]

    return (await until_found(look))[0]


async def has_it(bot: Bot, ticket: Ticket, agent: str) -> bool:
    """Moves the clock; returns whether the ticket is the agent's by now."""
    await passes(bot, 3)
    return ticket.assignee == agent


async def passes_slowly(bot: Bot, seconds: float) -> None:
    """Lets everything happen that happens meanwhile."""
    for _ in range(4):
        await passes(bot, seconds / 4)
    for _ in range(8):
        await passes(bot, 2)


@over_both
async def test_an_answer_is_one_message_that_adds_up(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    account, ticket = sandbox.liveagent.account, ticket_of(sandbox, ANN)
    await turn_on(bot, ann)
    account.customer_writes(ticket.id, "Any news of my lamp?")
    first = await wait_for_notice(bot, ann, ticket, "The customer has replied.")
    assert "lamp?" not in str(first.blocks)
    assert "Open" in first
    account.customer_writes(ticket.id, "Hello?")
    again = await wait_for_notice(bot, ann, ticket, "The customer has replied 2 times.")
    assert again.ts == first.ts
    await passes_slowly(bot, PING_SECONDS)
    assert len(notices_of(ann, ticket)) == 1
    account.customer_writes(ticket.id, "Is anybody there?")
    later = await wait_for_notice(bot, ann, ticket, "The customer has replied 3 times.")
    assert later.ts != first.ts
    assert len(notices_of(ann, ticket)) == 1


async def test_an_agent_who_has_answered_has_nothing_new(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    account, ticket = sandbox.liveagent.account, ticket_of(sandbox, ANN)
    await turn_on(bot, ann)
    account.customer_writes(ticket.id, "Any news?")
    first = await wait_for_notice(bot, ann, ticket, "The customer has replied.")
    account.agent_acts(ticket.id, "ann@acme.example", "replies", "Soon.")
    assert (await wait_for_notice(bot, ann, ticket, "Nothing new.")).ts == first.ts
    account.customer_writes(ticket.id, "Thank you!")
    assert (await wait_for_notice(bot, ann, ticket, "The customer has replied.")).ts == first.ts
    await passes_slowly(bot, PING_SECONDS)  # then it is told, since it is news
    await wait_for_notice(bot, ann, ticket, "The customer has replied.", after=first.ts)
    assert len(notices_of(ann, ticket)) == 1


async def test_a_ticket_assigned_by_somebody_else_is_reported(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    account, ticket = sandbox.liveagent.account, ticket_of(sandbox, "")
    await turn_on(bot, ann)
    account.agent_acts(ticket.id, "adam@acme.example", "takes")
    await passes_slowly(bot, EVERY_SECONDS)
    ticket.assignee = ANN
    account.add(ticket, "T", "admin001", ("R", "Transferred to Ann Agent"))
    await wait_for_notice(bot, ann, ticket, "assigned")
    account.agent_acts(ticket.id, "adam@acme.example", "takes")
    await wait_for_notice(bot, ann, ticket, "Nothing new.")


async def test_own_actions_are_not_reported(ann: Person, sandbox: Sandbox, bot: Bot) -> None:
    account, ticket = sandbox.liveagent.account, ticket_of(sandbox, "")
    await turn_on(bot, ann)
    await ann.types("#support", f"/ticket {ticket.code}")
    card = await ann.wait_for(lambda seen: ticket.code in seen.summary and seen.is_private)
    await ann.clicks(card, "Assign to me")
    await until_found(lambda: has_it(bot, ticket, ANN))
    await passes_slowly(bot, 60)
    account.agent_acts(ticket.id, "ann@acme.example", "takes")
    account.agent_acts(ticket.id, "ann@acme.example", "replies", "Soon.")
    await passes_slowly(bot, 60)
    assert not notices_of(ann, ticket)


async def test_nothing_is_reported_of_colleagues_tickets(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    ticket = ticket_of(sandbox, HANAKO)
    await turn_on(bot, ann)
    sandbox.liveagent.account.customer_writes(ticket.id, "Any news?")
    await passes_slowly(bot, 60)
    assert not notices_of(ann, ticket)


async def test_news_waits_for_working_hours(ann: Person, sandbox: Sandbox, bot: Bot) -> None:
    zone = ZoneInfo(sandbox.slack.workspace.user("U0ANN").zone)
    account, ticket = sandbox.liveagent.account, ticket_of(sandbox, ANN)
    await move_to_hour(bot, zone, 20)
    await turn_on(bot, ann, "In my working hours")
    account.customer_writes(ticket.id, "Any news?")
    account.customer_writes(ticket.id, "Hello?")
    await passes_slowly(bot, 3600)
    assert not notices_of(ann, ticket)
    await move_to_hour(bot, zone, 9)
    await wait_for_notice(bot, ann, ticket, "The customer has replied 2 times.")
    assert len(notices_of(ann, ticket)) == 1


async def move_to_hour(bot: Bot, zone: ZoneInfo, hour: int) -> None:
    """Moves the clock to the next such hour of a working day, some minutes past."""
    assert isinstance(bot.clock, PatientClock)
    now = bot.clock.now().astimezone(zone)
    then = now.replace(hour=hour, minute=5)
    while then <= now or then.weekday() > 4 or (hour > 12 and then.weekday() > 3):
        then += timedelta(days=1)
    await bot.clock.move(datetime.fromisoformat(then.isoformat()) - now)


async def test_hours_are_chosen_in_home(ann: Person, bot: Bot) -> None:
    await turn_on(bot, ann, "In my working hours")
    home = await ann.wait_for_home("9:00-18:00, in your Slack time zone")
    await ann.clicks(home, "Change hours")
    form = await ann.wait_for_form("Working days")
    form = await ann.fills(form, {"Working hours start": "8:30", "Working hours end": "17:00"})
    await ann.submits(form)
    home = await ann.wait_for_home("8:30-17:00")
    assert "Want to hear" not in home
    await ann.chooses(home, "Tell me what happens to my tickets", "Off")
    await ann.wait_until(lambda: home_without(ann, "Change hours"))


def home_without(person: Person, words: str) -> bool:
    home = person.home()
    return home is not None and words not in home


async def test_a_declined_offer_is_not_repeated(ann: Person, sandbox: Sandbox) -> None:
    await ann.opens_home()
    await ann.clicks(await ann.wait_for_home("Want to hear"), "No, thanks")
    await ann.wait_until(lambda: home_without(ann, "Want to hear"))
    assert not [each for each in ann.messages(ann.direct) if "I'll message you here" in each]
    assert sandbox.slack.complaints == []


async def test_a_former_agent_is_not_notified(ann: Person, sandbox: Sandbox, bot: Bot) -> None:
    account, ticket = sandbox.liveagent.account, ticket_of(sandbox, ANN)
    await turn_on(bot, ann)
    people = sandbox.slack.workspace.users
    people["U0ANN"] = replace(people["U0ANN"], is_deleted=True)
    account.customer_writes(ticket.id, "Any news?")
    await passes_slowly(bot, 60)
    assert not notices_of(ann, ticket)


async def test_in_japanese(hanako: Person, sandbox: Sandbox, bot: Bot) -> None:
    ticket = ticket_of(sandbox, HANAKO)
    await hanako.opens_home()
    home = await hanako.wait_for_home("お知らせしましょうか")
    await hanako.clicks(home, "いつでも")
    await hanako.wait_for("ここでお知らせします", channel=hanako.direct)
    await watching(bot)
    sandbox.liveagent.account.customer_writes(ticket.id, "いかがでしょうか")
    first = await wait_for_notice(bot, hanako, ticket, "お客様から返信が 1 件ありました。")
    assert "いかが" not in str(first.blocks)
