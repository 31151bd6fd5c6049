"""For an argument that it does not know, Bolt gives a listener None and merely warns."""

import ast
from pathlib import Path
from typing import get_type_hints

from slack_bolt.kwargs_injection.async_args import AsyncArgs

import handlers
from blocks.help import COMMANDS
from blocks.ids import Id

TREE = ast.parse(Path(handlers.__file__).read_text())


def test_every_argument_of_a_listener_is_one_that_bolt_knows() -> None:
    listeners = [each for each in ast.walk(TREE) if isinstance(each, ast.AsyncFunctionDef)]
    assert listeners
    asked = {argument.arg for listener in listeners for argument in listener.args.args}
    assert asked <= set(get_type_hints(AsyncArgs.__init__)) | set(AsyncArgs.__annotations__)


def test_no_listener_is_lazy() -> None:
    lazy = [each for each in ast.walk(TREE) if isinstance(each, ast.keyword) and each.arg == "lazy"]
    assert not lazy


def test_help_names_the_commands_that_there_are() -> None:
    assert {command.word for command in COMMANDS} - {None} == set(handlers.COMMANDS)


def test_every_id_has_a_listener() -> None:
    answered = {*handlers.ACTIONS, *handlers.SHORTCUTS}
    names_of_forms_and_fields = {
        Id.CONVERSATION,
        Id.MESSAGE,
        Id.THEN,
        Id.EMAIL_CUSTOMER,
        Id.NOTE_TEXT,
    }
    assert answered == set(Id) - names_of_forms_and_fields
