"""Tags, transfers, assignments and deletions by button and command, and all refusals."""

from dataclasses import replace

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent.records import Tag
from bot.sandbox.slack import Person
from tests.journeys.acting import (
    CODE,
    TICKET,
    calls,
    form_of,
    open_card,
    open_form,
    until_it_has,
)
from tests.journeys.transports import over_both


def tags(sandbox: Sandbox) -> set[str]:
    account = sandbox.liveagent.account
    return {account.tags[tag].name for tag in account.ticket(TICKET).tags}


async def test_tags_are_chosen_and_named_in_a_form(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Tags", "Where is my order?")
    assert await ann.options(form, "Tags", "ref") == ["Refund"]
    await ann.submits(
        await ann.fills(form, {"Tags": ["Refund", "Bug"], "New tags": "lamp, 至急の件"})
    )
    await ann.wait_for("The ticket is tagged ")
    assert tags(sandbox) == {"Refund", "Bug", "lamp", "至急の件"}
    assert not sandbox.liveagent.account.bare_tag_deletion_seen
    assert [call.parameters for call in calls(sandbox, "DELETE")] == [{"name": "VIP"}]
    assert len(calls(sandbox, "POST", "/tags")) == 4


async def test_a_tag_that_somebody_else_adds_meanwhile_stays(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Tags", "Where is my order?")
    sandbox.liveagent.account.ticket(TICKET).tags.append("bg4u")
    await ann.submits(await ann.fills(form, {"Tags": ["VIP", "Refund"]}))
    await ann.wait_for("The ticket is tagged VIP, Bug, and Refund")


async def test_a_server_that_removes_too_many_tags_is_put_right(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.account.switches.tag_deletion_ignores_name = True
    sandbox.liveagent.account.ticket(TICKET).tags.append("bg4u")
    await ann.types("#support", f"/ticket tag {CODE} +Refund -vip")
    await ann.wait_for("The ticket is tagged Refund and Bug")
    assert tags(sandbox) == {"Refund", "Bug"}


async def test_tags_by_command(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", f'/ticket tag {CODE} ＋ＢＵＧ -VIP +"invoice & tax"')
    await ann.wait_for("The ticket is tagged Bug and Invoice & tax")
    assert tags(sandbox) == {"Bug", "Invoice & tax"}
    await ann.types("#support", f"/ticket tag {CODE} lamp")
    await ann.wait_for("Type +vip to add a tag and -vip to remove it.")
    await ann.types("#support", f"/ticket tag {CODE}")
    form = await ann.wait_for_form("Where is my order?")
    again = await ann.submits(form)
    assert again
    assert "You haven't changed anything yet." in str(again.errors)


async def test_a_tag_is_created_only_if_that_is_meant(ann: Person, sandbox: Sandbox) -> None:
    """The rest of what was typed is kept."""
    await ann.types("#support", f'/ticket tag {CODE} ＋ｒｆｕｎｄ -VIP +"big & blue"')
    asked = await ann.wait_for("LiveAgent has no tags rfund and big & blue.")
    assert tags(sandbox) == {"VIP"}
    await ann.clicks(asked, "Use “Refund” instead of “rfund”")
    await until_it_has(ann, asked, "LiveAgent has no tag “big & blue”.")
    assert tags(sandbox) == {"VIP"}
    await ann.clicks(ann.now(asked), "Create the tag “big & blue”")
    await ann.wait_for("The ticket is tagged Refund and big & blue")
    assert tags(sandbox) == {"Refund", "big & blue"}
    await ann.types("#support", f'/ticket tag {CODE} -Refund -"big & blue"')
    await ann.wait_until(lambda: not tags(sandbox))
    await ann.types("#support", f'/ticket tag {CODE} +"BIG & blue"')
    await ann.wait_until(lambda: tags(sandbox) == {"big & blue"})
    await ann.types("#support", f"/ticket tag {CODE} +bug -nothing")
    asked = await ann.wait_for("LiveAgent has no tag “nothing”.")
    await ann.clicks(asked, "Continue without “nothing”")
    await ann.wait_until(lambda: tags(sandbox) == {"Bug", "big & blue"})
    await ann.types("#support", f"/ticket tag {CODE} -Bug")
    await ann.wait_until(lambda: tags(sandbox) == {"big & blue"})
    await ann.types("#support", f'/ticket tag {CODE} -"big & blu"')
    asked = await ann.wait_for("LiveAgent has no tag “big & blu”.")
    assert "Create" not in asked
    await ann.clicks(asked, "Use “big & blue” instead of “big & blu”")
    await ann.wait_until(lambda: not tags(sandbox))


async def test_tags_in_another_spelling_are_the_same_tags(ann: Person, sandbox: Sandbox) -> None:
    account = sandbox.liveagent.account
    names = ["ｷｬﾝｾﾙ", "㈱ABC", "ＶＩＰ２"]
    account.tags |= {f"jp{number}": Tag(f"jp{number}", name) for number, name in enumerate(names)}
    known = len(account.tags)
    await ann.types("#support", f"/ticket tag {CODE} +ｷｬﾝｾﾙ +㈱abc +vip2 +vip")
    await ann.wait_for("The ticket is tagged VIP, ｷｬﾝｾﾙ, ㈱ABC, and ＶＩＰ２")
    assert len(account.tags) == known
    await ann.types("#support", f"/ticket tag {CODE} -ｷｬﾝｾﾙ -㈱ABC -VIP2")
    await ann.wait_until(lambda: tags(sandbox) == {"VIP"})


@over_both
async def test_a_transfer_to_an_agent_of_another_department(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Transfer", "Now in Support, unassigned.")
    assert await ann.options(form, "Agent", "") == [
        "Adam Admin · online",
        "Ann Agent · online",
        "Olga Owner · online",
    ]
    await ann.chooses(form, "Department", "Sales")
    await ann.wait_until(lambda: "agent.dep1s5a4" in str(form_of(ann).view))
    form = form_of(ann)
    options = await ann.options(form, "Agent", "")
    assert options[-1] == "Sam Sales · away"
    await ann.submits(
        await ann.fills(form, {"Agent": "Sam Sales · away", "Reason": "He sold the lamp."})
    )
    await ann.wait_for("Now in Sales, assigned to Sam Sales.")
    (call,) = calls(sandbox, "PUT", "/attendants")
    assert call.parameters == {
        "agentidentifier": "agent003",
        "department": "dep1s5a4",
        "useridentifier": "agent001",
        "note": "He sold the lamp.",
    }


async def test_an_agent_of_another_department_does_not_go_along(
    ann: Person, sandbox: Sandbox
) -> None:
    """The form's fields for the new department have not come yet when it is submitted."""
    form = await open_form(ann, "Transfer", "Now in Support")
    form = await ann.fills(form, {"Agent": "Ann Agent · online"})
    sandbox.slack.fail("views.update", "internal_error", times=3)
    await ann.chooses(form, "Department", "Sales")
    await ann.submits(form)
    await ann.wait_for("Now in Sales, unassigned.")


async def test_a_ticket_of_no_department_is_transferred(ann: Person, sandbox: Sandbox) -> None:
    ticket = sandbox.liveagent.account.ticket(TICKET)
    ticket.department, ticket.assignee = "", "agent001"
    form = await open_form(ann, "Transfer", "Now in ?")
    assert await ann.options(form, "Agent", "") == []
    await ann.submits(await ann.fills(form, {"Department": "Sales"}))
    await ann.wait_for("Now in Sales")


async def test_a_transfer_to_the_same_place_is_refused_in_the_form(ann: Person) -> None:
    form = await open_form(ann, "Transfer", "Now in Support")
    again = await ann.submits(form)
    assert again
    assert "The ticket is already there." in str(again.errors)


@pytest.mark.parametrize(
    ("typed", "agent"),
    [
        ("sales", ""),
        ("Ｓａｌｅｓ", ""),
        ("@adam", "Adam Admin"),
        ("to olga", "Olga Owner"),
        ("slaes", ""),
        ("nowhere", ""),
        ("@", ""),
    ],
)
async def test_a_transfer_by_command_fills_the_form(
    ann: Person, sandbox: Sandbox, typed: str, agent: str
) -> None:
    account = sandbox.liveagent.account
    account.agents = tuple(
        replace(agent, email="") if agent.email == "sam@acme.example" else agent
        for agent in account.agents
    )
    await ann.types("#support", f"/ticket transfer {CODE} {typed}")
    form = await ann.wait_for_form("Now in Support")
    assert await ann.options(form, "Department", "Ｓａｌ") == ["Sales"]
    if typed in {"nowhere", "slaes", "@"}:
        assert f"LiveAgent has no department or agent named “{typed}”." in form
    if typed in {"nowhere", "@"}:
        return
    assert (agent or "Sales") in str(form.view)
    await ann.submits(form)
    await ann.wait_for(f"assigned to {agent}." if agent else "unassigned.")
    assert sandbox.liveagent.account.ticket(TICKET).department == (
        "default" if agent else "dep1s5a4"
    )


async def test_somebody_takes_a_ticket(ann: Person, sandbox: Sandbox) -> None:
    card = await open_card(ann)
    await ann.clicks(card, "Assign to me")
    await ann.wait_for("Now in Support, assigned to Ann Agent.")
    shown = await ann.wait_for(lambda seen: "Assigned to: Ann Agent" in seen and "[Reply]" in seen)
    assert "[Assign to me]" not in shown
    assert len(calls(sandbox, "PUT", "/attendants")) == 1


async def test_assigning_a_ticket_that_somebody_else_took_asks(
    ann: Person, sandbox: Sandbox
) -> None:
    card = await open_card(ann)
    sandbox.liveagent.account.ticket(TICKET).assignee = "owner001"
    await ann.clicks(card, "Assign to me")
    asked = await ann.wait_for("Now in Support, assigned to Olga Owner. Do it anyway?")
    assert calls(sandbox, "PUT", "/attendants") == []
    await ann.clicks(asked, "Assign anyway")
    await ann.wait_for("Now in Support, assigned to Ann Agent.")


async def test_a_customer_who_writes_before_the_resolve_is_noticed(
    ann: Person, sandbox: Sandbox
) -> None:
    card = await open_card(ann)
    sandbox.liveagent.account.customer_writes(TICKET, "It is broken, too!")
    await ann.clicks(card, "Resolve")
    await ann.clicks(await ann.wait_for("Resolve now"), "Resolve now")
    asked = await ann.wait_for("There is a new message in the ticket.")
    assert "It is broken, too!" in asked
    assert sandbox.liveagent.account.ticket(TICKET).status == "N"
    await ann.clicks(asked, "Discard")
    await ann.wait_for("Discarded. Nothing was changed.")


async def test_a_status_that_somebody_else_set_is_reported(ann: Person, sandbox: Sandbox) -> None:
    card = await open_card(ann)
    sandbox.liveagent.account.ticket(TICKET).status = "W"
    await ann.clicks(card, "Resolve")
    await ann.clicks(await ann.wait_for("Resolve now"), "Resolve now")
    await ann.wait_for("The ticket has changed. It's Postponed now. Do it anyway?")


async def test_departments_are_kept(ann: Person, sandbox: Sandbox) -> None:
    words = "This ticket is in a department you don't belong to."
    for command in ("transfer CLD-RGFWJ-358 Support", "tag CLD-RGFWJ-358"):
        await ann.types("#support", f"/ticket {command}")
        await ann.closes(await ann.wait_for_form(words))
    await ann.types("#support", "/ticket tag CLD-RGFWJ-358 +vip")
    await ann.wait_for(words)
    assert calls(sandbox, "POST") == calls(sandbox, "PUT") == []


async def test_in_japanese(hanako: Person, sandbox: Sandbox) -> None:
    await hanako.types("#サポート", "/ticket ＪＰＮ－７Ｋ２－ＱＸ９")
    card = await hanako.wait_for(lambda seen: "JPN-7K2-QX9" in seen and len(seen.blocks) > 3)
    await hanako.clicks(card, "タグ")
    form = await hanako.wait_for_form("JPN-7K2-QX9")
    await hanako.submits(await hanako.fills(form, {"新しいタグ": "要確認、急ぎ"}))
    done = await hanako.wait_for("タグは")
    assert "要確認、急ぎ" in done
    ticket = sandbox.liveagent.account.ticket("jp0000a1")
    ticket.assignee = "owner001"
    await hanako.clicks(card, "自分が担当する")
    await hanako.wait_for("チームは「日本サポート」、担当者は「Olga Owner」です。")
