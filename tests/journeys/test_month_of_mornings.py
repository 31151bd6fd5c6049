"""On no morning does somebody wait without the channel knowing."""

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.clock import next_morning
from bot.sandbox.liveagent.account import Account
from bot.sandbox.slack import Person, SeenMessage
from bot.storage.tables import digests
from tests.journeys.digesting import add, posts, rows_of
from tests.waiting import until_found

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

MORNINGS = 22
WAITS = {"N", "C", "W"}


def live(account: Account, chance: Random) -> None:
    """What happens until the next morning: on some days customers write, on some all is done."""
    mine = [each for each in account.tickets.values() if each.department == "default"]
    what = chance.choice(["nothing", "nothing", "written", "written", "done", "all done"])
    waiting = [each for each in mine if each.status in WAITS]
    if what == "written":
        for ticket in chance.sample(mine, 2):
            if ticket.status not in {"X", "B"}:
                account.customer_writes(ticket.id, "Is anybody there?")
    elif what == "done" and waiting:
        chance.choice(waiting).status = "R"
    elif what == "all done":
        for ticket in waiting:
            ticket.status = chance.choice(["A", "R"])


async def next_one(person: Person, sandbox: Sandbox, bot: Bot) -> SeenMessage | None:
    """What the channel gets the next morning."""
    before = len(posts(person))
    clock = sandbox.clock
    morning = next_morning(clock.now(), ZoneInfo("Europe/London"))
    await clock.move(morning - clock.now() + timedelta(seconds=1))

    async def has_moved_on() -> bool:
        async with bot.database.begin() as connection:
            due: float = (await connection.execute(digests.select())).one().due
        return due > clock.now().timestamp()

    await until_found(has_moved_on)
    new = posts(person)[before:]
    assert len(new) <= 1
    return new[0] if new else None


@pytest.mark.parametrize("empty", ["Say so in one line", "Post nothing at all"])
async def test_a_month_of_mornings(ann: Person, sandbox: Sandbox, bot: Bot, empty: str) -> None:
    await add(ann, **{"When nobody is waiting": empty})
    account, chance = sandbox.liveagent.account, Random(empty)
    quiet = 0
    for _ in range(MORNINGS):
        live(account, chance)
        waiting = sum(
            each.department == "default" and each.status in WAITS
            for each in account.tickets.values()
        )
        post = await next_one(ann, sandbox, bot)
        if not waiting:
            assert (post is None) == (empty == "Post nothing at all")
            assert post is None or "Nobody is waiting" in post
            continue
        assert post is not None
        quiet += "Nothing new. Still waiting: " in post
        assert rows_of(post) == waiting or f"Show all ({waiting})" in post
    assert quiet
