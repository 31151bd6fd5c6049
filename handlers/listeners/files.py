"""Gets files of tickets for one person, into their own conversation with the bot."""

import asyncio

from blocks.conversation import got, loading
from blocks.files import file_post
from blocks.ids import Id
from blocks.values.tickets import MessageFile
from bot.i18n import Translator
from handlers.dispatch.context import Context


async def get_file(context: Context) -> None:
    """*Get it*: asks anew whether they may see the ticket; nothing goes to any channel.

    A file that is on its way already comes once, however often it is asked for.
    """
    clicked, t = context.interaction, await context.translator()
    getting, key = context.services.getting, (clicked.user_id, clicked.value)
    context.again = (Id.GET_FILE, clicked.value)
    await context.open_form(loading(t("File"), t))
    sending = getting.get(key)
    if sending is None:
        sending = getting[key] = asyncio.create_task(_send(context, t))
        sending.add_done_callback(lambda _: getting.pop(key))
    name = await asyncio.shield(sending)
    await context.show_in_form(got(name, t))


async def _send(context: Context, t: Translator) -> str:
    """Returns the file's name."""
    wanted = MessageFile.of_value(context.interaction.value)
    services, user_id = context.services, context.interaction.user_id
    actor = await context.actor()
    found = services.files.get(wanted.ticket_id, wanted.message_id, wanted.number, actor)
    async with found as (ticket, file):
        post = file_post(ticket, file.name, file.size, t, services.account)
        channel, _ = await services.slack.post(user_id, post.to_dict())
        await services.slack_files.send(channel, file)
        return file.name
