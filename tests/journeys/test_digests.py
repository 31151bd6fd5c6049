"""A team lead sets up a digest, and the channel gets the changes."""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from bot.storage.tables import digests
from tests.journeys.digesting import (
    NAME,
    add,
    list_digests,
    make_due,
    open_digest_form,
    posted,
    posts,
    rows_of,
    try_again_now,
    until_a_try_failed,
    until_faults_are_met,
    wait_for_the_next,
    words_of,
)

CODES = ("NRWAY-001", "RGFWJ-358", "RNEWL-207")  # new, open, and put off


def codes_of(digest: SeenMessage) -> list[str]:
    """Of its rows."""
    shown = [block["accessory"] for block in digest.blocks if "accessory" in block]
    return [element["accessibility_label"].split(" ")[2] for element in shown]


def codes_in(digest: SeenMessage) -> list[str]:
    """Of its table, from top to bottom."""
    return re.findall(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}\b", digest.text)


GONE = "is no longer an agent, so nobody is told"


async def test_a_digest_is_set_up_and_comes(ann: Person, sandbox: Sandbox, bot: Bot) -> None:
    listed = await add(ann, Times="9:00")
    assert "Support · New, Open, and Postponed" in listed  # her own department
    assert "Mon–Fri 9:00, London · only changes" in listed
    assert "Next: " in listed
    assert "Last: " not in listed
    await make_due(bot)
    digest = await posted(ann)
    mine = [
        ticket
        for ticket in sandbox.liveagent.account.tickets.values()
        if ticket.department == "default" and ticket.status in {"N", "C", "W"}
    ]
    count = Counter(ticket.status for ticket in mine)
    assert f"{count['N']} new, {count['C']} open, {count['W']} postponed, oldest" in digest
    assert "Where is my order?\nAX4-B4T-FD8 · John Owner · New" in digest
    assert "john@owner.com" not in str(digest.blocks)
    for ticket in mine:
        assert (ticket.code in digest) or len(mine) > 20
    await ann.chooses(digest, "Open a ticket …", "AX4-B4T-FD8 · Where is my order?")
    form = await ann.wait_for_form("I ordered a desk lamp")
    assert form.title == f"Ticket {codes_in(digest).index('AX4-B4T-FD8') + 1} of {len(mine)}"
    await ann.clicks(form, "Next")
    after = codes_in(digest)[codes_in(digest).index("AX4-B4T-FD8") + 1]
    await ann.clicks(await ann.wait_for_form(after), "Previous")
    await ann.wait_for_form("I ordered a desk lamp")


@pytest.mark.parametrize(
    "name",
    ["john@owner.com", "John <john＠owner.com>", "john&#64;owner.com"],
)
async def test_a_name_that_is_an_address_is_not_shown(
    ann: Person, sandbox: Sandbox, bot: Bot, name: str
) -> None:
    ticket = sandbox.liveagent.account.ticket("s4y7t5s7")
    ticket.owner = replace(ticket.owner, name=name)
    await add(ann)
    await make_due(bot)
    digest = await posted(ann)
    assert "Where is my order?\nAX4-B4T-FD8 · New" in digest
    assert "owner.com" not in digest.text


