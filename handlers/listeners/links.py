"""Adds previews to links into LiveAgent that somebody posts."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import inf

import structlog

from blocks.shared import preview
from bot.domain.errors import ForeignLink, LiveAgentError, NotARef
from bot.domain.people import Agent
from bot.domain.ref import TicketRef, unescape
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import waiting_since
from bot.slack.channels import check_is_ours
from handlers.dispatch.context import Context

log = structlog.get_logger()

MAX_LINKS = 5  # with a preview
MAX_TRIED = 20


async def show_links(context: Context) -> None:
    """Shows a ticket's facts without customers' text to everybody; nothing in shared channels.

    Links to tickets that the author may not read are ignored.
    """
    if (
        not context.services.unfurls_links
        or context.interaction.message.get("source") == "composer"
    ):
        return  # the channel is not known yet
    linked = _refs(context, context.interaction.message.get("links"))
    ts = str(context.interaction.message.get("message_ts") or "")
    if not linked or not ts:
        return
    actor = await context.actor()
    await check_is_ours(context.services.slack, context.interaction.channel)
    waiting_since.set(inf)  # a preview is not worth a notice
    found = await _first_good(context, list(dict.fromkeys(linked.values())), actor)
    t, account = await context.translator(), context.services.account
    previews = {
        url: {"blocks": [block.to_dict() for block in preview(found[ref], t, account)]}
        for url, ref in linked.items()
        if ref in found
    }
    if previews:
        await context.services.slack.unfurl(context.interaction.channel, ts, previews)


def _refs(context: Context, links: object) -> dict[str, TicketRef]:
    """Returns the tickets that links to this account name, by the link as Slack sent it."""
    refs: dict[str, TicketRef] = {}
    for link in links if isinstance(links, list) else ():
        url = str(link.get("url") or "") if isinstance(link, dict) else ""
        with suppress(ForeignLink, NotARef, ValueError):
            refs[url] = context.services.account.read_own_link(unescape(url))
    return refs


async def _first_good(
    context: Context, refs: Sequence[TicketRef], actor: Agent
) -> Mapping[TicketRef, Ticket]:
    """Looks up tickets, without duplicates, until enough are found."""
    good: dict[TicketRef, Ticket] = {}
    for start in range(0, min(len(refs), MAX_TRIED), MAX_LINKS):
        some = refs[start : start + MAX_LINKS]
        found = await asyncio.gather(*(_find(context, ref, actor) for ref in some))
        good |= {ref: ticket for ref, ticket in zip(some, found, strict=True) if ticket}
        if len(good) >= MAX_LINKS:
            break
    return dict([*good.items()][:MAX_LINKS])


async def _find(context: Context, ref: TicketRef, actor: Agent) -> Ticket | None:
    """Returns None if LiveAgent does not answer, so that other links still get their previews."""
    try:
        found = await context.services.desk.look_up_each([ref], actor)
    except LiveAgentError as error:
        log.warning("link not unfurled", why=str(error))
        return None
    return found[0] if found else None
