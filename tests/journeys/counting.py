"""The most frequent actions, and the calls to LiveAgent that each costs.

A team shares the calls per minute that LiveAgent allows a key, and they run out first.
"""

from collections import Counter
from collections.abc import Awaitable, Callable

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Call
from bot.sandbox.slack import Person
from tests.journeys.acting import CODE, open_card, open_form
from tests.waiting import until

LISTED = 7

Journey = Callable[[Person, Sandbox], Awaitable[None]]


async def show_card(ann: Person, _: Sandbox) -> None:
    await open_card(ann)


async def reply(ann: Person, _: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.clicks(await ann.wait_for("[Send now]"), "Send now")
    await _updated_card(ann, "Answered")


async def note_by_command(ann: Person, _: Sandbox) -> None:
    await ann.types("#support", f"/ticket note {CODE} The carrier has it.")
    await ann.submits(await ann.wait_for_form("Where is my order?"))
    await _updated_card(ann, "[Reply]")


async def resolve(ann: Person, _: Sandbox) -> None:
    await ann.clicks(await open_card(ann), "Resolve")
    await ann.clicks(await ann.wait_for("[Resolve now]"), "Resolve now")
    await _updated_card(ann, "[Reopen]")


async def add_tag_by_command(ann: Person, _: Sandbox) -> None:
    await ann.types("#support", f"/ticket tag {CODE} +Refund")
    await _updated_card(ann, "Refund")


async def swap_tags_by_command(ann: Person, _: Sandbox) -> None:
    await ann.types("#support", f"/ticket tag {CODE} +Refund -VIP")
    await _updated_card(ann, "Refund")


async def show_list(ann: Person, _: Sandbox) -> None:
    await ann.types("#support", "/ticket list new Support")
    await ann.wait_for(lambda seen: f"{LISTED} tickets" in seen)


async def open_home_twice(ann: Person, sandbox: Sandbox) -> None:
    for _ in range(2):
        shown = len(sandbox.slack.calls("views.publish"))
        await ann.opens_home()
        await _until_home_is_shown(sandbox, times=shown + 1)


async def _until_home_is_shown(sandbox: Sandbox, *, times: int) -> None:
    await until(lambda: len(sandbox.slack.calls("views.publish")) == times)


async def _updated_card(person: Person, words: str) -> None:
    await person.wait_for(lambda seen: "As of" in seen and CODE in seen and words in seen)


async def calls_of(journey: Journey, person: Person, sandbox: Sandbox) -> Counter[str]:
    """Returns the calls by name, for a bot that already knows its lists.

    A list of one customer's tickets is not among them: it is read after a card is shown, and only
    while calls are plenty.
    """
    await _fill_caches(person, sandbox)
    before = len(sandbox.liveagent.account.journal)
    await journey(person, sandbox)
    made = sandbox.liveagent.account.journal[before:]
    return Counter(call.name for call in made if not is_beside(call))


def is_beside(call: Call) -> bool:
    return call.name == "list_tickets" and "owneridentifier" in call.parameters


async def _fill_caches(person: Person, sandbox: Sandbox) -> None:
    """Waits for members, which are read ahead; reads the rest with a ticket and a form of tags."""
    account = sandbox.liveagent.account
    departments = sum(not each.deleted for each in account.departments)
    await until(lambda: _count(sandbox, "list_department_agents") >= departments)
    form = await open_form(person, "Tags", "Spare wheel", code="SPR-90P-XT5")
    await person.options(form, "Tags", "ref")
    await person.closes(form)


def _count(sandbox: Sandbox, name: str) -> int:
    return sum(call.name == name for call in sandbox.liveagent.account.journal)
