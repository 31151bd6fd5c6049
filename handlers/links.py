"""Links into LiveAgent that somebody pasted get a small card."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from blocks.shared import preview
from bot.domain.errors import ForeignLink, NotARef
from bot.domain.people import Agent
from bot.domain.ref import TicketRef, unescape
from bot.domain.ticket import Ticket
from bot.slack.channels import check_is_ours
from handlers.context import Context

MOST_LINKS = 5


async def show_links(context: Context) -> None:
    """Everybody in the channel sees it: no customer's words, nothing where another company reads.

    What an agent who pasted a link may not read is left as it is, without a word.
    """
    if not context.house.unfurls_links or context.did.message.get("source") == "composer":
        return  # nobody knows yet where it will be posted
    linked = _refs(context, context.did.message.get("links") or ())
    if not linked:
        return
    actor = await context.actor()
    await check_is_ours(context.house.slack, context.did.channel)
    found = await asyncio.gather(*(_find(context, ref, actor) for ref in linked.values()))
    t, account = await context.translator(), context.house.account
    previews = {
        url: {"blocks": [block.to_dict() for block in preview(ticket, t, account)]}
        for url, ticket in zip(linked, found, strict=True)
        if ticket
    }
    if previews:
        ts = str(context.did.message["message_ts"])
        await context.house.slack.unfurl(context.did.channel, ts, previews)


def _refs(context: Context, links: Sequence[Mapping[str, Any]]) -> dict[str, TicketRef]:
    """The tickets that links of this account name, by the link as Slack has it."""
    refs: dict[str, TicketRef] = {}
    for url in (str(link.get("url") or "") for link in links):
        with suppress(ForeignLink, NotARef):
            refs[url] = context.house.account.read_own_link(unescape(url))
    return dict([*refs.items()][:MOST_LINKS])


async def _find(context: Context, ref: TicketRef, actor: Agent) -> Ticket | None:
    found = await context.house.desk.look_up_each([ref], actor)
    return found[0] if found else None
