"""Maps commands, clicks, forms and events to listeners, in the tables below."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from blocks.ids import Id
from blocks.operations import BY_COMMAND, PRESENTED, CardSlot
from handlers.dispatch.acknowledge import (
    Bolt,
    Interactions,
    Submit,
    acknowledge_and_run,
    run_until_acknowledged,
)
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import MESSAGE, Interaction
from handlers.dispatch.run import Listener
from handlers.dispatch.services import Services
from handlers.listeners import (
    answers,
    bounces,
    bulk,
    choices,
    creation,
    digests,
    direct_messages,
    duplicates,
    files,
    forms,
    history,
    home,
    links,
    live,
    my_tickets,
    operations,
    overdue,
    queue,
    review,
    search,
    sharing,
    submitting,
    tagging,
    threads,
    tickets,
    typed,
)

COMMAND = "/ticket"

READ_BY_CLICK = {
    Id.SHOW_CONVERSATION,
    Id.TURN_PAGE,
    Id.SHOW_MESSAGE,
    Id.TURN_MESSAGE,
    Id.LIST,
    Id.TURN_LIST,
    Id.FIND_AGAIN,
    Id.SHOW_HOME,
    Id.SHOW_DIGEST,
    Id.TURN_DIGESTS,
    Id.PREVIEW_DIGEST,
    Id.SHOW_LIVE,
    Id.SHOW_OVERDUE,
    Id.SHOW_ANSWERS,
    Id.TURN_ANSWERS,
}
"""Commands and buttons that only read: a notice of an outage offers *Try again* for them."""
DONE_BY_COMMAND = {word for word, kind in BY_COMMAND.items() if not PRESENTED[kind].form} | {"tag"}
"""Commands that change a ticket at once; all others read, or open a form."""

_OPERATION_BUTTONS: Mapping[str, Listener] = {
    row.action: forms.open_from_card if row.form else operations.do_from_card
    for row in PRESENTED.values()
    if row.slot is not CardSlot.NOWHERE
}
_OPERATION_COMMANDS: Mapping[str, Listener] = {
    word: forms.open_by_command if PRESENTED[kind].form else operations.do_by_command
    for word, kind in BY_COMMAND.items()
}

COMMANDS: Mapping[str, Listener] = {
    "": queue.show_queue,
    "mine": search.command_mine,
    "next": review.start_next,
    "list": search.command_list,
    "find": search.command_find,
    "open": search.command_open,
    **_OPERATION_COMMANDS,
    "tag": tagging.command_tag,
    "new": creation.new_ticket,
    "digest": digests.show_digests,
    "live": live.show_live,
    "overdue": overdue.command_overdue,
    "answers": answers.show_answers,
    "history": history.show_history,
    "help": tickets.show_help,
}
SHORTCUTS: Mapping[str, Listener] = {
    Id.OPEN_TICKET: tickets.open_from_message,
    Id.NEW_TICKET: creation.new_ticket,
    Id.CREATE_FROM_MESSAGE: creation.create_from_message,
    Id.NOTE_FROM_MESSAGE: threads.note_from_message,
    Id.REPLY_FROM_MESSAGE: threads.reply_from_message,
}
_ACTIONS: Mapping[str, Listener] = {
    **_OPERATION_BUTTONS,
    Id.NEW_TICKET: creation.new_ticket,
    Id.OPEN_TICKET: tickets.open_ticket,
    Id.TURN_TICKET: tickets.turn_ticket,
    Id.REFRESH_CARD: tickets.refresh_card,
    Id.SHOW_CONVERSATION: tickets.show_conversation,
    Id.TURN_PAGE: tickets.turn_page,
    Id.SHOW_MESSAGE: tickets.show_message,
    Id.TURN_MESSAGE: tickets.turn_message,
    Id.GET_FILE: files.get_files,
    Id.OPEN_IN_LIVEAGENT: tickets.ignore_link_click,
    Id.LIST: search.show_list,
    Id.TURN_LIST: search.turn_list,
    Id.FIND_AGAIN: search.find_again,
    Id.FIND: search.open_filter,
    Id.GO_THROUGH: review.start_review,
    Id.SKIP: review.skip,
    Id.GO_BACK: review.go_back,
    Id.CHOOSE: bulk.open_bulk,
    Id.WHAT: bulk.change_operation,
    Id.SELECT_ALL: bulk.select_all,
    Id.UNDO_ALL: bulk.decide_bulk,
    Id.SEND_ALL: bulk.decide_bulk,
    Id.SHOW_QUEUE: queue.show_queue,
    Id.SHOW_HELP: tickets.show_help,
    Id.SHOW_HOME: home.show_home,
    Id.HIDE_GUIDE: home.hide_guide,
    Id.CHOOSE_LANGUAGE: home.choose_language,
    Id.CHOOSE_NOTICES: home.choose_notices,
    Id.CHOOSE_MY_TICKETS: my_tickets.choose_my_tickets,
    Id.MY_HOURS: my_tickets.open_hours,
    Id.POSTPONE_TIMES: home.open_postpone_times,
    Id.SHARE: sharing.open_share,
    Id.REFRESH_SHARED: sharing.refresh_shared,
    Id.TAKE: sharing.take,
    Id.TICKET: threads.choose_ticket,
    Id.DEPARTMENT: duplicates.change_department,
    Id.CUSTOMER_EMAIL: duplicates.look_for_open_ticket,
    Id.ADD_INSTEAD: duplicates.add_instead,
    Id.WRITER: creation.change_writer,
    Id.ADD_THREAD: creation.add_thread,
    Id.ADD_DIGEST: digests.add_digest,
    Id.ADD_WEEK: digests.add_week,
    Id.CHANGE_DIGEST: digests.change_digest,
    Id.PAUSE_DIGEST: digests.pause_digest,
    Id.RESUME_DIGEST: digests.resume_digest,
    Id.SEND_DIGEST: digests.send_digest,
    Id.WIDEN_DIGEST: digests.add_statuses,
    Id.SETTLE_DIGEST: digests.keep_statuses,
    Id.PREVIEW_DIGEST: digests.preview_digest,
    Id.REMOVE_DIGEST: digests.remove_digest,
    Id.SHOW_DIGEST: digests.show_all,
    Id.TURN_DIGESTS: digests.turn_digests,
    Id.SHOW_LIVE: live.show_live,
    Id.SET_UP_LIVE: live.set_up_live,
    Id.PAUSE_LIVE: live.pause_live,
    Id.RESUME_LIVE: live.resume_live,
    Id.STOP_LIVE: live.stop_live,
    Id.SHOW_ANSWERS: answers.show_answers,
    Id.TURN_ANSWERS: answers.turn_answers,
    Id.ADD_ANSWER: answers.add_answer,
    Id.CHANGE_ANSWER: answers.change_answer,
    Id.DELETE_ANSWER: answers.delete_answer,
    Id.INSERT_ANSWER: answers.insert_answer,
    Id.SHOW_OVERDUE: overdue.show_overdue,
    Id.SET_UP_OVERDUE: overdue.set_up_overdue,
    Id.STOP_OVERDUE: overdue.stop_overdue,
    Id.CREATE_TAGS: tagging.create_tags,
    Id.UNDO: operations.decide,
    Id.SEND_NOW: operations.decide,
    Id.SEND_ANYWAY: operations.decide,
    Id.SEND_WITHOUT_FILES: operations.decide,
    Id.TRY_AGAIN: operations.decide,
    Id.DISCARD: operations.decide,
    Id.EDIT: forms.edit,
    Id.IN_OWN_NAME: forms.edit_in_own_name,
    Id.SEND_AGAIN: bounces.send_again,
    Id.WRITE_ELSEWHERE: bounces.write_elsewhere,
}


async def run_command(context: Context) -> None:
    """Runs the button's command as if typed; the answer replaces the message with the button."""
    context.type_value()
    await run_typed(context)


