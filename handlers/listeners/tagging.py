"""Tags by command, and the question whether an unknown one is to be created."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from html import escape

from blocks.unknown_tags import NearTag, unknown_tags
from blocks.values.tickets import Target
from bot.domain.ref import unescape
from bot.domain.spelling import folded, near
from bot.domain.tagging import as_typed, tag_changes
from bot.operations import ChangeTags, Kind
from handlers.dispatch.context import Context
from handlers.listeners.forms import open_on_ticket
from handlers.listeners.operations import do_now, nameable

MAX_ASKED, MAX_NEAR = 5, 3


async def command_tag(context: Context) -> None:
    """`/ticket tag REF +vip -spam`; without tags it opens the form."""
    await _change(context)


async def create_tags(context: Context) -> None:
    """*Create the tag*: runs the button's command, with new tags."""
    context.type_value()
    await _change(context, creates=True)


async def _change(context: Context, *, creates: bool = False) -> None:
    ref, words = context.ref_and_text()
    context.offer_retry(context.interaction.text)
    if not words.strip():
        await open_on_ticket(context, Kind.TAGS, Target(ref.value, ref.code))
        return
    context.typed = unescape(words)
    add, remove = tag_changes(context.typed)
    named = await nameable(context, ref)
    change = ChangeTags(ticket_id=named, code=named, add=tuple(add), remove=tuple(remove))
    if creates or not await _asks(context, change):
        context.retry = None  # from here on, something may change
        await do_now(context, change)


async def _asks(context: Context, change: ChangeTags) -> bool:
    """Asks about tags that LiveAgent doesn't know; returns whether there are any.

    One that is to be removed may be misspelt as well.
    """
    await context.actor()
    directory = context.services.desk.directory
    known = _by_name(tag.name for tag in await directory.tags())
    if not _unknown(change, known):
        return False
    known = _by_name(tag.name for tag in await directory.tags_now())  # it may be a new one
    if not (unknown := _unknown(change, known)):
        return False
    near_tags = [each async for each in _near(context, change, unknown, known)]
    creates = not {*unknown}.isdisjoint(change.add)
    create = _command(context, change, change.add, change.remove) if creates else ""
    rest = [_without(names, unknown) for names in (change.add, change.remove)]
    without = _command(context, change, *rest) if any(rest) else ""
    hide, t = context.services.desk.without_codes, await context.translator()
    asked = unknown_tags(
        [*map(hide, unknown)],
        near_tags,
        t,
        create=create,
        without=without,
        typed="" if create or without or near_tags else hide(context.typed),
    )
    await context.answer(asked)
    return True


async def _near(
    context: Context, change: ChangeTags, unknown: Sequence[str], known: Mapping[str, str]
) -> AsyncIterator[NearTag]:
    for name in unknown[:MAX_ASKED]:
        found = await asyncio.to_thread(near, folded(name), known)  # there may be thousands
        for tag in (known[each] for each in found[:MAX_NEAR]):
            add, remove = (_replaced(names, name, tag) for names in (change.add, change.remove))
            if command := _command(context, change, add, remove):
                yield NearTag(name, tag, command)


def _replaced(names: Sequence[str], name: str, tag: str) -> Sequence[str]:
    return [tag if folded(each) == folded(name) else each for each in names]


def _without(names: Sequence[str], unknown: Sequence[str]) -> Sequence[str]:
    left_out = {*map(folded, unknown)}
    return [name for name in names if folded(name) not in left_out]


def _command(
    context: Context, change: ChangeTags, add: Sequence[str], remove: Sequence[str]
) -> str:
    """Returns the command that changes these tags instead, "" if no button may hold it."""
    changes = escape(as_typed(add, remove), quote=False)
    return context.as_command("tag", f"{change.ticket_id} {changes}")


def _by_name(names: Iterable[str]) -> Mapping[str, str]:
    """Returns the tags' names by the form in which they are compared."""
    return {folded(name): name for name in names}


def _unknown(change: ChangeTags, known: Mapping[str, str]) -> Sequence[str]:
    named = _by_name([*change.add, *change.remove])
    return [name for key, name in named.items() if key not in known]
