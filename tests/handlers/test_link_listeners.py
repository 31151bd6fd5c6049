"""Which pasted links get a preview."""

from dataclasses import replace

import pytest

from bot.domain.errors import SharedOutside
from bot.domain.filter import Filter
from handlers.listeners.links import MAX_LINKS, show_links
from tests.handlers.listening import event, listening

OURS = "{}/agent/#Conversation;id=s4y7t5s7"


async def unfurled(*links: str, source: str = "conversations_history", channel: str = "C1") -> int:
    """How many of the links get one; `{}` in them is the account's address."""
    async with listening() as (services, slack, _):
        slack.channels["CSHARED"] = {"is_ext_shared": True}
        named = [{"url": each.format(services.account.url)} for each in links]
        payload = {"channel": channel, "message_ts": "1.0", "links": named, "source": source}
        unfurling = replace(services, unfurls_links=True)
        await show_links(event(unfurling, type="link_shared", **payload))
        return sum(len(previews) for previews in slack.unfurled)


async def test_a_ticket_of_the_account_gets_a_card() -> None:
    assert await unfurled(OURS) == 1
    assert await unfurled(OURS, f"{OURS}&x=1") == 2  # one ticket, two links


@pytest.mark.parametrize(
    "link",
    [
        "https://other.example/agent/#Conversation;id=s4y7t5s7",
        "{}/",
        "{}/agent/#Conversation;id=",
        "https://[::1",
    ],
)
async def test_other_links_are_not_unfurled(link: str) -> None:
    assert await unfurled(link) == 0
    assert await unfurled(link, OURS) == 1  # and takes no other along


async def test_links_in_the_composer_are_not_unfurled() -> None:
    assert await unfurled(OURS, source="composer") == 0


async def test_links_in_shared_channels_are_not_unfurled() -> None:
    with pytest.raises(SharedOutside):
        await unfurled(OURS, channel="CSHARED")


async def test_at_most_max_links_are_unfurled() -> None:
    async with listening() as (services, slack, _):
        ann = await event(services).actor()
        found = await services.search.find(ann, Filter(), zone="UTC")
        ids = [ticket.id for ticket in found.tickets]
        assert len(ids) > MAX_LINKS
        unfurling = replace(services, unfurls_links=True)
        links = [{"url": f"{services.account.url}/agent/#Conversation;id={each}"} for each in ids]
        payload = {"channel": "C1", "message_ts": "1.0", "links": links}
        await show_links(event(unfurling, type="link_shared", **payload))
        (previews,) = slack.unfurled
    assert len(previews) == MAX_LINKS
