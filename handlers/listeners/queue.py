"""Shows the queue at a glance."""

from blocks import queue
from blocks.ids import Id
from handlers.dispatch.context import Context


async def show_queue(context: Context) -> None:
    """`/ticket` by itself, and *Refresh* below it."""
    context.retry = (Id.SHOW_QUEUE, "queue")
    waiting = await context.services.desk.queue(await context.actor())
    await context.answer(queue.queue(waiting, await context.translator()), replace=True)
