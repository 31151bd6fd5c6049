"""The files of an operation: those that its author chose in Slack."""

from collections.abc import Collection
from typing import Literal

from pydantic import BaseModel, ConfigDict


class SlackFile(BaseModel):
    """A file in Slack, by its id; `name` and `size` are what its author saw."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    size: int = 0


def version_with(files: Collection[SlackFile]) -> Literal[1, 2]:
    """Returns 2 if there are files, which a bot that knows only version 1 would drop."""
    return 2 if files else 1