async def run_message(context: Context) -> None:
    """Runs a direct message to the bot as a `/ticket` command, once."""
    if await direct_messages.is_new_message(context):
        await run_typed(context)


async def run_typed(context: Context) -> None:
    """Runs the text after `/ticket`."""
    word = context.interaction.word
    if word in COMMANDS and typed.is_sentence(context):
        await typed.show_sentence(context)
        return
    if word not in DONE_BY_COMMAND:
        context.offer_retry(context.interaction.text)
    await typed.say_what_is_not_used(context)
    await COMMANDS.get(word, typed.show_ticket)(context)


ACTIONS: Mapping[str, Listener] = {**_ACTIONS, Id.COMMAND: run_command}

EVENTS: Mapping[str, Listener] = {
    "app_home_opened": home.open_home,
    "channel_shared": sharing.hide_shared_tickets,
    "link_shared": links.show_links,
    MESSAGE: run_message,
}
EVENT_TYPES = re.compile(f"^(?:{'|'.join(EVENTS)})$")
"""Bolt uses `search`, so no other event type may contain one of these."""

SUBMISSIONS: Mapping[str, Submit] = {
    Id.FIND: search.submit_filter,
    Id.CHOOSE: bulk.submit_choice,
    Id.CONFIRM_SEVERAL: bulk.submit_bulk,
    Id.SHARE: sharing.submit_share,
    Id.REPLY_FROM_MESSAGE: threads.submit_choice,
    Id.DIGEST: digests.submit_digest,
    Id.LIVE: live.submit_live,
    Id.ANSWER: answers.submit_answer,
    Id.OVERDUE: overdue.submit_overdue,
    Id.MY_HOURS: my_tickets.submit_hours,
    Id.POSTPONE_TIMES: home.submit_postpone_times,
}
"""Forms that are not operations on a ticket."""


