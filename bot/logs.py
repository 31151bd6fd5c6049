"""Structured logs, readable on a terminal and JSON elsewhere. They contain no secret."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from traceback import walk_tb

import structlog
from cachetools import TTLCache

from bot.domain.clock import MACHINE

HIDDEN = "[hidden]"
INPUT = re.compile(r"input_value=.*(?=, input_type=)")  # users' input in pydantic's errors
REPEATS_SECONDS, MAX_PLACES = 60.0, 200
LIBRARIES = logging.WARNING  # below it, they log payloads, response URLs and outbox rows


def set_up(level: str, form: str, secrets: Iterable[str], *, for_good: bool = False) -> None:
    """Sends all logs, also libraries', to standard error. `form` is `console` or `json`.

    The bot's logs are written directly: `logging` would cost half of what a click costs.
    `for_good`: it is not set up again, so it can be cached.
    """
    hide = _hiding([secret for secret in secrets if secret])
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = [
        _Repeats(),
        structlog.processors.format_exc_info,
        _hide_input,
    ]
    last.append(
        structlog.processors.JSONRenderer(_as_json)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, *last, hide],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=for_good,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, hide],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(_number(level), LIBRARIES))
    for ours in ("bot", "blocks", "handlers"):
        logging.getLogger(ours).setLevel(_number(level))


_json = json.JSONEncoder(ensure_ascii=False, default=repr)


def _as_json(event: object, **_: object) -> str:
    return _json.encode(event)


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


class _Repeats:
    """Logs one traceback a minute for errors of one place: an outage meets every job each second.

    The others get one line, with the error's type. What has a reference is logged in full, because
    somebody may ask about it.
    """

    def __init__(self) -> None:
        self._recent = TTLCache[object, bool](MAX_PLACES, REPEATS_SECONDS, timer=MACHINE.monotonic)

    def __call__(
        self, _logger: object, _name: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        error = _error_in(event.get("exc_info"))
        if error is None or "reference" in event:
            return event
        place = (event.get("event"), type(error), _place_of(error))
        if place in self._recent:
            return {"error": type(error).__name__, **event, "exc_info": None}
        self._recent[place] = True
        return event


def _error_in(exc_info: object) -> BaseException | None:
    """Returns the error that a line reports, in each form that loggers take."""
    found = sys.exc_info()[1] if exc_info is True else exc_info
    found = found[1] if isinstance(found, tuple) else found
    return found if isinstance(found, BaseException) else None


def _place_of(error: BaseException) -> object:
    """Returns where it was raised."""
    frames = [*walk_tb(error.__traceback__)]
    return frames and (frames[-1][0].f_code.co_filename, frames[-1][1])


def _hide_input(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Removes the invalid input that pydantic repeats, also where its error is another's cause."""
    for key, value in event.items():
        if isinstance(value, str) and "input_value=" in value:
            event[key] = INPUT.sub(f"input_value={HIDDEN}", value)
    return event


def _hiding(secrets: list[str]) -> structlog.typing.Processor:
    """Returns the last safeguard, over the whole line, although no code should log a secret."""

    def hide(_logger: object, _name: str, line: object) -> str:
        text = str(line)
        for secret in secrets:
            text = text.replace(secret, HIDDEN)
        return text

    return hide
