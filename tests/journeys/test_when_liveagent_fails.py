"""LiveAgent is slow, down or sends nonsense: users are informed and can try again."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.liveagent.faults import Kind
from bot.sandbox.slack import Person
from tests.journeys.acting import CARD, open_card, open_home, type_and_see, until_it_has
from tests.waiting import until_found

WITHOUT_ANSWER: Sequence[Kind] = ("down", "refuse", "html_page", "cut_body", "empty_body")


async def test_try_again_replaces_the_notice_with_the_card(ann: Person, sandbox: Sandbox) -> None:
    for kind in WITHOUT_ANSWER:
        sandbox.liveagent.faults.set(kind, "*conversations*")
        notice = await type_and_see(ann, "/ticket AX4-B4T-FD8", "[Try again]")
        assert "LiveAgent" in notice
        assert "Error ID for your admin:" in notice
        sandbox.liveagent.faults.clear()
        await ann.clicks(notice, "Try again")
        await until_it_has(ann, notice, CARD)
        await sandbox.clock.move(timedelta(minutes=1))  # the bot forgets what it has read


async def test_lists_can_be_tried_again_where_they_were_wanted(
    ann: Person, sandbox: Sandbox
) -> None:
    listed = "[Show ticket]"
    for typed in ("list new", "find order"):
        sandbox.liveagent.faults.set("down", "*conversations*")
        await ann.types("#support", f"/ticket {typed}")
        notice = await ann.wait_for("[Try again]")
        assert f"/ticket {typed}" in notice, "Slack shows nobody what was typed"
        sandbox.liveagent.faults.clear()
        await ann.clicks(notice, "Try again")
        await until_it_has(ann, notice, listed)
    sandbox.liveagent.faults.set("down", "*conversations*")
    home = await open_home(ann, "Your tickets can't be loaded right now.")
    sandbox.liveagent.faults.clear()
    await ann.clicks(home, "Try again")
    await ann.clicks(await ann.wait_for_home("[Start]"), "Find tickets")
    form = await ann.wait_for_form("Customer's e-mail")
    sandbox.liveagent.faults.set("down", "*conversations*")
    await ann.submits(await ann.fills(form, {"Customer's e-mail": "john@owner.com"}))
    form = await ann.wait_for_form("[Try again]")
    sandbox.liveagent.faults.clear()
    await ann.clicks(form, "Try again")
    await ann.wait_for_form(listed)
    await ann.closes(with_all=True)
    await ann.types("#support", "/ticket list")
    await ann.wait_for("all your departments · john@owner.com")  # the filter is kept


async def test_a_public_code_is_not_kept_in_a_button(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("down", "*conversations*")
    await ann.types("#support", "/ticket bI5fR3oN40708G65")
    notice = await ann.wait_for("LiveAgent isn't responding.")
    assert "bI5fR3oN40708G65" not in str(notice.blocks)


async def test_trouble_differs_from_a_missing_ticket(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket AAA-111-ZZZ")
    notice = await ann.wait_for("No ticket AAA-111-ZZZ in LiveAgent.")
    assert "[Try again]" not in notice
    sandbox.liveagent.faults.set("error")
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    notice = await ann.wait_for("No ticket AX4-B4T-FD8, or LiveAgent is having trouble.")
    sandbox.liveagent.faults.clear()
    await ann.clicks(notice, "Try again")
    await ann.wait_for("Where is my order?")


async def test_a_waiting_person_sees_progress(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("hang", "*conversations*")
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for("Still waiting for LiveAgent …")
    sandbox.liveagent.faults.clear()
    await ann.wait_for(CARD)


async def test_a_refused_key_is_a_matter_for_who_runs_the_bot(
    ann: Person, sandbox: Sandbox
) -> None:
    fault = Fault(kind="error", http=403, statuscode=403, message="ApiKey not found")
    sandbox.liveagent.faults.add(fault)
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for("LiveAgent rejected the bot's API key.")


async def test_a_card_stays_when_it_cannot_be_refreshed(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for(CARD)
    sandbox.liveagent.faults.set("down")
    await ann.clicks(card, "Refresh")
    await ann.wait_for("LiveAgent isn't responding.")
    assert CARD in ann.now(card)


async def test_a_ticket_is_shown_without_what_liveagent_withholds(
    ann: Person, sandbox: Sandbox
) -> None:
    for part in ("messages", "tags"):
        sandbox.liveagent.faults.clear()
        sandbox.liveagent.faults.set("error", f"*/{part}")
        words = f"Couldn't load this ticket's {part} from LiveAgent."
        assert CARD in await type_and_see(ann, "/ticket AX4-B4T-FD8", words)
        await sandbox.clock.move(timedelta(minutes=1))  # the bot forgets what it has read


@pytest.mark.parametrize(
    "switches",
    [
        {"document_spelling": True},
        {"php_json": False},
        {"php_json": False, "invalid_utf8": True},
        {"cuts_email_in_path": True},
        {"unknown_ticket_is_404": True},
    ],
)
async def test_every_habit_of_a_server_gives_the_same_card(
    ann: Person, sandbox: Sandbox, switches: dict[str, bool]
) -> None:
    for name, value in switches.items():
        setattr(sandbox.liveagent.switches, name, value)
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    card = await ann.wait_for(CARD)
    assert "Customer: John Owner <john@owner.com>" in card


async def test_slack_down_at_the_moment_of_the_answer_breaks_nothing(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.slack.fail("users.info", "internal_error", times=50)
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for("Slack didn't respond.")
    sandbox.slack.fail("users.info", "internal_error", times=0)


async def test_a_department_whose_members_are_refused_is_not_theirs(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.faults.set("error", "*dep2jp00/agents")
    await ann.types("#support", "/ticket new")
    form = await ann.wait_for_form("Purpose")
    assert await ann.options(form, "Department", "") == ["Support"]
    await ann.types("#support", "/ticket list")
    await ann.wait_for(CARD)


async def test_a_command_that_had_to_wait_resolves_nothing_unasked(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for(CARD)
    await sandbox.clock.move(timedelta(minutes=1))  # sooner, they have seen it on the card
    sandbox.liveagent.faults.set("down")
    await ann.types("#support", "/ticket resolve AX4-B4T-FD8")
    notice = await ann.wait_for("[Resolve now]")
    await ann.clicks(notice, "Resolve now")
    await ann.wait_until(lambda: "We'll ask you first" in ann.now(notice))
    sandbox.liveagent.account.customer_writes("AX4-B4T-FD8", "It is broken, too!")
    sandbox.liveagent.faults.clear()

    async def is_asked() -> bool:
        await sandbox.clock.move(timedelta(seconds=1))  # each vain try delays the next one
        return ann.sees("you haven't seen the ticket since", ann.direct)

    await until_found(is_asked)
    notice = await ann.wait_for("you haven't seen the ticket since", channel=ann.direct)
    assert "It is broken, too!" in ann.now(notice)
    assert sandbox.liveagent.account.ticket("AX4-B4T-FD8").status != "R"
    await ann.clicks(ann.now(notice), "Resolve anyway")
    await ann.wait_until(lambda: "The ticket is Resolved." in ann.now(notice))


async def test_a_form_names_its_ticket_while_liveagent_is_down(
    ann: Person, sandbox: Sandbox
) -> None:
    card = await open_card(ann)
    sandbox.liveagent.faults.set("down")
    await sandbox.clock.move(timedelta(minutes=5))  # what was read is too old by then
    for label in ("Reply", "Note"):
        await ann.clicks(card, label)
        form = await ann.wait_for_form("LiveAgent isn't responding.")
        assert form.title == f"{label} · AX4-B4T-FD8"
        assert CARD in form
        assert "John Owner <john@owner.com>" in form
        await ann.closes(form)


async def test_a_form_names_what_the_command_did(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("down")
    await ann.types("#support", "/ticket reply ax4-b4t-fd8 It left today.")
    form = await ann.wait_for_form("LiveAgent isn't responding.")
    assert form.title == "Reply · AX4-B4T-FD8"
