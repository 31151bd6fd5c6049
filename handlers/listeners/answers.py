"""Saved answers: lists and changes them, and inserts them into replies."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from blocks.answers import answers_post
from blocks.forms import answer as answer_form
from blocks.forms.display import loading
from blocks.forms.insertion import with_answer, with_trouble
from blocks.forms.state import CustomerState
from blocks.ids import Id
from blocks.notices import explain
from blocks.values.lists import AnswersPage
from blocks.values.value import Number
from bot.domain.answer_to import Home
from bot.domain.errors import (
    AnswerOutOfBounds,
    BotError,
    DepartmentsLoading,
    NotApplied,
    SlackDoesNotAnswer,
)
from bot.domain.ref import unescape
from bot.i18n import Translator
from handlers.dispatch.context import Context
from handlers.listeners.saving import save_form

MAX_QUERY = 200
INSERTION_SECONDS = 2.0


async def show_answers(context: Context) -> None:
    """`/ticket answers [words]`, and its button in Home."""
    words = " ".join(unescape(context.interaction.text).split()[1:])
    await _show(context, words=words[:MAX_QUERY])


async def turn_answers(context: Context) -> None:
    turned = AnswersPage.of_value(context.interaction.value)
    await _show(context, page=turned.page, words=turned.words)


async def add_answer(context: Context) -> None:
    t = await context.translator()
    state = answer_form.AnswerState(answer_to=context.interaction.answer_to)
    await context.open_form(answer_form.form(state, t))


async def change_answer(context: Context) -> None:
    t, number = await context.translator(), Number.of_value(context.interaction.value).number
    await context.open_form(loading(t("Saved answer"), t))
    found = await context.services.answers.find(str(number), context.interaction.user_id)
    state = answer_form.AnswerState(
        answer=number, shown=found.fingerprint, answer_to=context.interaction.answer_to
    )
    await context.show_in_form(answer_form.form(state, t, found))


async def submit_answer(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once it is on disk; otherwise the form stays with its input."""
    view, t = context.interaction.view, await context.translator()
    state = answer_form.AnswerState.of_view(view)
    user_id = context.interaction.user_id
    answer = await save_form(
        context,
        ack,
        answer_form.read(view, state, user_id, t),
        partial(
            context.services.answers.save,
            user_id=user_id,
            key=f"{view['id']} {user_id}",
            shown=state.shown,
        ),
        field=Id.NAME,
        fields={AnswerOutOfBounds: Id.FOR_WHOM, DepartmentsLoading: Id.FOR_WHOM},
    )
    if answer is None or isinstance(state.answer_to, Home):
        return
    with suppress(BotError):  # it is saved nevertheless
        await _show(context.answering_at(state.answer_to))


async def delete_answer(context: Context) -> None:
    number = Number.of_value(context.interaction.value).number
    await context.services.answers.remove(number, context.interaction.user_id)
    await _show(context)


async def insert_answer(context: Context) -> None:
    """Inserts the chosen answer below the typed text, or shows in the form why it can't."""
    clicked, t = context.interaction, await context.translator()
    if not clicked.value:
        return
    try:
        form = await _with_answer(context, t)
    except SlackDoesNotAnswer:
        raise
    except BotError as error:
        form = with_trouble(clicked.view, explain(error, t))
    await context.show_in_form(form)


async def _with_answer(context: Context, t: Translator) -> dict[str, Any]:
    """Returns the form with the chosen answer; quickly, since it overwrites later typing."""
    clicked, answers = context.interaction, context.services.answers
    state = CustomerState.of_view(clicked.view)
    try:
        async with context.services.clock.timeout(INSERTION_SECONDS):
            answer = await answers.find(clicked.value, clicked.user_id)
            agent = (await context.actor()).name
    except TimeoutError as error:
        raise NotApplied("saved answer", "it was not read in time") from error
    draw = partial(with_answer, customer=state.customer, agent=agent)
    return await asyncio.to_thread(draw, clicked.view, answer, t)  # HTML may have many styles


async def _show(context: Context, *, page: int = 0, words: str = "") -> None:
    found, is_whole = await context.services.answers.all_of(context.interaction.user_id, words)
    t = await context.translator()
    post = answers_post(found, t, page=page, words=words, lacks_liveagents=not is_whole)
    await context.answer(post, replace=True)
