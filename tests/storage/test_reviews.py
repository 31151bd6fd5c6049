"""Everything done in a review is recorded, even concurrently."""

import asyncio

from sqlalchemy import select

from bot.domain.review import ReviewTicket
from bot.storage.database import Database
from bot.storage.reviews import Reviews
from bot.storage.tables import rounds

ANN = "U0ANN"
TICKETS = [ReviewTicket("t1", "AX4"), ReviewTicket("t2", "SPR")]


async def test_concurrent_changes_of_a_review_are_all_kept(database: Database) -> None:
    kept = Reviews(database)
    begun = await kept.start(ANN, TICKETS)
    await asyncio.gather(
        *(kept.record(begun.id, ANN, "t1", row, goes_on=row == 3) for row in range(8)),
        kept.go_on(begun.id, ANN, 1),
    )
    now = await kept.find(begun.id, ANN)
    assert now is not None
    assert sorted(now.done_to("t1")) == list(range(8))
    assert now.position == 1


async def test_a_review_goes_on_from_its_own_ticket_alone_and_never_back(
    database: Database,
) -> None:
    kept = Reviews(database)
    begun = await kept.start(ANN, TICKETS, left_out=3)
    for _ in range(2):
        moved = await kept.record(begun.id, ANN, "t1", 7, goes_on=True)
        assert moved is not None
        assert (moved.position, moved.done, moved.left_out) == (1, (("t1", 7),), 3)
    assert await kept.go_on(begun.id, ANN, 0) == moved
    end = await kept.go_on(begun.id, ANN, 10**30)
    assert end is not None
    assert end.next_ticket is None
    assert await kept.record(begun.id, "U0ADAM", "t1", 8, goes_on=True) is None


async def test_going_back_goes_to_the_named_place_alone(database: Database) -> None:
    kept = Reviews(database)
    begun = await kept.start(ANN, TICKETS)
    await kept.go_on(begun.id, ANN, 2)
    for _ in range(2):
        back = await kept.go_back(begun.id, ANN, 1)
        assert back is not None
        assert back.position == 1
    assert await kept.go_back(begun.id, ANN, 5) == back
    assert await kept.go_back(begun.id, "U0ADAM", 0) is None


async def test_unknown_fields_of_a_review_are_ignored(database: Database) -> None:
    kept = Reviews(database)
    begun = await kept.start(ANN, TICKETS)
    async with database.begin() as connection:
        stops = (await connection.execute(select(rounds.c.stops))).scalar_one()
        more = [{**stop, "subject": "Order", "colour": "red"} for stop in stops]
        await connection.execute(rounds.update().values(stops=more))
    assert await kept.find(begun.id, ANN) == begun
