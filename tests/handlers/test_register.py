"""Everything in the gallery that can be pressed or submitted has a listener."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import handlers
from blocks.help import COMMANDS, help_post
from blocks.ids import Id
from blocks.operations import BY_ACTION, PRESENTED, CardSlot
from bot.i18n import Translator
from bot.operations import DEFINITIONS
from handlers.listeners import choices
from tests.gallery.desk import DESKS
from tests.gallery.kinds import samples

ROOT = Path(handlers.__file__).parent.parent
TREE = ast.parse(Path(handlers.__file__).read_text())


class Shown:
    """The ids of all that people can do in the messages and forms of the gallery."""

    def __init__(self) -> None:
        self.fields = set[str]()
        self.pressed = set[str]()
        self.submitted = set[str]()
        for desk in DESKS:
            for sample in samples(desk):
                self._look(
                    json.loads(json.dumps(sample.shown, default=lambda each: each.to_dict()))
                )

    def _look(self, shown: Any, *, is_input: bool = False) -> None:
        if isinstance(shown, list):
            for each in shown:
                self._look(each, is_input=is_input)
        elif isinstance(shown, dict):
            if "submit" in shown:
                self.submitted.add(shown["callback_id"])
            if "action_id" in shown:
                (self.fields if is_input else self.pressed).add(shown["action_id"].split(".")[0])
            if shown.get("dispatch_action"):
                self.pressed.add(shown["element"]["action_id"])
            for each in shown.values():
                self._look(each, is_input=is_input or shown.get("type") == "input")


FORMS = {row.action for row in PRESENTED.values() if row.form}


@pytest.fixture(scope="module")
def shown() -> Shown:
    return Shown()


def test_no_table_has_duplicate_keys() -> None:
    for table in ast.walk(TREE):
        if isinstance(table, ast.Dict):
            keys = [ast.unparse(key) for key in table.keys if key]
            assert len(keys) == len(set(keys))


def test_help_names_the_commands_that_there_are() -> None:
    assert {command.word for command in COMMANDS} - {None} == set(handlers.COMMANDS)


def test_every_id_is_listened_to_or_names_a_field(shown: Shown) -> None:
    """An entry of the menu has the id of what it does; two forms only show something."""
    listened = {*handlers.ACTIONS, *handlers.SHORTCUTS, *handlers.SUBMISSIONS, *choices.OFFERS}
    assert {*Id} - listened - {*FORMS} - shown.fields == {Id.MORE, Id.DISPLAY, Id.FAILED}


def test_everything_clickable_has_a_listener(shown: Shown) -> None:
    assert shown.pressed
    assert shown.pressed <= {*handlers.ACTIONS, Id.MORE}


def test_every_form_has_a_handler(shown: Shown) -> None:
    assert shown.submitted
    assert shown.submitted <= {*handlers.SUBMISSIONS, *FORMS}


def test_every_operation_is_presented() -> None:
    assert set(PRESENTED) == set(DEFINITIONS)
    assert len(BY_ACTION) == len(PRESENTED)


def test_every_operation_can_be_reached() -> None:
    """By a button or by a command, and all that do something to a ticket from its card."""
    assert {kind for kind, row in PRESENTED.items() if row.slot is not CardSlot.NOWHERE} == {
        kind for kind, definition in DEFINITIONS.items() if definition.is_offered
    }
    for row in PRESENTED.values():
        assert row.action in handlers.ACTIONS or row.command


def test_the_documents_and_the_help_name_every_operation() -> None:
    help_in_english = str(help_post(Translator("en")).to_dict())
    page = (ROOT / "docs" / "using.md").read_text()
    for row in PRESENTED.values():
        assert row.label in page, row.label
        assert row.command is None or row.command.example in help_in_english


def test_no_handler_reads_past_the_desk() -> None:
    """The desk removes public URL codes from everything shown, so no other code has to."""
    for path in sorted(Path(handlers.__file__).parent.glob("**/*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        used = {each.attr for each in nodes if isinstance(each, ast.Attribute)}
        imported = {each.module for each in nodes if isinstance(each, ast.ImportFrom)}
        assert "system" not in used, path
        assert "bot.desk.redact" not in imported, path
