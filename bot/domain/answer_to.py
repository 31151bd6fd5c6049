"""Where the answer to a user's action goes, immediately or later."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """A Slack URL that takes answers to one click or command; it expires after half an hour.

    `channel` is where that was. An answer replaces the clicked message if `replaces`; the answer to
    a command is always another message.
    """

    url: str = field(repr=False)
    channel: str = ""
    replaces: bool = True


@dataclass(frozen=True, slots=True)
class FormId:
    """A form that stays open and shows the result of the click."""

    id: str


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The form of a review, which may show another ticket by then."""

    view_id: str
    review_id: str


@dataclass(frozen=True, slots=True)
class Home:
    """The app's Home, which is published again without being asked for."""


AnswerTo = ResponseUrl | FormId | ReviewForm | Home

_NONE = "-"
_FORM = "V"  # the first letter of Slack's view ids


def to_stored(answer_to: AnswerTo) -> str:
    match answer_to:
        case ResponseUrl(url, "", True):
            return url
        case ResponseUrl(url, channel, replaces):
            return f"{url} {channel or _NONE} {replaces:d}"
        case FormId(view_id):
            return view_id
        case ReviewForm(view_id, review_id):
            return f"{view_id} {review_id}"
        case Home():
            return ""


def of_stored(text: str) -> AnswerTo:
    if not text:
        return Home()
    match text.split(" "):
        case [view_id, review_id] if view_id.startswith(_FORM):
            return ReviewForm(view_id, review_id)
        case [view_id] if view_id.startswith(_FORM):
            return FormId(view_id)
        case [url, channel, replaces]:
            return ResponseUrl(url, "" if channel == _NONE else channel, replaces == "1")
        case _:
            return ResponseUrl(text)
