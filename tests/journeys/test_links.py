"""Links into LiveAgent that are posted in a channel."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from tests.journeys.acting import until_it_has
from tests.journeys.transports import over_both


@pytest.fixture
def manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    """With the account's domain, as docs/settings.md says."""
    return manifest | {"features": manifest["features"] | {"unfurl_domains": ["127.0.0.1"]}}


async def paste(person: Person, text: str, channel: str = "#support") -> SeenMessage:
    posted = await person.types(channel, text)
    assert posted
    return posted


@over_both
async def test_a_link_gets_a_small_card_without_the_customers_words(
    ann: Person, sandbox: Sandbox
) -> None:
    link = f"{sandbox.liveagent.url}/agent/#Conversation;id=s4y7t5s7"
    for channel in ("#support", "#general"):  # the bot is no member of #general
        posted = await paste(ann, link, channel)
        await until_it_has(ann, posted, "AX4-B4T-FD8")
        card = ann.now(posted)
        assert "New" in card
        assert "Support" in card
        assert "Where is my order?" not in card
        assert "John" not in card
        await ann.clicks(card, "Show ticket")
        await ann.closes(await ann.wait_for_form("Where is my order?"))


async def test_a_customers_link_is_not_repeated(ann: Person, sandbox: Sandbox) -> None:
    code = sandbox.liveagent.account.ticket("s4y7t5s7").public_code
    link = f"{sandbox.liveagent.url}/index.php?type=my_tickets&cid={code}"
    posted = await paste(ann, link)
    await ann.wait_until(lambda: "AX4-B4T-FD8" in ann.now(posted))
    (unfurl,) = sandbox.slack.calls("chat.unfurl")
    assert code not in str([*unfurl.arguments["unfurls"].values()])


async def test_other_links_get_no_card(ann: Person, sandbox: Sandbox) -> None:
    own = f"{sandbox.liveagent.url}/agent/#Conversation;id"
    sam = sandbox.slack.person("sam")
    await paste(ann, "https://other.ladesk.com/agent/#Conversation;id=s4y7t5s7")
    await paste(ann, f"{own}=nosuch00")
    await paste(ann, f"{own}=5h7t58d9")  # of Sales
    await paste(ann, f"{sandbox.liveagent.url}/123456-An-article")
    await paste(ann, f"{own}=s4y7t5s7", "#partner-shared")
    await paste(sam, f"{own}=s4y7t5s7", "#general")
    shown = await paste(ann, f"{own}=s4y7t5s7")
    await ann.wait_until(lambda: "AX4-B4T-FD8" in ann.now(shown))
    assert len(sandbox.slack.calls("chat.unfurl")) == 1
    assert [seen for seen in ann.messages() if seen.is_private] == []


async def test_a_bad_link_does_not_affect_the_others(ann: Person, sandbox: Sandbox) -> None:
    own = f"{sandbox.liveagent.url}/agent/#Conversation;id"
    broken = "rf10a2c4"
    sandbox.liveagent.faults.set("error", f"GET /api/conversations/{broken}")
    bad = [f"{own}=nosuch0{number}" for number in range(6)]
    good = [f"{own}=s4y7t5s7", f"{own}=sp4rep4r"]
    posted = await paste(ann, " ".join([*bad, f"{own}={broken}", *good, good[0]]))
    await ann.wait_until(lambda: "AX4-B4T-FD8" in ann.now(posted))
    assert "SPR-90P-XT5" in ann.now(posted)
    looked = [call.path for call in sandbox.liveagent.account.journal]
    assert looked.count("/api/conversations/s4y7t5s7") == 1


async def test_a_link_card_is_in_the_posters_language(hanako: Person, sandbox: Sandbox) -> None:
    link = f"{sandbox.liveagent.url}/agent/#Conversation;id=jp0000a1"
    posted = await paste(hanako, link, "#サポート")
    await hanako.wait_until(lambda: "チケットを表示" in hanako.now(posted))
