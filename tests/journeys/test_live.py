"""A live channel updates itself when customers and agents act in LiveAgent."""

from functools import partial

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.liveagent.asking import Letter
from bot.sandbox.liveagent.calls import create, new_ticket
from bot.sandbox.slack import Person, SeenMessage
from tests.journeys.acting import CODE, TICKET, open_card, share
from tests.journeys.counting import is_beside
from tests.journeys.live_channels import CHANNEL, messages, passes, set_up, shows, watching
from tests.journeys.transports import over_both
from tests.waiting import until_found

REFUND = "RFD-8K2-QZ1"


@over_both
async def test_a_customers_message_brings_a_live_message(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    assert not messages(ann)
    sandbox.liveagent.account.customer_writes(TICKET, "Any news of my lamp?")
    live = await shows(bot, ann, "Open")
    assert "Where is my order?" not in live
    assert "Any news" not in str(live.blocks)
    assert len(messages(ann)) == 1


async def thread_of(bot: Bot, person: Person, live: SeenMessage, words: str) -> SeenMessage:
    """Moves the clock until a line below the message says so."""

    async def look() -> list[SeenMessage]:
        await passes(bot, 3)
        below = [each for each in person.messages(CHANNEL) if each.thread_ts == live.ts]
        return [each for each in below if words in each]

    return (await until_found(look))[0]


async def test_its_thread_says_who_did_what_and_nobodys_words(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    helpdesk = sandbox.liveagent
    helpdesk.account.customer_writes(TICKET, "Any news of my lamp?")
    live = await shows(bot, ann, "Open")
    line = await thread_of(bot, ann, live, "The customer replied.")
    assert "lamp" not in str(line.blocks)
    helpdesk.account.agent_acts(TICKET, "adam@acme.example", "replies", "It is on its way.")
    assert (await shows(bot, ann, "Answered")).ts == live.ts
    line = await thread_of(bot, ann, live, "Adam Admin replied.")
    assert "on its way" not in str(line.blocks)
    helpdesk.account.agent_acts(TICKET, "adam@acme.example", "takes")
    await thread_of(bot, ann, live, "It was assigned to Adam Admin.")
    assert "Assigned to Adam Admin" in await shows(bot, ann, "Assigned to")
    helpdesk.account.agent_acts(TICKET, "adam@acme.example", "resolves")
    await thread_of(bot, ann, live, "Adam Admin resolved it in LiveAgent.")
    assert (await shows(bot, ann, "Resolved")).ts == live.ts
    assert len(messages(ann)) == 1


async def test_threads_quote_customers_only_where_that_was_allowed(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    ticket = sandbox.liveagent.account.ticket(TICKET)
    shown = ["Subject", "What customers write, in the thread"]
    await set_up(ann, **{"Show in the channel": shown})
    await watching(bot, sandbox)
    sandbox.liveagent.account.customer_writes(
        TICKET, f"<@U0ANN> see https://acme.example/{ticket.public_code}"
    )
    live = await shows(bot, ann, "Where is my order?")
    line = await thread_of(bot, ann, live, "The customer replied.\n“<@U0ANN> see")
    assert ticket.public_code not in str(line.blocks)
    assert "acme" not in line.summary


async def test_only_the_person_who_clicked_is_answered(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    sandbox.liveagent.account.customer_writes(TICKET, "Any news?")
    live = await shows(bot, ann, "Open")
    await ann.clicks(live, "Resolve")
    held = await ann.wait_for(lambda seen: "Undo" in seen and CODE in seen)
    assert held.is_private
    await ann.clicks(held, "Resolve now")
    after = await shows(bot, ann, "Resolved")
    assert after.ts == live.ts
    assert not after.is_private
    line = await thread_of(bot, ann, live, "resolved it.")
    assert "in LiveAgent" not in line


async def test_a_message_deleted_by_hand_is_not_posted_again(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    account = sandbox.liveagent.account
    account.customer_writes(TICKET, "Any news?")
    live = await shows(bot, ann, "Open")
    channel = sandbox.slack.workspace.channel(CHANNEL)
    channel.messages[:] = [each for each in channel.messages if each.ts != live.ts]
    account.agent_acts(TICKET, "ann@acme.example", "replies", "Soon.")
    await passes(bot)
    for _ in range(10):
        await passes(bot, 5)
    account.customer_writes(TICKET, "When?")
    for _ in range(10):
        await passes(bot, 5)
    assert not messages(ann)


async def test_nothing_is_posted_once_another_company_reads_the_channel(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    sandbox.liveagent.account.customer_writes("rf10a2c4", "And mine?")
    await shows(bot, ann, "Open", REFUND)
    sandbox.slack.workspace.channel(CHANNEL).is_shared_outside = True
    await passes(bot)  # Slack's event was lost, so the next answer about the channel decides
    sandbox.liveagent.account.customer_writes(TICKET, "Any news?")

    async def is_told() -> bool:
        await passes(bot, 3)
        return any("#support\nLive tickets are paused" in each for each in ann.messages(ann.direct))

    await until_found(is_told)
    assert not messages(ann)

    async def is_hidden() -> bool:
        await passes(bot, 3)
        return not messages(ann, REFUND)

    await until_found(is_hidden)  # although nothing happened to it


async def test_while_it_is_paused_nothing_new_is_posted(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    account = sandbox.liveagent.account
    account.customer_writes("rf10a2c4", "And mine?")
    await shows(bot, ann, "Open", REFUND)
    await ann.clicks(await ann.wait_for("Without subjects"), "Pause")
    listed = await ann.wait_for("Paused: nothing new is posted.")
    account.customer_writes(TICKET, "Any news?")
    account.agent_acts("rf10a2c4", "adam@acme.example", "takes")
    await shows(bot, ann, "Adam Admin", REFUND)  # what is there still changes
    assert not messages(ann)
    await ann.clicks(listed, "Resume")
    await ann.wait_until(lambda: "Paused" not in ann.now(listed))
    account.customer_writes(TICKET, "Hello?")
    await shows(bot, ann, "Open")


async def test_a_channel_that_becomes_anothers_too_is_cleaned_at_once(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    """Nothing happens to the ticket; its message and the lines in its thread are taken back."""
    await set_up(ann, **{"Show in the channel": ["What customers write, in the thread"]})
    await watching(bot, sandbox)
    sandbox.liveagent.account.customer_writes("rf10a2c4", "My card number is secret")
    await shows(bot, ann, "Open", REFUND)

    def said() -> str:
        shown = sandbox.slack.workspace.channel(CHANNEL).messages
        return " ".join(f"{each.text} {each.blocks}" for each in shown if each.is_bots)

    async def is_told(*, is_told: bool = True) -> bool:
        await passes(bot, 3)
        return ("card number" in said()) is is_told and (REFUND in said()) is is_told

    await until_found(is_told)
    sandbox.slack.share_outside(CHANNEL)
    await ann.wait_for("Live tickets are paused")  # though nothing more happens
    await until_found(partial(is_told, is_told=False))


async def test_a_burst_is_one_summary(ann: Person, sandbox: Sandbox, bot: Bot) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    account, before = sandbox.liveagent.account, len(ann.messages(CHANNEL))
    owner = account.customer("john@owner.com")
    for number in range(60):
        ticket = new_ticket(account, owner, "default", f"Lamp {number}", "N")
        create(account, ticket, Letter("Broken", html=False, emailed=False), None)

    async def look() -> bool:
        await passes(bot, 5)
        return any("60 tickets changed at once" in each for each in ann.messages(CHANNEL))

    await until_found(look)
    for _ in range(10):
        await passes(bot, 5)
    assert len(ann.messages(CHANNEL)) == before + 1


async def test_in_japanese(hanako: Person, sandbox: Sandbox, bot: Bot) -> None:
    channel = "#サポート"
    await hanako.types(channel, "/ticket live")
    listed = await hanako.wait_for(lambda seen: "このチャンネルのライブ表示" in seen)
    await hanako.clicks(listed, "設定する")
    await hanako.wait_for_form("チャンネルに表示")
    await hanako.submits()
    await hanako.wait_for(lambda seen: "件名は表示しません" in seen)
    await watching(bot, sandbox)
    ticket = next(
        each for each in sandbox.liveagent.account.tickets.values() if each.department == "dep2jp00"
    )
    sandbox.liveagent.account.customer_writes(ticket.id, "いかがでしょうか")

    async def look() -> bool:
        await passes(bot, 3)
        return any("お客様から返信がありました。" in each for each in hanako.messages("C0JAPAN"))

    await until_found(look)


async def test_a_shared_card_follows_without_a_live_channel(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    shared = await share(ann, "#support")
    await watching(bot, sandbox)
    sandbox.liveagent.account.agent_acts(TICKET, "adam@acme.example", "resolves")

    async def look() -> bool:
        await passes(bot, 3)
        return "Resolved" in ann.now(shared)

    await until_found(look)


async def test_without_live_channels_nothing_is_polled(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await open_card(ann)
    calls = len(sandbox.liveagent.account.journal)
    for _ in range(10):
        await passes(bot)
    asked = sandbox.liveagent.account.journal[calls:]
    assert not any(each.name == "list_tickets" and not is_beside(each) for each in asked)


async def test_home_shows_ones_live_channels(ann: Person) -> None:
    await set_up(ann)
    await ann.opens_home()
    home = await ann.wait_for_home("Your live channels")
    await ann.clicks(home, "Stop")
    await ann.wait_for_home("Type /ticket live")
    await ann.wait_until(lambda: "Your live channels" not in str(ann.home()))


async def test_a_stopped_live_channel_posts_nothing(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    await ann.types("#support", "/ticket live")
    listed = await ann.wait_for(lambda seen: "Stop" in seen)
    await ann.clicks(listed, "Stop")
    await ann.wait_for(lambda seen: "Set up" in seen and "one message here" in seen)
    sandbox.liveagent.account.customer_writes(TICKET, "Any news?")
    for _ in range(5):
        await passes(bot)
    assert not messages(ann)
