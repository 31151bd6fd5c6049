"""Creates a ticket from a command or a Slack message."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from slack_sdk.models.views import View

from blocks.forms import create, create_input
from blocks.forms.create_input import CreateState, OtherTicket
from blocks.forms.display import loading
from blocks.forms.form import MESSAGE_CHARACTERS
from blocks.forms.frame import with_omissions
from blocks.ids import Id
from bot.domain.address import as_address, only_address
from bot.domain.errors import BotError, ChannelUnseen, SharedOutside, SlackDoesNotAnswer
from bot.domain.ref import unescape
from bot.operations import Create
from bot.operations.rich_text import of_plain
from bot.slack.channels import check_is_ours
from handlers.dispatch.context import Context
from handlers.listeners.duplicates import ask_in, open_ticket_of
from handlers.listeners.forms import with_files
from handlers.listeners.from_message import (
    files_apart,
    message_text,
    name_of,
    split_at,
)

log = structlog.get_logger()

SUBJECT_CHARACTERS = 100
DEPARTMENT_SECONDS = 0.8


async def new_ticket(context: Context) -> None:
    """`/ticket new [text]`, and the shortcut *New ticket*.

    If the text names one address, its customer's open ticket is looked for. An address that comes
    first is no part of the message.
    """
    t, typed = await context.translator(), context.interaction.text.split(maxsplit=1)[1:]
    context.typed = unescape("".join(typed))
    words, rest = split_at(context.typed, MESSAGE_CHARACTERS)
    filled = _draft_after_address(words)
    with suppress(BotError, TimeoutError):  # a form opens within three seconds
        async with context.services.clock.timeout(DEPARTMENT_SECONDS):
            filled = await _in_only_department(context, filled)
    state = CreateState(answer_to=context.interaction.answer_to)
    state = await with_files(context, state)

    def draw(other: OtherTicket | None = None) -> View:
        asking = state.model_copy(update={"other": other})
        return with_omissions(create.form(asking, t, filled=filled), rest, t)

    await context.open_form(draw())
    # views.open returns no hash, which shows whether the form changes while LiveAgent is asked.
    drawn = await context.show_in_form(draw()) if filled.recipient else ""
    await context.actor()
    if filled.recipient:
        await ask_in(context, filled.recipient, drawn, draw)


async def create_from_message(context: Context) -> None:
    """*Create ticket* on a message: fills in its text, and the customer if it names one address.

    Offers the message's thread if the bot can read it.
    """
    t, shortcut = await context.translator(), context.interaction
    await context.open_form(loading(t("New ticket"), t))
    await context.actor()
    state = await with_files(context, await _state_on_message(context))
    message, files = files_apart(shortcut.message, state.files)
    words, rest = split_at(await message_text(context, message), MESSAGE_CHARACTERS)
    size = len(await _thread(context, state))
    draft = _draft_of(words).model_copy(update={"files": files})
    filled = await _in_only_department(context, draft)
    if filled.recipient:
        other = await open_ticket_of(context, filled.recipient)
        state = state.model_copy(update={"other": other})
    form = create.form(state, t, filled=filled, thread_size=size)
    await context.show_in_form(with_omissions(form, rest, t))


async def _state_on_message(context: Context) -> CreateState:
    """Checks whether the bot may post the ticket's link in the message's thread."""
    shortcut = context.interaction
    thread_ts, ts = (str(shortcut.message.get(name) or "") for name in ("thread_ts", "ts"))
    state = CreateState(channel=shortcut.channel, thread_ts=thread_ts)
    try:
        if await check_is_ours(context.services.slack, shortcut.channel):
            return state.model_copy(update={"link_ts": thread_ts or ts})
    except SharedOutside:
        return state.model_copy(update={"no_link": "shared"})
    except (ChannelUnseen, SlackDoesNotAnswer):
        log.info("no link back: channel not visible")
    return state.model_copy(update={"no_link": "absent"})


async def change_writer(context: Context) -> None:
    """Updates who will be e-mailed after the purpose has changed."""
    await _show_again(context)


async def add_thread(context: Context) -> None:
    """*Add the thread so far*: appends its text, with names, to the input."""
    state = CreateState.of_view(context.interaction.view)
    messages = await _thread(context, state)
    shown = [
        f"{await _author(context, each)}: {await message_text(context, each)}" for each in messages
    ]
    text, rest = split_at("\n".join(shown), MESSAGE_CHARACTERS)
    draft = create_input.draft(context.interaction.view, state)
    both = [*draft.rich_text.get("elements", ()), *of_plain(f"\n{text}")["elements"]]
    filled = draft.model_copy(update={"rich_text": {"type": "rich_text", "elements": both}})
    await _show_again(context, filled, message_id=f"{Id.MESSAGE}.thread", left_out=rest)


async def _show_again(
    context: Context, filled: Create | None = None, *, message_id: str = "", left_out: str = ""
) -> None:
    """Shows the current form; the input of unchanged fields stays."""
    view, t = context.interaction.view, await context.translator()
    state = CreateState.of_view(view)
    form = create.again(view, state, t, filled=filled, message_id=message_id)
    await context.show_in_form(with_omissions(form, left_out, t))


async def _in_only_department(context: Context, draft: Create) -> Create:
    """Fills in the actor's department if there is only one."""
    own = await context.services.desk.departments_of(await context.actor())
    if len(own.departments) != 1 or not own.is_complete:
        return draft
    (only,) = own.departments
    return draft.model_copy(update={"department_id": only.id, "department_name": only.name})


def _draft_of(words: str) -> Create:
    """Uses the first line as the subject, and the only address as the customer's."""
    subject = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return Create(
        is_by_customer=True,
        recipient=only_address(words),
        department_id="",
        subject=subject[:SUBJECT_CHARACTERS],
        rich_text=of_plain(words) if words else {},
    )


def _draft_after_address(words: str) -> Create:
    """Works as `_draft_of`, without a first word that is merely the customer's address."""
    first, *rest = words.split(maxsplit=1) or [""]
    recipient = only_address(words)
    if not recipient or as_address(first.rstrip(",:")) != recipient:
        return _draft_of(words)
    return _draft_of("".join(rest)).model_copy(update={"recipient": recipient})


async def _thread(context: Context, state: CreateState) -> Sequence[Mapping[str, Any]]:
    """Returns nothing if there is no thread or the bot can't read it, so it isn't offered."""
    if not state.thread_ts:
        return ()
    try:
        return await context.services.slack.thread(state.channel, state.thread_ts)
    except SlackDoesNotAnswer:
        return ()


async def _author(context: Context, message: Mapping[str, Any]) -> str:
    user = str(message.get("user") or "")
    named = str(message.get("username") or "")
    return await name_of(context, user) if user else named or "?"
