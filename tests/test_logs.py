"""The logs are readable by machines, and contain no secrets."""

import json
import logging

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from bot import logs
from bot.domain.errors import NotAnAgent


def test_each_line_is_json_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("DEBUG", "json", ["key-1234", ""])
    with structlog.contextvars.bound_contextvars(reference="abc123"):
        structlog.get_logger().warning("asked key-1234", url=["https://x/?apikey=key-1234"])
    try:
        raise ValueError("https://x/?apikey=key-1234")  # noqa: TRY301
    except ValueError:
        structlog.get_logger().exception("failed")
    logging.getLogger("some.library").warning("with %s", "key-1234")
    output = capsys.readouterr().err
    assert "key-1234" not in output
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines[0]["reference"] == "abc123"
    assert [line["level"] for line in lines] == ["warning", "error", "warning"]
    assert "ValueError" in lines[1]["exception"]


def test_an_outage_logs_one_traceback_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", "json", [])
    for number in range(20):
        try:
            raise (ConnectionError if number % 2 else LookupError)("away")
        except OSError:
            structlog.get_logger().exception("job failed", job=number)
        except LookupError as error:
            structlog.get_logger().error("job failed", job=number, exc_info=error)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["job"] for line in lines if "exception" in line] == [0, 1]
    assert [line["error"] for line in lines[2:4]] == ["LookupError", "ConnectionError"]
    assert len(lines) == 20
    with structlog.contextvars.bound_contextvars(reference="abc123"):
        structlog.get_logger().error("job failed", exc_info=ConnectionError())
        structlog.get_logger().error("job failed", exc_info=ConnectionError())
    assert capsys.readouterr().err.count('"exception"') == 2


def test_an_error_that_names_a_person_does_not_do_so_in_logs() -> None:
    error = NotAnAgent("ann@acme.example")
    assert "ann" not in f"{error} {error!r}"


def test_libraries_that_log_payloads_are_kept_from_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("DEBUG", "console", [])
    for library in ("slack_sdk.web", "slack_bolt.AsyncApp", "aiohttp.client"):
        logging.getLogger(library).debug("a payload")
    assert capsys.readouterr().err == ""


def test_rows_of_the_outbox_are_kept_from_them(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("DEBUG", "console", [])
    logging.getLogger("aiosqlite").debug("executing %s", "a customer's words")
    logging.getLogger("bot.anything").debug("ours")
    output = capsys.readouterr().err
    assert "a customer's words" not in output
    assert "ours" in output


class _Words(BaseModel):
    text: str


@pytest.mark.parametrize("form", ["json", "console"])
def test_validation_errors_do_not_log_their_input(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    typed = "my\nPIN, input_type=str] is swordfish"
    for wrong in ({"text": [typed]}, {"text": {typed: 1}}, {"other": typed}):
        logs.set_up("DEBUG", form, [])
        try:
            _Words.model_validate(wrong)
        except ValidationError as error:
            structlog.get_logger().exception("failed", error=str(error))
            logging.getLogger("some.library").exception("failed over %s", error)  # noqa: TRY401
            try:
                _ = 1 / 0
            except ZeroDivisionError:
                structlog.get_logger().exception("failed again")
    output = capsys.readouterr().err
    assert output.count("input_value=[hidden]") == 15
    assert "PIN" not in output
    assert "swordfish" not in output  # no digits: times have them
    assert "valid string" in output
