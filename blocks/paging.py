"""What is long is shown in pages: on which one somebody is, and the ways to those beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slack_sdk.models.blocks import ButtonElement, PlainTextObject

from blocks.ids import Id
from blocks.text import variant
from blocks.values import Value
from bot.i18n import Translator


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and the last one there is; both count from 0."""

    page: int
    last: int

    @classmethod
    def of(cls, page: int, count: int, size: int) -> "Place":
        """Where so many things stand on pages of that size; the last one where it is beyond."""
        last = max(0, (count - 1) // size)
        return cls(max(0, min(page, last)), last)

    def in_words(self, t: Translator) -> Iterator[PlainTextObject]:
        """Nothing where there is but one page."""
        if self.last:
            yield PlainTextObject(
                text=t("Page {page} of {count}", page=self.page + 1, count=self.last + 1)
            )

    def turns(
        self, action: Id, value: Callable[[int], Value], t: Translator
    ) -> Iterator[ButtonElement]:
        """*Back* and *Next*, as far as there is anything; `value` is that of a page's button."""
        if self.page > 0:
            yield variant(t("Back"), action, value(self.page - 1), "back")
        if self.page < self.last:
            yield variant(t("Next"), action, value(self.page + 1), "next")
