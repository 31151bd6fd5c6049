"""Paging: the current page, and buttons for its neighbours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slack_sdk.models.blocks import ButtonElement, PlainTextObject

from blocks.ids import Id
from blocks.text import variant
from blocks.values.value import Value
from bot.i18n import Translator


@dataclass(frozen=True, slots=True)
class Paging:
    """A page and the last page; both count from 0."""

    page: int
    last: int

    @classmethod
    def of(cls, page: int, count: int, size: int) -> "Paging":
        """Returns the page for `count` items in pages of `size`, limited to the last page."""
        last = max(0, (count - 1) // size)
        return cls(max(0, min(page, last)), last)

    def labels(self, t: Translator) -> Iterator[PlainTextObject]:
        """Yields nothing if there is only one page."""
        if self.last:
            yield PlainTextObject(
                text=t("Page {page} of {count}", page=self.page + 1, count=self.last + 1)
            )

    def turns(
        self, action: Id, value: Callable[[int], Value], t: Translator
    ) -> Iterator[ButtonElement]:
        """Yields *Back* and *Next* where possible; `value` returns a page's button value."""
        if self.page > 0:
            yield variant(t("Back"), action, value(self.page - 1), "back")
        if self.page < self.last:
            yield variant(t("Next"), action, value(self.page + 1), "next")
