"""Where the answer to a user's action goes, immediately or later."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """A Slack URL that takes answers to one click or command; it expires after half an hour."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FormId:
    """A form that stays open and shows the result of the click."""

    id: str


@dataclass(frozen=True, slots=True)
class Home:
    """The app's Home, which is published again without being asked for."""


AnswerTo = ResponseUrl | FormId | Home

_FORM = "V"  # the first letter of Slack's view ids


def to_stored(answer_to: AnswerTo) -> str:
    match answer_to:
        case ResponseUrl(url):
            return url
        case FormId(view_id):
            return view_id
        case Home():
            return ""


def of_stored(text: str) -> AnswerTo:
    if not text:
        return Home()
    return FormId(text) if text.startswith(_FORM) else ResponseUrl(text)
