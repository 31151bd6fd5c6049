"""Gets files of tickets for one person, into their own conversation with the bot."""

from blocks.conversation import got, loading
from blocks.files import file_post
from blocks.ids import Id
from blocks.values import MessageFile
from handlers.dispatch.context import Context


async def get_file(context: Context) -> None:
    """*Get it*: asks anew whether they may see the ticket; nothing goes to any channel."""
    wanted, t = MessageFile.of_value(context.interaction.value), await context.translator()
    services, user_id = context.services, context.interaction.user_id
    context.again = (Id.GET_FILE, context.interaction.value)
    await context.open_form(loading(t("File"), t))
    actor = await context.actor()
    found = services.files.get(wanted.ticket_id, wanted.message_id, wanted.number, actor)
    async with found as (ticket, file):
        post = file_post(ticket, file.name, file.size, t, services.account)
        channel, _ = await services.slack.post(user_id, post.to_dict())
        await services.slack_files.send(channel, file)
    await context.show_in_form(got(file.name, t))
