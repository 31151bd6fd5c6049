"""One thing to show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from blocks.text import Post
from bot.sandbox.slack.views import Views
from tests.gallery.desk import NOW


@dataclass(frozen=True, slots=True)
class Sample:
    """`shown` is a message, a form or Home; blocks alone are the preview of a link.

    `errors` are what is said below a form's fields.
    """

    name: str
    shown: Post | View | Mapping[str, Any] | Sequence[Block]
    is_private: bool = True
    errors: Mapping[str, str] | None = None


def errors_in(form: View, read: Callable[[Mapping[str, Any]], object]) -> Mapping[str, str]:
    """What is said of the form if it is submitted as it is."""
    found = read(state_of(form))
    assert isinstance(found, dict)
    return found


def state_of(form: View) -> Mapping[str, Any]:
    """The form as Slack describes it, with what it holds when it is opened."""
    return Views(NOW.timestamp).open("U0ANN", form.to_dict()).described()
