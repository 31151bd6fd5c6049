"""Finding tickets without their codes."""

from datetime import UTC, datetime, timedelta

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage


async def open_list(person: Person, words: str = "") -> SeenMessage:
    await person.types("#support", f"/ticket list {words}")
    return await person.wait_for("[Change filter]")


def place(seen: SeenMessage, code: str) -> int:
    return seen.text.index(code)


async def test_a_list_shows_what_is_open_in_ones_departments_oldest_first(ann: Person) -> None:
    seen = await open_list(ann)
    assert seen.is_private
    assert "oldest first\nNew, Open, Postponed · all your departments" in seen
    assert "CLD-" not in seen  # those of Sales
    assert place(seen, "GHS-TAG-404") < place(seen, "SPR-90P-XT5") < place(seen, "RFD-8K2-QZ1")
    assert "Refund for order 88213" in seen
    assert "unassigned" not in seen  # LiveAgent's rows don't tell: nobody asks ticket by ticket
    await ann.clicks(seen, "Show ticket", near="RFD-8K2-QZ1")
    card = await ann.wait_for_form("[Reply]")
    assert "RFD-8K2-QZ1" in card
    assert ann.now(seen).text == seen.text


async def test_a_list_can_be_read_ticket_by_ticket(ann: Person) -> None:
    seen = await open_list(ann)
    codes = [
        text.split(" ")[2]
        for block in seen.blocks
        if (text := str(block.get("accessory", {}).get("accessibility_label", "")))
    ]
    assert len(codes) == len(set(codes)) == 10
    await ann.clicks(seen, "Show ticket", near=codes[0])
    form = await ann.wait_for_form(f"Ticket 1 of {len(codes)}")
    assert "[Previous]" not in form
    await ann.clicks(form, "Next")
    form = await ann.wait_for_form("Ticket 2 of")
    assert codes[1] in form
    await ann.clicks(form, "Previous")
    form = await ann.wait_for_form("Ticket 1 of")
    assert codes[0] in form
    await ann.clicks(form, "Assign to me")
    await ann.wait_for_form("Assigned to: Ann Agent")
    await ann.clicks(form, "Refresh")
    form = await ann.wait_for_form("[Next]")
    assert form.title == "Ticket 1 of 10"
    assert ann.now(seen).text == seen.text


async def test_a_late_outcome_does_not_bring_back_the_previous_ticket(
    ann: Person, sandbox: Sandbox
) -> None:
    seen = await open_list(ann)
    await ann.clicks(seen, "Show ticket", near="GHS-TAG-404")
    form = await ann.wait_for_form("[Next]")
    await ann.clicks(form, "Resolve")
    await ann.clicks(await ann.wait_for_form("[Resolve now]"), "Next")
    await ann.wait_for_form("Ticket 2 of")
    await sandbox.clock.move(timedelta(minutes=10))
    ticket = sandbox.liveagent.account.ticket("GHS-TAG-404")
    await ann.wait_until(lambda: ticket.status == "R")
    await open_list(ann, "resolved")
    form = await ann.wait_for_form("[Reply]")
    assert form.title == "Ticket 2 of 10"


async def test_a_ticket_that_cannot_be_read_says_so_in_its_form(
    ann: Person, sandbox: Sandbox
) -> None:
    seen = await open_list(ann)
    sandbox.liveagent.faults.set("down")
    await ann.clicks(seen, "Show ticket", near="GHS-TAG-404")
    form = await ann.wait_for_form("[Try again]")
    sandbox.liveagent.faults.clear()
    await ann.clicks(form, "Try again")
    form = await ann.wait_for_form("[Reply]")
    assert form.title == "Ticket 1 of 10"


async def test_pages_and_orders_change_the_list_in_place(ann: Person) -> None:
    seen = await open_list(ann)
    assert "Page 1 of 2" in seen
    await ann.clicks(seen, "Next")
    second = await ann.wait_for("Page 2 of 2")
    assert second.ts == seen.ts
    assert "GHS-TAG-404" not in second
    await ann.clicks(second, "Sort by last update")
    by_change = await ann.wait_for("least recently updated first")
    assert by_change.ts == seen.ts
    assert place(by_change, "SPR-90P-XT5") < place(by_change, "GHS-TAG-404")
    await ann.clicks(by_change, "Sort by age")
    assert place(await ann.wait_for("oldest first"), "GHS-TAG-404")


async def test_a_filter_narrows_the_list_and_is_remembered(ann: Person) -> None:
    seen = await open_list(ann, "Support john@owner.com order")
    assert "AX4-B4T-FD8" in seen
    assert "RFD-8K2-QZ1" not in seen
    await ann.types("#support", "/ticket list")
    again = await ann.wait_for(lambda one: one.ts > seen.ts and "[Change filter]" in one)
    assert again.text.splitlines()[:3] == seen.text.splitlines()[:3]  # below stand ages


async def test_the_form_finds_by_what_is_chosen(ann: Person) -> None:
    await ann.types("#support", "/ticket")
    await ann.clicks(await ann.wait_for("Waiting"), "Find tickets")
    form = await ann.wait_for_form("Customer's e-mail")
    week_ago = datetime.now(UTC).date() - timedelta(days=9)
    await ann.fills(
        form,
        {
            "Status": ["Resolved", "Postponed"],
            "Department": "Support",
            "Opened on or after": week_ago.isoformat(),
            "Sort by": "Newest first",
        },
    )
    await ann.submits(form)
    seen = await ann.wait_for("[Change filter]")
    assert "THX-11A-B22" in seen
    assert "SPR-90P-XT5" not in seen  # older
    assert "AX4-B4T-FD8" not in seen
    await ann.clicks(seen, "Change filter")
    form = await ann.wait_for_form("Customer's e-mail")
    await ann.fills(form, {"Opened on or before": (week_ago - timedelta(days=1)).isoformat()})
    wrong = await ann.submits(form)
    assert wrong
    assert "This is before the start date." in wrong.errors.values()
    await ann.fills(form, {"Opened on or before": datetime.now(UTC).date().isoformat()})
    await ann.submits(form)
    changed = await ann.wait_for("opened on or before")
    assert changed.ts == seen.ts


