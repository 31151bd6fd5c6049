"""The files of an operation: what its author chose in Slack."""

from pydantic import BaseModel, ConfigDict


class SlackFile(BaseModel):
    """A file in Slack, by its id; `name` and `size` are what its author saw."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    size: int = 0
