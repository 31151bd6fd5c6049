"""One's own times in *Postpone*, chosen in Home."""

import pytest

from bot.sandbox.slack import Person
from tests.journeys.acting import open_form

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


@pytest.fixture
def has_v3_key() -> bool:
    return True


async def test_own_postpone_times_are_offered_first(ann: Person) -> None:
    await ann.opens_home()
    await ann.wait_until(
        lambda: (home := ann.home()) is not None and "Times offered for Postpone" in home
    )
    home = ann.home()
    assert home
    await ann.clicks(home, "Change", near="Times offered for Postpone")
    form = await ann.wait_for_form("one per line")
    wrong = await ann.submits(await ann.fills(form, {"Times": "3d, soonish"}))
    assert wrong
    assert "soonish" in str(wrong.errors)
    await ann.submits(await ann.fills(form, {"Times": "3d、 monday 9:30"}))
    await ann.wait_until(lambda: (home := ann.home()) is not None and "3d · monday 9:30" in home)
    form = await open_form(ann, "Postpone", "Until")
    offered = next(each for each in form.view["blocks"] if "Until" in str(each.get("label")))
    texts = [each["text"]["text"] for each in offered["element"]["options"]]
    assert texts[0].startswith("3d · ")
    assert texts[1].startswith("monday 9:30 · ")
