"""A late line on other tickets covers nothing that its reader has begun meanwhile."""

import pytest

from bot.operations import AssignToMe
from handlers.listeners import tickets
from tests.handlers.listening import ANN, click, listening

TICKET, LINE = "rf10a2c4", "2 other tickets"


@pytest.mark.parametrize("has_begun", [False, True])
async def test_the_line_comes_unless_an_operation_shows_its_state(*, has_begun: bool) -> None:
    async with listening(is_plenty=True) as (services, slack, _):
        if has_begun:
            await services.submissions.submit(
                AssignToMe(ticket_id=TICKET),
                key="K1",
                slack_user=ANN,
                response_url="",
                reference="",
            )
        await tickets.refresh_card(click(services, "refresh_card", TICKET))
        await services.finish(30)
        first, *later = slack.shown
        assert (LINE in first[0], len(later)) == (False, not has_begun)
        assert all(LINE in post and in_place for post, in_place in later)
