"""Where the answer to what somebody did goes, at once or later."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """An address of Slack's for answers to one click or command; it lives for half an hour."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FormId:
    """A form that stays open and shows what came of the click."""

    id: str


@dataclass(frozen=True, slots=True)
class Home:
    """The app's Home, which is made anew by itself."""


AnswerTo = ResponseUrl | FormId | Home

_FORM = "V"  # Slack's ids of views begin with it


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
