"""Which links somebody pasted get a card."""

from dataclasses import replace

import pytest

from bot.domain.errors import SharedOutside
from handlers.listeners.links import MAX_LINKS, show_links
from tests.handlers.listening import event, listening

OURS = "{}/agent/#Conversation;id=s4y7t5s7"


async def unfurled(*links: str, source: str = "conversations_history", channel: str = "C1") -> int:
    """How many of the links get one; `{}` in them is the account's address."""
    async with listening() as (services, slack, _):
        slack.channels["CSHARED"] = {"is_ext_shared": True}
        named = [{"url": each.format(services.account.url)} for each in links]
        told = {"channel": channel, "message_ts": "1.0", "links": named, "source": source}
        unfurling = replace(services, unfurls_links=True)
        await show_links(event(unfurling, type="link_shared", **told))
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
async def test_any_other_link_is_left_as_it_is(link: str) -> None:
    assert await unfurled(link) == 0
    assert await unfurled(link, OURS) == 1  # and takes no other along


async def test_nothing_while_somebody_writes() -> None:
    assert await unfurled(OURS, source="composer") == 0


async def test_nothing_where_another_company_reads() -> None:
    with pytest.raises(SharedOutside):
        await unfurled(OURS, channel="CSHARED")


async def test_no_more_than_a_few() -> None:
    many = [f"{{}}/agent/#Conversation;id={each}" for each in ("s4y7t5s7", *"0123456789")]
    assert await unfurled(*many) <= MAX_LINKS
