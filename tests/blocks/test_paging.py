"""Every page can be reached from its neighbours."""

from hypothesis import given
from hypothesis import strategies as st

from blocks.ids import Id
from blocks.paging import Paging
from blocks.values.lists import ListPage
from bot.domain.filter import Filter
from bot.i18n import Translator

T = Translator("en")


@given(st.integers(-5, 300), st.integers(0, 300), st.integers(1, 30))
def test_pages_link_to_their_neighbours(page: int, count: int, size: int) -> None:
    paging = Paging.of(page, count, size)
    assert 0 <= paging.page <= paging.last
    assert paging.last * size < max(count, 1) <= (paging.last + 1) * size
    turns = paging.turns(Id.TURN_LIST, lambda to: ListPage(to, Filter()), T)
    reached = {ListPage.of_value(str(each.value)).page for each in turns}
    assert reached == {paging.page - 1, paging.page + 1} & {*range(paging.last + 1)}
    assert len(list(paging.labels(T))) == (paging.last > 0)
