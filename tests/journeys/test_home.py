"""The app's Home."""

from datetime import timedelta

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from bot.storage.entries import Entry
from tests.journeys.acting import direct_messages, open_card, open_home
from tests.journeys.transports import over_both
from tests.outbox import WholeOutbox
from tests.waiting import until

LIST = "GET /api/conversations"
OLDEST = "GHS-TAG-404"
A_WHILE = timedelta(seconds=20)  # Homes share what they read within less


async def test_home_says_who_i_am_and_what_waits(ann: Person) -> None:
    home = await open_home(ann, "Signed in to LiveAgent as Ann Agent (agent)")
    assert "Support" in home
    assert "Sales" not in home
    assert "waiting for our reply" in home
    assert "Getting started" in home


async def test_home_shows_the_longest_waiting_tickets(ann: Person, sandbox: Sandbox) -> None:
    home = await open_home(ann, "Up next")
    ticket = sandbox.liveagent.account.ticket(OLDEST)
    assert ticket.subject in home
    assert OLDEST in home
    assert "· Sales" not in home
    assert home.text.count("[Help]") == 1
    await ann.clicks(home, "Show", near=ticket.subject)
    await ann.wait_for_form("[Reply]")


async def test_start_goes_through_what_waits_longest(ann: Person) -> None:
    home = await open_home(ann, "[Start]")
    styles = [each.get("style") for block in home.blocks for each in block.get("elements", ())]
    assert styles.count("primary") == 1
    await ann.clicks(home, "Start")
    form = await ann.wait_for_form("[Skip]")
    assert OLDEST in form
    assert home.text.index(OLDEST) < home.text.index("updated")