async def test_only_what_changed_comes_the_next_time(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add(ann)
    await make_due(bot)
    first = await posted(ann)
    account = sandbox.liveagent.account
    account.ticket("s4y7t5s7").status = "W"
    account.ticket("sp4rep4r").status = "R"
    await make_due(bot)
    second = await posted(ann, 2)
    assert "; 1 fewer than last time" in second
    assert "AX4-B4T-FD8" in second
    assert "updated since last time" in second
    assert rows_of(second) == 1 < rows_of(first)
    await make_due(bot)
    third = await posted(ann, 3)
    assert "Nothing new. Still waiting: " in third
    assert rows_of(third) == 0
    assert "Last: " in await list_digests(ann)


async def test_where_slack_takes_no_tables_each_ticket_has_a_button(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    sandbox.slack.workspace.unknown_blocks.add("table")
    await ann.clicks(await add(ann), "Preview")
    assert codes_of(await ann.wait_for("Preview. Only you can see this."))
    await make_due(bot)
    digest = await posted(ann)
    await ann.clicks(digest, "Show ticket", near="AX4-B4T-FD8")
    card = await ann.wait_for_form("I ordered a desk lamp")
    codes = codes_of(digest)
    assert card.title == f"Ticket {codes.index('AX4-B4T-FD8') + 1} of {len(codes)}"
    assert len(posts(ann)) == 1


async def test_unassigned_tickets_come_first_within_each_department(
    adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    sandbox.liveagent.switches.rows_tell_assignee = True
    await add(adam)
    await make_due(bot)
    digest = await posted(adam)
    assert "Sales: 3 · unassigned 1, Sam Sales 2" in digest
    new, theirs, put_off = (digest.text.index(f"CLD-{each}") for each in CODES)
    assert digest.text.index("Sales", digest.text.index("Ticket")) < new < theirs < put_off


async def test_a_customer_who_writes_again_is_news(ann: Person, sandbox: Sandbox, bot: Bot) -> None:
    await add(ann)
    await make_due(bot)
    await posted(ann)
    await sandbox.clock.move(timedelta(minutes=5))
    sandbox.liveagent.account.customer_writes("AX4-B4T-FD8", "Is anybody there?")
    await make_due(bot)
    second = await posted(ann, 2)
    assert rows_of(second) == 1
    assert "AX4-B4T-FD8" in second


async def test_all_is_shown_to_the_clicker_page_by_page(
    adam: Person, sandbox: Sandbox, bot: Bot
) -> None:
    account = sandbox.liveagent.account
    for number in range(45):
        original = account.ticket("plain001")
        copied = type(original)(
            **{
                **{name: getattr(original, name) for name in original.__dataclass_fields__},
                "id": f"many{number:04}",
                "code": f"MNY-{number:03}-X11",
                "public_code": f"Many{number:04}abcdEFGH",
                "status": "N",
            }
        )
        account.tickets[copied.id] = copied
    await add(adam, Include="Everything")
    await make_due(bot)
    digest = await posted(adam)
    assert rows_of(digest) == 20
    assert "more" in digest
    sam = sandbox.slack.person("sam")
    await adam.clicks(digest, next(w for w in words_of(digest) if w.startswith("Show all")))
    shown = await adam.wait_for("Page 1 of")
    assert shown.is_private
    await adam.clicks(shown, "Next")
    second = await adam.wait_for("Page 2 of")
    assert second.ts == shown.ts
    await sam.clicks(
        sam.message(digest.channel, digest.ts),
        next(w for w in words_of(digest) if w.startswith("Show all")),
    )
    theirs = await sam.wait_for(lambda seen: seen.is_private and "[Go through these]" in seen)
    assert "MNY-" not in theirs  # of a department that is not his


async def test_a_digest_is_paused_resumed_changed_and_removed(ann: Person, bot: Bot) -> None:
    listed = await add(ann)
    await ann.clicks(listed, "Pause")
    await ann.wait_for("Paused")
    await make_due(bot)
    await ann.clicks(ann.now(listed), "Resume")
    await ann.wait_until(lambda: "Next: " in ann.now(listed))
    assert posts(ann) == []  # what came due meanwhile is not made up for
    await ann.clicks(ann.now(listed), "Change")
    form = await ann.wait_for_form("Show in the channel")
    assert form.values["Name"] == NAME
    await ann.submits(
        await ann.fills(form, {"Name": "Evening round", "Times": "１８時", "Language": "日本語"})
    )
    await ann.wait_until(lambda: "Evening round" in ann.now(listed))
    await ann.clicks(ann.now(listed), "Remove")
    await ann.wait_until(lambda: "None yet." in ann.now(listed))


async def test_a_digest_can_be_previewed_and_sent_now(ann: Person) -> None:
    listed = await add(ann)
    await ann.clicks(listed, "Preview")
    preview = await ann.wait_for("Preview. Only you can see this.")
    assert preview.is_private
    await ann.clicks(listed, "Send now")
    await ann.clicks(listed, "Send now")
    await posted(ann)
    await ann.wait_until(lambda: "✅ Posted." in ann.now(listed))
    assert "⏳" not in ann.now(listed)
    assert len(posts(ann)) == 1


@pytest.mark.parametrize("longest_page", [10, 1000])
async def test_all_waiting_tickets_are_counted_at_any_page_length(
    ann: Person, sandbox: Sandbox, bot: Bot, longest_page: int
) -> None:
    waiting = sum(
        ticket.department == "default" and ticket.status in {"N", "C", "W"}
        for ticket in sandbox.liveagent.account.tickets.values()
    )
    sandbox.liveagent.switches.longest_page = longest_page
    await add(ann)
    await make_due(bot)
    digest = await posted(ann)
    assert rows_of(digest) == waiting
    assert "Show all" not in digest  # they are all there


async def test_a_hanging_digest_does_not_block_others(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add(ann, Name="Another")
    faults = sandbox.liveagent.faults
    faults.set("hang", "GET /api/conversations", times=1)
    await make_due(bot)
    await until_faults_are_met(sandbox)
    await ann.clicks(await add(ann), "Send now", nth=1)
    await ann.wait_until(lambda: len(posts(ann)) == 1)
    faults.clear()


async def test_a_digest_delayed_by_an_outage_says_that_it_is_late(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add(ann)
    sandbox.liveagent.faults.set("down", "reads")
    await make_due(bot, timedelta(hours=2))
    await until_a_try_failed(bot)
    assert posts(ann) == []
    sandbox.liveagent.faults.clear()
    await try_again_now(bot)
    late = await posted(ann)
    assert "Posted late. It was due:" in late


async def test_losing_the_channel_pauses_it_and_notifies_its_owner(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add(ann)
    sandbox.slack.workspace.channel("C0SUPPORT").is_archived = True
    await make_due(bot)
    notice = await ann.wait_for("is paused because the bot can no longer post", channel=ann.direct)
    assert "#support" in notice


async def test_nothing_is_posted_where_another_company_reads(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await ann.types("#partner-shared", "/ticket digest")
    await ann.wait_for("This channel is shared with another company")
    await add(ann)
    sandbox.slack.workspace.channel("C0SUPPORT").is_shared_outside = True
    await make_due(bot)
    await ann.wait_for("This channel is shared with another company", channel=ann.direct)
    assert posts(ann) == []


async def test_a_digest_without_an_owner_says_so_and_can_be_taken_over(
    ann: Person, bot: Bot
) -> None:
    listed = await add(ann, Include="Everything")
    async with bot.database.begin() as connection:  # as if Nora had been one when she set it up
        await connection.execute(update(digests).values(created_by="U0NORA"))
    await make_due(bot)
    assert GONE in await posted(ann)
    await ann.clicks(listed, "Change")
    assert await ann.submits(await ann.wait_for_form("Show in the channel")) is None
    await wait_for_the_next(bot)
    await make_due(bot)
    assert GONE not in await posted(ann, 2)


async def test_the_bot_says_how_it_is_invited(ann: Person) -> None:
    await ann.types("#general", "/ticket digest")
    await ann.wait_for("To invite it, type: /invite")


async def test_wrong_times_are_reported_at_the_field(ann: Person) -> None:
    for times in ("soon", "25:00", "9", ""):
        form = await open_digest_form(ann)
        again = await ann.submits(await ann.fills(form, {"Times": times}))
        assert again
        assert again.errors
        await ann.closes(again)


async def test_in_japanese(hanako: Person, bot: Bot) -> None:
    await hanako.types("#サポート", "/ticket digest")
    await hanako.clicks(await hanako.wait_for("このチャンネルのダイジェスト"), "ダイジェストを追加")
    form = await hanako.wait_for_form("ダイジェストを追加")
    await hanako.submits(form)
    await hanako.wait_for("日本サポート · 新規、オープン、延期")
    await make_due(bot)
    await hanako.wait_for(lambda seen: "新規" in seen and "件" in seen and not seen.is_private)
