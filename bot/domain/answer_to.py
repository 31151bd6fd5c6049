"""Where the answer to a user's action goes, immediately or later."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """A Slack URL that takes answers to one click or command; it expires after half an hour.

    `channel` is where that was. An answer replaces the clicked message if `replaces`; the answer to
    a command is always another message. `back` is the value of a button back to the list that was
    replaced.
    """

    url: str = field(repr=False)
    channel: str = ""
    replaces: bool = True
    back: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FormId:
    """A form that stays open and shows the result of the click; `back` as in `ResponseUrl`."""

    id: str
    back: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The form of a review, which may show another ticket by then."""

    view_id: str
    review_id: str


@dataclass(frozen=True, slots=True)
class Home:
    """The app's Home, which is published again anyway."""


AnswerTo = ResponseUrl | FormId | ReviewForm | Home

_NONE = "-"
_FORM = "V"  # the first letter of Slack's view ids


def to_stored(answer_to: AnswerTo) -> str:
    match answer_to:
        case ResponseUrl(url, "", True, ""):
            return url
        case ResponseUrl(url, channel, replaces, back):
            return f"{url} {channel or _NONE} {replaces:d} {back}".rstrip()
        case FormId(view_id, back):
            return f"{view_id} {_NONE} {back}" if back else view_id
        case ReviewForm(view_id, review_id):
            return f"{view_id} {review_id}"
        case Home():
            return ""


def of_stored(text: str) -> AnswerTo:
    if not text:
        return Home()
    return _of_form(text) if text.startswith(_FORM) else _of_url(text)


def _of_form(text: str) -> AnswerTo:
    match text.split(" ", 2):
        case [view_id, review_id]:
            return ReviewForm(view_id, review_id)
        case [view_id, _, back]:
            return FormId(view_id, back)
        case _:
            return FormId(text)


def _of_url(text: str) -> AnswerTo:
    match text.split(" ", 3):
        case [url, channel, replaces, *back]:
            where = "" if channel == _NONE else channel
            return ResponseUrl(url, where, replaces == "1", "".join(back))
        case _:
            return ResponseUrl(text)
