"""Sends a ticket's files to the clicker, in their direct messages with the bot."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from slack_sdk.models.views import View

from blocks.files import already_sending, file_post, files_sent
from blocks.forms.display import loading
from blocks.ids import Id
from blocks.notices import explain
from blocks.values.tickets import TicketFiles
from bot.domain.errors import BotError, FileOutOfReach, LiveAgentError, SlackDoesNotAnswer
from bot.domain.files import MEGABYTE
from bot.domain.ticket import Ticket
from bot.domain.ticket_file import FilePlace, TicketFile
from bot.i18n import Translator
from bot.slack.refusals import FORM_CLOSED
from handlers.dispatch.context import Context
from handlers.dispatch.services import Services

MAX_FILES, MAX_BYTES = 10, 100 * MEGABYTE  # at once; the rest takes another click


async def get_files(context: Context) -> None:
    """Sends files after checking the user's permissions again; never to a channel.

    Repeated clicks join the transfer in progress. If the form is closed meanwhile, failures are
    reported in the direct messages.
    """
    clicked, t = context.interaction, await context.translator()
    wanted = TicketFiles.of_value(clicked.value)
    getting, key = context.services.getting, (clicked.user_id, clicked.value)
    context.retry = (Id.GET_FILE, clicked.value)
    await context.open_form(loading(t("Files"), t))
    sending = getting.get(key)
    if sending is None:
        sending = getting[key] = asyncio.create_task(_send(context, wanted, t))
        sending.add_done_callback(lambda _: getting.pop(key))
    context.outlives_form = True
    form, is_all = await asyncio.shield(sending)
    context.outlives_form = not is_all
    try:
        await context.show_in_form(form)
    except SlackDoesNotAnswer as error:
        if not (is_all and error.why == FORM_CLOSED):
            raise


@dataclass(slots=True)
class Uploads:
    """Files that were uploaded to Slack but not posted yet."""

    files: dict[str, TicketFile] = field(default_factory=dict)
    """By their ids in Slack: names and sizes as received."""
    failed: list[BotError] = field(default_factory=list)
    rest: Mapping[FilePlace, TicketFile] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        tried = len(self.files) + len(self.failed)
        return tried == MAX_FILES or sum(e.size for e in self.files.values()) >= MAX_BYTES


async def _send(context: Context, wanted: TicketFiles, t: Translator) -> tuple[View, bool]:
    """Returns the form with the result, and whether all files were sent."""
    services, user_id, ticket_id = context.services, context.interaction.user_id, wanted.ticket_id
    actor = await context.actor()
    ticket, found = await services.files.find(ticket_id, wanted.places, actor)
    async with services.files.newest(f"{user_id} {wanted.to_value()}") as is_newest:
        uploads = await _upload(found, services)
        if not await is_newest():
            return already_sending(t), True
        if uploads.files:
            await _post(user_id, ticket, uploads, services, t)
    names = [each.name for each in uploads.files.values()]
    failed = [explain(each, t) for each in uploads.failed]
    form = files_sent(names, t, ticket_id=ticket_id, failed=failed, rest=uploads.rest)
    return form, not (failed or uploads.rest)


async def _upload(found: Mapping[FilePlace, TicketFile], services: Services) -> Uploads:
    """Raises an error of the first or only file; later errors do not affect other files."""
    uploads, left = Uploads(), dict(found)
    for place, file in found.items():
        if uploads.is_full:
            break
        try:
            async with services.files.read(file) as upload:
                file_id = await services.slack_files.upload(upload)
        except FileOutOfReach as error:
            if len(found) == 1:
                raise
            uploads.failed.append(error)
        except LiveAgentError as error:
            if not uploads.files:
                raise
            uploads.failed.append(error)
            break
        else:
            uploads.files[file_id] = TicketFile(upload.name, upload.size)
        del left[place]
    uploads.rest = left
    return uploads


async def _post(
    user_id: str, ticket: Ticket, uploads: Uploads, services: Services, t: Translator
) -> None:
    """Deletes the message above the files if Slack refuses the files."""
    files, slack = uploads.files, services.slack
    above = file_post(ticket, list(files.values()), t, services.account)
    channel, ts = await slack.post(user_id, above.to_dict())
    try:
        await slack.complete_uploads(channel, {each: file.name for each, file in files.items()})
    except SlackDoesNotAnswer:
        with suppress(SlackDoesNotAnswer):
            await slack.delete(channel, ts)
        raise
