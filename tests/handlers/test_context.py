"""Where an answer appears, depending on the click."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from slack_sdk.models.views import View
from sqlalchemy.exc import OperationalError

import handlers
from blocks.ids import Id
from blocks.text import Post
from bot.domain.answer_to import AnswerTo, FormId, ResponseUrl
from bot.domain.errors import (
    BotError,
    DepartmentsLoading,
    NotARef,
    NotOffered,
    NotPrivileged,
    OutcomeUnknown,
    OutOfBounds,
    TakesNoText,
    TicketNotFound,
    TicketUnavailable,
    UnknownCommand,
)
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.run import run_listener
from handlers.dispatch.services import Services
from tests.bench.services import open_services
from tests.handlers.recorder import Recorder

if TYPE_CHECKING:
    from bot.slack.client import Slack

URL = "https://hooks.slack.com/actions/T1/2/x"
POST = Post("words", [])
FORM = View(type="modal", title="title")
HOME: dict[str, Any] = {"type": "home", "id": "V0"}
SHOWN: dict[str, Any] = {"type": "modal", "id": "V1", "callback_id": Id.DISPLAY}
TYPED = SHOWN | {"submit": {"type": "plain_text", "text": "Send"}}
THIRD = {"previous_view_id": "V2", "root_view_id": "V0"}


def context(services: Services, kind: str = "action", **more: Any) -> tuple[Context, Recorder]:
    recorder = Recorder()
    clicked = Interaction("U1", "trigger", kind, "x", **more)
    return Context(clicked, replace(services, slack=cast("Slack", recorder))), recorder


@pytest.mark.parametrize(
    ("kind", "more", "call"),
    [
        ("action", {"response_url": URL}, ("respond", URL, True)),
        ("command", {"response_url": URL}, ("respond", URL, False)),
        ("shortcut", {}, ("post", "U1")),
        ("action", {"view": HOME}, ("open",)),
        ("action", {"view": SHOWN}, ("update", "V1")),
        ("submission", {"view": TYPED}, ("post", "U1")),
    ],
)
async def test_answers_appear_where_the_interaction_was(
    services: Services, kind: str, more: dict[str, Any], call: tuple[object, ...]
) -> None:
    clicked, slack = context(services, kind, **more)
    await clicked.answer(POST, replace=True)
    assert slack.calls == [call]


@pytest.mark.parametrize(
    ("answer_to", "call"),
    [
        (ResponseUrl(URL), ("respond", URL, True)),
        (ResponseUrl(URL, "D1"), ("respond", URL, True)),
        # typed in a direct message, perhaps with a colleague: the bot can't post there
        (ResponseUrl(URL, "D1", replaces=False), ("respond", URL, False)),
        (ResponseUrl(URL, "C1", replaces=False), ("respond", URL, False)),
        (FormId("V1"), ("update", "V1")),
    ],
)
async def test_a_submissions_answer_appears_where_its_form_began(
    services: Services, answer_to: AnswerTo, call: tuple[object, ...]
) -> None:
    sent, slack = context(services, "submission", view=TYPED)
    await sent.answering_at(answer_to).answer(POST, replace=True)
    assert slack.calls == [call]


@pytest.mark.parametrize(
    ("view", "call"),
    [
        ({}, ("open",)),
        (HOME, ("open",)),
        (SHOWN, ("push",)),
        (TYPED, ("push",)),
        (SHOWN | THIRD, ("update", "V1")),
        (TYPED | THIRD, ("push",)),  # Slack refuses: what is typed there is not lost
        (SHOWN | {"callback_id": Id.FAILED}, ("update", "V1")),
    ],
)
async def test_a_form_is_opened_pushed_or_updated(
    services: Services, view: dict[str, Any], call: tuple[object, ...]
) -> None:
    clicked, slack = context(services, view=view)
    await clicked.open_form(FORM)
    assert slack.calls == [call]


async def test_later_answers_update_the_opened_form(services: Services) -> None:
    clicked, slack = context(services, response_url=URL)
    await clicked.open_form(FORM)
    await clicked.answer(POST)
    assert slack.calls == [("open",), ("update", "V9")]


async def test_text_after_a_wrong_ref_is_kept(services: Services) -> None:
    typed, _ = context(services, "command", text="reply thanks for your patience")
    with pytest.raises(NotARef):
        typed.ref_and_text()
    assert typed.typed == "thanks for your patience"


CODE = "bI5fR3oN40708G65"


async def test_no_public_code_is_echoed_or_kept(services: Services) -> None:
    """It opens a ticket without a login."""
    meant, _ = context(services, "command", text=f"list opne {CODE}")
    with pytest.raises(UnknownCommand) as caught:
        await handlers.COMMANDS["list"](meant)
    assert caught.value.nearest == "list open …"
    assert caught.value.meant == ""
    link = f"{services.account.url}/{CODE}"
    found, slack = context(services, "command", text=f"find lamp {CODE} {link}", response_url=URL)
    await handlers.COMMANDS["find"](found)
    kept = await services.preferences.filter_of("U1")
    assert CODE not in f"{kept} {slack.answers}"
    asked, slack = context(services, "command", text="tag", response_url=URL, teams={"T1"})

    async def refuse(context: Context) -> None:
        context.typed = f"lamp {CODE}"
        raise NotARef

    await run_listener(asked, refuse)
    assert "lamp …" in str(slack.answers)


async def test_an_unshowable_error_becomes_a_plain_message(services: Services) -> None:
    asked, slack = context(services, "command", response_url=URL, teams={"T1"})

    async def fail(_: Context) -> None:
        raise UnknownCommand("list", "list " + "a" * 3000)  # more than a button can carry

    await run_listener(asked, fail)
    assert "Something went wrong" in str(slack.answers)


@pytest.mark.parametrize(
    ("error", "may_pass"),
    [
        (OutcomeUnknown("GET x", "timeout"), True),
        (TicketUnavailable(), True),
        (DepartmentsLoading(), True),
        (OperationalError("SELECT 1", {}, Exception("locked")), True),
        (NotPrivileged("GET x", 403), False),
        (OutOfBounds(), False),
        (TicketNotFound(), False),
    ],
)
async def test_another_try_is_offered_where_it_may_help(
    services: Services, error: Exception, *, may_pass: bool
) -> None:
    asked, slack = context(services, "command", response_url=URL, teams={"T1"})

    async def fail(context: Context) -> None:
        context.offer_retry("transfer AX4-B4T-FD8")
        raise error

    await run_listener(asked, fail)
    assert ("'value': 'transfer AX4-B4T-FD8'" in str(slack.answers)) is may_pass


@pytest.mark.parametrize("only_read", [True, False])
async def test_a_database_out_of_reach_is_named(services: Services, *, only_read: bool) -> None:
    asked, slack = context(services, "command", response_url=URL, teams={"T1"})

    async def fail(context: Context) -> None:
        if only_read:
            context.offer_retry("digest")
        raise OperationalError("SELECT 1", {}, Exception("locked"))

    await run_listener(asked, fail)
    assert "can't reach its own database right now" in str(slack.answers)
    assert ("Nothing was changed." in str(slack.answers)) is only_read


async def test_a_form_that_a_command_could_not_fill_is_tried_again_in_its_place() -> None:
    async with open_services() as (services, standin):
        standin.faults.set("down")
        command = "transfer AX4-B4T-FD8"
        clicked, slack = context(services, value=command, response_url=URL, teams={"T1"})
        await run_listener(clicked, handlers.ACTIONS[Id.COMMAND])
        assert slack.shown[-1].callback_id == Id.FAILED
        assert f"'value': '{command}'" in str(slack.shown[-1].to_dict())


@pytest.mark.parametrize(
    "error", [TakesNoText(), TicketNotFound(), NotOffered("R"), OutcomeUnknown("GET x", "timeout")]
)
async def test_a_command_is_named_before_the_words_that_it_did_not_take(
    services: Services, error: BotError
) -> None:
    """Slack shows nobody what they typed. Our own rules are in no log that could tell more."""
    text = "assign AX4-B4T-FD8 take &amp; care"
    asked, slack = context(services, "command", text=text, response_url=URL, teams={"T1"})

    async def fail(context: Context) -> None:
        context.typed = "take & care"
        raise error

    await run_listener(asked, fail)
    shown_text = str(slack.answers)
    assert shown_text.index("/ticket assign AX4-B4T-FD8") < shown_text.index("take & care")
    assert shown_text.count("take & care") == 1
    assert ("Error ID" in shown_text) is isinstance(error, OutcomeUnknown)