async def test_waiting_longest_lists_the_oldest_tickets_first(ann: Person) -> None:
    await ann.types("#support", "/ticket")
    await ann.clicks(await ann.wait_for("Waiting"), "Waiting longest")
    seen = await ann.wait_for("tickets · least recently updated first")
    assert "Sorted by the last update of any kind" in seen
    assert place(seen, "GHS-TAG-404") < place(seen, "AX4-B4T-FD8")
    assert "SPR-90P-XT5" not in seen  # somebody put it off


async def test_a_row_has_its_subject_in_bold_and_its_code_as_a_link(
    ann: Person, sandbox: Sandbox
) -> None:
    account = sandbox.liveagent.account
    account.ticket("rf10a2c4").subject = "*not* <!channel> _markup_ :wave:"
    seen = await open_list(ann)
    texts = {
        block["accessory"]["value"].split(" ")[0]: block["text"]
        for block in seen.blocks
        if "accessory" in block
    }
    shown = texts["s4y7t5s7"]
    assert (shown["type"], shown["verbatim"]) == ("mrkdwn", True)
    link = f"<{sandbox.liveagent.url}/agent/#Conversation;id=s4y7t5s7|AX4-B4T-FD8>"
    assert shown["text"].startswith(f"*Where is my order?*\n{link} · 🔵 New · John Owner · ")
    assert texts["rf10a2c4"]["type"] == "plain_text"
    assert texts["rf10a2c4"]["text"].startswith("*not* <!channel> _markup_ :wave:\nRFD-8K2-QZ1")


async def test_my_tickets_where_rows_say_who_has_them(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.switches.rows_tell_assignee = True
    await ann.types("#support", "/ticket list mine")
    seen = await ann.wait_for("assigned to you")
    assert "RFD-8K2-QZ1" in seen
    assert "Ann Agent" in seen
    assert "AX4-B4T-FD8" not in seen


async def test_my_tickets_says_so_if_rows_have_no_assignee(ann: Person) -> None:
    await ann.types("#support", "/ticket")
    await ann.clicks(await ann.wait_for("Waiting"), "My tickets")
    seen = await ann.wait_for("Your tickets can't be listed")
    assert "so yours can't be picked out" in seen
    assert "No tickets" not in seen


async def test_a_server_that_demands_a_department_is_asked_for_each(
    adam: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.switches.department_or_owner_required = True
    seen = await open_list(adam, "new")
    assert "CLD-NRWAY-001" in seen.text or "Page 1 of 2" in seen
    assert "department by department" not in seen  # that is no matter of the reader


async def test_words_are_found_where_the_server_compares_whole_subjects(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.switches.exact_subject = True
    seen = await open_list(ann, "order my")
    assert "AX4-B4T-FD8" in seen
    assert "One ticket" in seen


async def test_another_ones_department_is_no_way_around_the_bounds(
    adam: Person, sandbox: Sandbox
) -> None:
    await open_list(adam, "Sales")
    await adam.types("#support", "see above")
    ann = sandbox.slack.person("ann")
    seen = await open_list(ann, "Sales")
    assert "“Sales” in the subject" in seen
    assert "No tickets" in seen


async def test_in_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket list 新規 日本サポート")
    seen = await hanako.wait_for("[条件を変える]")
    assert "JPN-7K2-QX9" in seen
    assert "JPN-4M8-RT3" not in seen
    await hanako.clicks(seen, "条件を変える")
    form = await hanako.wait_for_form("お客様のメールアドレス")
    assert "Status" not in form.text


async def test_a_day_beyond_all_tickets_is_reported_in_the_form(ann: Person) -> None:
    await ann.clicks(await open_list(ann), "Change filter")
    form = await ann.wait_for_form("Opened on or before")
    for field, day in (("Opened on or before", "9999-12-31"), ("Opened on or after", "0001-01-01")):
        failed = await ann.submits(await ann.fills(form, {field: day}))
        assert failed is not None
        assert failed.errors == {field: "Choose a day between 1990 and 2100."}
        await ann.fills(form, {field: "2026-01-01"})


async def test_a_filter_that_fails_is_not_remembered(ann: Person, sandbox: Sandbox) -> None:
    before = await open_list(ann, "Support")
    sandbox.liveagent.faults.set("error", "GET /api/conversations")
    await ann.types("#support", "/ticket list resolved")
    await ann.wait_for("Error ID for your admin")
    sandbox.liveagent.faults.clear()
    await ann.types("#support", "/ticket list")
    again = await ann.wait_for(lambda one: one.ts > before.ts and "[Change filter]" in one)
    assert again.text.splitlines()[:2] == before.text.splitlines()[:2]


async def test_without_a_key_of_version_3_subjects_are_searched(ann: Person) -> None:
    await ann.types("#support", "/ticket find order")
    seen = await ann.wait_for("[Change filter]")
    assert "AX4-B4T-FD8" in seen
    assert "Only subjects were searched" in seen