def interactions(services: Services, bolt: Bolt) -> Interactions:
    """Returns the dispatcher, which acknowledges interactions before Bolt sees them.

    Commands and clicks are acknowledged immediately, a form once its content is on disk, a field
    with its options.
    """

    async def on_command(body: Mapping[str, Any]) -> BoltResponse:
        command = Interaction.of_command(body, COMMANDS)
        return acknowledge_and_run(Context(command, services), run_typed)

    async def on_shortcut(body: Mapping[str, Any]) -> BoltResponse:
        shortcut = Interaction.of_shortcut(body)
        listener = SHORTCUTS.get(shortcut.id, tickets.show_stale_button)
        return acknowledge_and_run(Context(shortcut, services), listener)

    async def on_action(body: Mapping[str, Any]) -> BoltResponse:
        click = Interaction.of_action(body)
        listener = ACTIONS.get(click.id, tickets.show_stale_button)
        retry = (Id(click.id), click.value) if click.id in READ_BY_CLICK else None
        return acknowledge_and_run(Context(click, services, retry=retry), listener)

    async def on_submission(body: Mapping[str, Any]) -> BoltResponse:
        submission = Interaction.of_submission(body)
        submit = SUBMISSIONS.get(submission.id, submitting.submit)
        return await run_until_acknowledged(Context(submission, services), submit)

    async def on_choice(body: Mapping[str, Any]) -> BoltResponse:
        context = Context(Interaction.of_choice(body), services)
        return await run_until_acknowledged(context, choices.offer)

    return Interactions(
        {
            COMMAND: on_command,
            "shortcut": on_shortcut,
            "message_action": on_shortcut,
            "block_actions": on_action,
            "view_submission": on_submission,
            "block_suggestion": on_choice,
        },
        bolt,
    )


def register(app: AsyncApp, services: Services) -> None:
    """Registers the listener of events, which Bolt acknowledges when it returns.

    Slack resends an event whose acknowledgement is lost, possibly to another bot, so listeners of
    events must be idempotent.
    """

    @app.event(EVENT_TYPES)
    async def on_event(body: Mapping[str, Any]) -> None:
        event = Interaction.of_event(body)
        acknowledge_and_run(Context(event, services), EVENTS[event.id])
