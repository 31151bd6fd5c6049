"""The card for a whole channel."""

import pytest

from blocks.shared import shared_card
from bot.domain.ticket import OVER, Status
from tests.gallery.desk import ACCOUNT, ENGLISH, in_status


@pytest.mark.parametrize("letter", [Status.NEW, *sorted(OVER)])
def test_a_shared_card_offers_assign_to_me_until_the_ticket_is_closed(letter: Status) -> None:
    card = shared_card(in_status(ENGLISH.view, letter), ENGLISH.t, ACCOUNT, sharer=ENGLISH.user)
    assert ("Assign to me" in str(card.to_dict())) is (letter not in OVER)
