"""Values that name a list: by its filter, digest, review or channel."""

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from blocks.text import cut
from blocks.values.value import Value, read_added, read_filled, read_number
from bot.domain.filter import Filter

MAX_NAME_LENGTH = 75

_NONE = "-"
_FILTER = TypeAdapter(Filter)


@dataclass(frozen=True, slots=True)
class FilterValue(Value):
    """The filter of a list; None for the last filter that the reader used."""

    wanted: Filter | None

    def to_value(self) -> str:
        """Shortens names, because a value holds two thousand characters."""
        if self.wanted is None:
            return _NONE
        wanted = self.wanted
        if wanted.department:
            short = replace(wanted.department, name=cut(wanted.department.name, MAX_NAME_LENGTH))
            wanted = replace(wanted, department=short)
        return _FILTER.dump_json(wanted, exclude_defaults=True).decode()

    @classmethod
    def _read(cls, value: str) -> "FilterValue":
        return cls(None if value == _NONE else _FILTER.validate_json(value))


@dataclass(frozen=True, slots=True)
class ListPage(Value):
    """A page of a list. It carries the filter, so that old lists can turn pages too."""

    page: int
    wanted: Filter

    def to_value(self) -> str:
        return f"{self.page} {FilterValue(self.wanted).to_value()}"

    @classmethod
    def _read(cls, value: str) -> "ListPage":
        page, _, wanted = value.partition(" ")
        return cls(read_number(page), _FILTER.validate_json(wanted))


@dataclass(frozen=True, slots=True)
class TicketSource(Value):
    """The tickets of a list, given by its filter, or of a digest, given by its id."""

    source: Filter | int

    def to_value(self) -> str:
        if isinstance(self.source, int):
            return f"digest {self.source}"
        return f"list {FilterValue(self.source).to_value()}"

    @classmethod
    def _read(cls, value: str) -> "TicketSource":
        kind, _, rest = value.partition(" ")
        match kind:
            case "digest":
                return cls(read_number(rest))
            case "list":
                return cls(_FILTER.validate_json(rest))
            case _:
                raise ValueError(kind)


@dataclass(frozen=True, slots=True)
class TicketsFrom(Value):
    """The tickets of a source, from index `first` on."""

    first: int
    source: Filter | int

    def to_value(self) -> str:
        return f"{self.first} {TicketSource(self.source).to_value()}"

    @classmethod
    def _read(cls, value: str) -> "TicketsFrom":
        first, _, source = value.partition(" ")
        return cls(read_number(first), TicketSource.of_value(source).source)


@dataclass(frozen=True, slots=True)
class ReviewPlace(Value):
    """A place in a review, not a step, so that clicking twice skips one ticket."""

    review_id: str
    position: int

    def to_value(self) -> str:
        return f"{self.review_id} {self.position}"

    @classmethod
    def _read(cls, value: str) -> "ReviewPlace":
        review_id, position = value.split(" ")
        return cls(read_filled(review_id), read_number(position))


@dataclass(frozen=True, slots=True)
class DigestPage(Value):
    """A page of a digest. Buttons of older posts have no page."""

    digest_id: int
    page: int = 0

    def to_value(self) -> str:
        return f"{self.digest_id} {self.page}"

    @classmethod
    def _read(cls, value: str) -> "DigestPage":
        digest_id, *rest = value.split(" ")
        return cls(read_number(digest_id), read_added(rest))


@dataclass(frozen=True, slots=True)
class ChannelPage(Value):
    """A page of a channel's digests."""

    channel: str
    page: int

    def to_value(self) -> str:
        return f"{self.channel} {self.page}"

    @classmethod
    def _read(cls, value: str) -> "ChannelPage":
        channel, page = value.split(" ")
        return cls(read_filled(channel), read_number(page))


@dataclass(frozen=True, slots=True)
class AnswersPage(Value):
    """A page of the saved answers that contain the words."""

    page: int
    words: str = ""

    def to_value(self) -> str:
        return f"{self.page} {self.words}".strip()

    @classmethod
    def _read(cls, value: str) -> "AnswersPage":
        page, _, words = value.partition(" ")
        return cls(read_number(page), words)
