"""Every page of something long is reached from the one beside it."""

from hypothesis import given
from hypothesis import strategies as st

from blocks.ids import Id
from blocks.paging import Place
from blocks.values.lists import ListPage
from bot.domain.filter import Filter
from bot.i18n import Translator

T = Translator("en")


@given(st.integers(-5, 300), st.integers(0, 300), st.integers(1, 30))
def test_each_page_leads_to_those_beside_it(page: int, count: int, size: int) -> None:
    place = Place.of(page, count, size)
    assert 0 <= place.page <= place.last
    assert place.last * size < max(count, 1) <= (place.last + 1) * size
    turns = place.turns(Id.TURN_LIST, lambda to: ListPage(to, Filter()), T)
    reached = {ListPage.of_value(str(each.value)).page for each in turns}
    assert reached == {place.page - 1, place.page + 1} & {*range(place.last + 1)}
    assert len(list(place.in_words(T))) == (place.last > 0)
