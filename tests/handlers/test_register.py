"""For an argument that it does not know, Bolt gives a listener None and merely warns."""

import ast
import re
from pathlib import Path
from typing import get_type_hints

from slack_bolt.kwargs_injection.async_args import AsyncArgs

import handlers
from blocks import forms, words
from blocks.help import COMMANDS, help_post
from blocks.ids import Id
from bot.i18n import Translator
from bot.operations import OFFERED, OPERATIONS
from handlers import choices
from handlers.forms import READERS

ROOT = Path(handlers.__file__).parent.parent
FORMS = sorted(Path(forms.__file__).parent.glob("*.py"))
WORDS = {"tags": "tag", "create": "new"}
BUTTONS_ALONE = {"assign", "mark_answered"}
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
    answered = {*handlers.ACTIONS, *handlers.SHORTCUTS, *choices.OFFERS, *READERS}
    fields = {name for form in FORMS for name in re.findall(r"Id\.([A-Z_]+)", form.read_text())}
    assert answered | {Id[name] for name in fields} | {Id.MORE, Id.CONVERSATION, Id.FAILED} == set(
        Id
    )


def test_an_event_that_is_called_almost_like_ours_is_none_of_ours() -> None:
    assert all(handlers.EVENT_TYPES.search(name) for name in handlers.EVENTS)
    assert not handlers.EVENT_TYPES.search("app_home_openedX")


def test_every_operation_is_in_the_card_the_help_and_the_readme() -> None:
    """`create` is not done to a ticket that is there."""
    assert {kind for kind, _ in OPERATIONS} == {*OFFERED, "create"}
    buttons = {each for each in handlers.ACTIONS if each in OFFERED}
    assert buttons == set(OFFERED)
    help_in_english = str(help_post(Translator("en")).to_dict())
    readme = (ROOT / "README.md").read_text()
    for kind, _ in OPERATIONS:
        assert words.operation(kind, Translator("en")) in readme, kind
        assert f"/ticket {WORDS.get(kind, kind)}" in help_in_english or kind in BUTTONS_ALONE


def test_no_handler_reads_past_the_desk() -> None:
    """The desk takes public URL codes out of what is shown: nobody else has to remember it."""
    for path in sorted(Path(handlers.__file__).parent.glob("**/*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        used = {each.attr for each in nodes if isinstance(each, ast.Attribute)}
        imported = {each.module for each in nodes if isinstance(each, ast.ImportFrom)}
        assert "system" not in used, path
        assert "bot.desk.veil" not in imported, path
