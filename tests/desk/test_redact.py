"""Links that open a ticket without a login are hidden, of any ticket."""

import pytest

from bot.desk.redact import redact
from bot.domain.ref import Account

CODE = "bI5fR3oN40708G65"
ACCOUNTS = [
    Account("https://acme.ladesk.com"),
    Account("https://support.acme.com/liveagent"),
    Account("https://support.acme.com:8443"),
    Account("http://[::1]:8080"),
]


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda each: each.url)
@pytest.mark.parametrize(
    "below",
    [
        "/{code}",
        "/en/{code}",
        "/liveagent/en/{code}?ref=mail",
        "/my_tickets?cid={code}",
        "/index.php?type=my_tickets&amp;cid={code}&x=1",
        "/liveagent/index.php?type=my_tickets&CID={code}",
        "/login?to=index.php%3Fcid%3D{code}",
    ],
)
def test_a_link_of_another_ticket_is_hidden(account: Account, below: str) -> None:
    text = f"see <a href='{account.url}{below.format(code=CODE)}'>it</a>"
    assert redact(text, "", account) == text.replace(CODE, "…")
    elsewhere = f"https://ACME.ladesk.com{below.format(code=CODE)}"  # has a domain of its own, too
    assert CODE not in redact(elsewhere, "", account)


@pytest.mark.parametrize(
    "text",
    [
        "https://acme.ladesk.com/agent/#Conversation;id=s4y7t5s7",
        "https://files.example/bI5fR3oN40708G65",
        "https://acme.ladesk.com/012345-How-to-reset-the-lamp",
        "cid=s4y7t5s7",
    ],
)
def test_other_links_stay(text: str) -> None:
    assert redact(text, "", ACCOUNTS[0]) == text