async def test_up_next_omits_colleagues_tickets(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.switches.rows_tell_assignee = True
    for ticket in sandbox.liveagent.account.tickets.values():
        ticket.assignee = "agent002"
    await open_home(ann, "Nothing is waiting for you.")


async def test_a_resolved_ticket_leaves_home_at_once(ann: Person, sandbox: Sandbox) -> None:
    home = await open_home(ann, OLDEST)
    reads = sandbox.liveagent.account.journal
    await ann.clicks(home, "Show", near=OLDEST)
    await ann.clicks(await ann.wait_for_form("[Resolve]"), "Resolve")
    await ann.clicks(await ann.wait_for_form("[Undo]"), "Resolve now")
    await ann.wait_until(lambda: "RFD-8K2-QZ1" not in str(ann.home()).split("Recent activity")[0])
    assert len([each for each in reads if each.name == "list_tickets"]) <= 2


async def test_operations_that_need_a_decision_come_first(ann: Person, sandbox: Sandbox) -> None:
    await open_home(ann, "Up next")
    sandbox.liveagent.faults.set("error", "PUT*")
    await ann.clicks(await open_card(ann, "SPR-90P-XT5"), "Resolve")
    await ann.clicks(await ann.wait_for("[Resolve now]"), "Resolve now")
    home = await ann.wait_for_home("Needs you")
    assert home.text.index("Needs you") < home.text.index("Up next")
    assert "[Discard]" in home.text.split("Up next")[0]


async def test_lists_that_fail_are_reported_as_missing(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("error", LIST)
    home = await open_home(ann, "Your tickets can't be loaded right now.")
    assert "waiting for our reply" in home
    sandbox.liveagent.faults.clear()
    await sandbox.clock.move(A_WHILE)
    await open_home(ann, "[Start]")


async def test_home_says_that_the_bot_reads_messages(ann: Person) -> None:
    await open_home(ann, "You can also write to this bot in Messages")


async def test_an_agent_is_welcomed_once(ann: Person, sandbox: Sandbox) -> None:
    await open_home(ann, "Up next")
    hello = await ann.wait_for("I bring your LiveAgent tickets to Slack.", channel=ann.direct)
    await ann.clicks(hello, "Start")
    await ann.closes(await ann.wait_for_form("[Skip]"))
    await ann.opens_home()
    nora = sandbox.slack.person("nora")
    await open_home(nora, "No LiveAgent agent has your Slack e-mail address")
    await ann.types(ann.direct, "help")
    await ann.wait_for("Show what's waiting", channel=ann.direct)
    welcomes = [seen for seen in ann.messages(ann.direct) if "I bring your" in seen]
    assert len(welcomes) == 1
    assert nora.messages(nora.direct) == []


async def test_home_tells_non_agents_what_to_do(sandbox: Sandbox, ann: Person) -> None:
    nora = sandbox.slack.person("nora")
    home = await open_home(nora, "No LiveAgent agent has your Slack e-mail address")
    assert "Ask a LiveAgent admin" in home
    assert "[Waiting longest]" not in home
    assert ann.home() is None


async def test_home_ignores_operations_of_a_newer_version(ann: Person, bot: Bot) -> None:
    newer = Entry("key", "fly", 1, {}, "s4y7t5s7", "U0ANN")
    await WholeOutbox(bot.database, lease_seconds=60).put(newer, hold_seconds=0)
    await open_home(ann, "Signed in to LiveAgent as Ann Agent (agent)")
    await ann.clicks(await open_card(ann, "SPR-90P-XT5"), "Resolve")
    await ann.clicks(await ann.wait_for("[Resolve now]"), "Resolve now")
    await ann.wait_for("The ticket is Resolved.")


async def test_an_unreadable_operation_is_reported_and_blocks_nothing(
    ann: Person, bot: Bot
) -> None:
    broken = Entry("key", "note", 1, {"text": None}, "s4y7t5s7", "U0ANN")
    await WholeOutbox(bot.database, lease_seconds=60).put(broken, hold_seconds=0)
    await ann.wait_for("We could no longer read what was saved, so nothing was done.")
    await open_home(ann, "Signed in to LiveAgent as Ann Agent (agent)")
    await ann.clicks(await open_card(ann, "SPR-90P-XT5"), "Resolve")
    await ann.clicks(await ann.wait_for("[Resolve now]"), "Resolve now")
    await ann.wait_for("The ticket is Resolved.")
    await ann.clicks(await ann.wait_for("[Discard]"), "Discard")
    await ann.wait_for(
        lambda seen: "no longer read what was saved" in seen and "[Discard]" not in seen
    )


async def test_a_list_and_its_cards_open_as_forms(ann: Person, sandbox: Sandbox) -> None:
    home = await open_home(ann, "Waiting")
    await ann.clicks(home, "Waiting longest")
    listed = await ann.wait_for_form("least recently updated first")
    await ann.clicks(listed, "Show ticket", near="RFD-8K2-QZ1")
    card = await ann.wait_for_form("[Reply]")
    assert card.id != listed.id
    await ann.clicks(card, "Resolve")
    await ann.clicks(await ann.wait_for_form("[Undo]"), "Resolve now")
    await ann.wait_for_form("[Reopen]")
    assert direct_messages(ann) == []
    assert sandbox.liveagent.account.ticket("rf10a2c4").status == "R"
    await ann.wait_for_home("The ticket is Resolved.")
    await ann.closes()
    await ann.clicks(listed, "Sort by age")
    assert (await ann.wait_for_form("oldest first")).id == listed.id
    assert not [seen for seen in ann.messages() if "[Change filter]" in seen]


@over_both
async def test_a_reply_from_a_card_in_a_form(ann: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await open_home(ann, "Waiting"), "Find tickets")
    form = await ann.wait_for_form("Customer's e-mail")
    await ann.submits(await ann.fills(form, {"Customer's e-mail": "john@owner.com"}))
    await ann.clicks(await ann.wait_for_form("[Show ticket]"), "Show ticket")
    await ann.clicks(await ann.wait_for_form("[Reply]"), "Reply")
    form = await ann.wait_for_form("To: John Owner")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.clicks(await ann.wait_for_form("[Undo]"), "Send now")
    await ann.wait_for_form("Sent to john@owner.com")
    assert direct_messages(ann) == []
    assert len(sandbox.liveagent.account.mailbox) == 1


async def test_recent_activity_can_be_undone(ann: Person) -> None:
    await open_home(ann, "Waiting")
    await ann.clicks(await open_card(ann), "Resolve")
    home = await ann.wait_for_home("Recent activity")
    assert "⏳ Resolving · Where is my order? · AX4-B4T-FD8" in home
    await ann.clicks(home, "Undo")
    await ann.wait_for_home("Undone. Nothing was changed.")


async def test_the_guide_goes_away(ann: Person) -> None:
    await ann.clicks(await open_home(ann, "Getting started"), "Got it")
    await ann.wait_until(lambda: "Getting started" not in str(ann.home()))
    await ann.opens_home()
    assert "Getting started" not in await open_home(ann, "Waiting")


async def test_a_language_of_ones_own(ann: Person) -> None:
    home = await open_home(ann, "Language")
    await ann.chooses(home, "Language", "日本語")
    await ann.wait_for_home("対応待ち")
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for("[返信]")
    in_japanese = ann.home()
    assert in_japanese
    await ann.chooses(in_japanese, "言語", "Slack の設定に従う")
    await ann.wait_for_home("Waiting")


async def test_all_notices_can_be_chosen_and_turned_off(ann: Person) -> None:
    home = await open_home(ann, "Tell me")
    await ann.chooses(home, "Tell me in direct messages", "Everything I do")
    await ann.wait_until(lambda: "Everything I do" in str(getattr(ann.home(), "values", "")))
    await resolve(ann)
    notice = await ann.wait_for("✅ Resolve · Where is my order? · AX4-B4T-FD8", channel=ann.direct)
    assert len(direct_messages(ann)) == 1
    assert "The ticket is Resolved." in notice
    home = await open_home(ann, "Tell me")
    await ann.chooses(home, "Tell me in direct messages", "Only what needs me")
    await ann.wait_until(lambda: "Only what" in str(getattr(ann.home(), "values", "")))
    card = await open_card(ann)
    await ann.clicks(card, "Reopen")
    await ann.wait_until(lambda: "[Reopen now]" in ann.now(card))
    await ann.clicks(ann.now(card), "Reopen now")
    await ann.wait_until(lambda: "[Resolve]" in ann.now(card))
    assert len(direct_messages(ann)) == 1


async def resolve(ann: Person) -> None:
    card = await open_card(ann)
    await ann.clicks(card, "Resolve")
    await ann.wait_until(lambda: "[Resolve now]" in ann.now(card))
    await ann.clicks(ann.now(card), "Resolve now")
    await ann.wait_until(lambda: "[Reopen]" in ann.now(card))


async def test_my_digests(ann: Person) -> None:
    await ann.types("#support", "/ticket digest")
    await ann.clicks(await ann.wait_for("[Add digest]"), "Add digest")
    await ann.submits(await ann.wait_for_form("Time zone"))
    await ann.wait_for("Waiting tickets")
    home = await open_home(ann, "Your digests")
    assert "Waiting tickets" in home
    await ann.clicks(home, "Pause")
    await ann.wait_for_home("Paused")
    await ann.closes(await ann.wait_for_form("Digests in this channel"))
    await ann.clicks(await ann.wait_for_home("[Change]"), "Change")
    form = await ann.wait_for_form("Time zone")
    await ann.submits(await ann.fills(form, {"Name": "Morning round"}))
    await ann.wait_for_home("Morning round")


async def test_home_says_that_liveagent_is_down(ann: Person, sandbox: Sandbox) -> None:
    await open_card(ann)
    sandbox.liveagent.faults.set("down")
    home = await open_home(ann, "LiveAgent isn't responding.")
    await ann.clicks(home, "Waiting longest")
    await ann.wait_for_form("LiveAgent isn't responding.")


async def test_home_says_that_it_is_loading(ann: Person, sandbox: Sandbox) -> None:
    await open_home(ann, "Waiting")
    await sandbox.clock.move(A_WHILE)
    sandbox.liveagent.faults.set("hang", LIST, times=1)
    await ann.opens_home()
    await until(lambda: not sandbox.liveagent.faults.armed)
    await sandbox.clock.move(timedelta(seconds=2))
    await ann.wait_for_home("Loading from LiveAgent")
    sandbox.liveagent.faults.clear()
    await ann.wait_for_home("Waiting")


async def test_repeated_openings_are_coalesced(ann: Person, sandbox: Sandbox) -> None:
    await open_home(ann, "Waiting")
    await sandbox.clock.move(A_WHILE)
    sandbox.liveagent.faults.set("hang", LIST, times=1)
    before = len(sandbox.slack.calls("views.publish"))
    await ann.opens_home()
    await until(lambda: not sandbox.liveagent.faults.armed)
    for _ in range(40):
        await ann.opens_home()
    await open_card(ann)  # which does not wait for Home
    sandbox.liveagent.faults.clear()
    await ann.wait_until(lambda: len(sandbox.slack.calls("views.publish")) >= before + 2)
    await open_card(ann, "SPR-90P-XT5")
    assert len(sandbox.slack.calls("views.publish")) <= before + 4


async def test_an_older_home_does_not_cover_a_newer_one(ann: Person, sandbox: Sandbox) -> None:
    home = await open_home(ann, "Waiting")
    await sandbox.clock.move(A_WHILE)
    sandbox.liveagent.faults.set("hang", LIST, times=1)
    await ann.opens_home()
    await until(lambda: not sandbox.liveagent.faults.armed)
    newer = home.view | {"blocks": [{"type": "divider"}]}
    sandbox.slack.workspace.views.publish(ann.id, {"type": "home", "blocks": newer["blocks"]})
    sandbox.liveagent.faults.clear()
    await ann.wait_for_home("Waiting")
    answers = [call.answer.get("error") for call in sandbox.slack.calls("views.publish")]
    assert answers[-2:] == ["hash_conflict", None]


async def test_in_japanese(hanako: Person) -> None:
    home = await open_home(hanako, "対応待ち")
    assert "佐藤 花子" in home
    assert "はじめに" in home
