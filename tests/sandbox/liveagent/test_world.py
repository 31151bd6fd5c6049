"""The initial account; other tests rely on these facts."""

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.sandbox.liveagent.conftest import START, HandClock


def test_the_world_has_every_status_and_an_unknown_one(desk: LiveAgentStandIn) -> None:
    assert {one.status for one in desk.account.tickets.values()} == set("NCARWTPIBXLQ")


def test_the_ticket_of_the_document(desk: LiveAgentStandIn) -> None:
    ticket = desk.account.ticket("AX4-B4T-FD8")
    assert ticket is desk.account.ticket("s4y7t5s7") is desk.account.ticket("bI5fR3oN40708G65")
    assert (ticket.subject, ticket.status, ticket.department) == (
        "Where is my order?",
        "N",
        "default",
    )
    assert (ticket.owner.name, ticket.owner.email) == ("John Owner", "john@owner.com")
    assert [group.kind for group in ticket.groups] == ["M", "G", "I", "M"]
    assert [message.kind for message in ticket.messages] == ["T", "M", "F", "G", "N", "M"]


def test_tickets_of_other_departments(desk: LiveAgentStandIn) -> None:
    sales, japan = desk.account.ticket("CLD-RGFWJ-358"), desk.account.ticket("JPN-7K2-QX9")
    assert (sales.id, sales.department, sales.assignee) == ("5h7t58d9", "dep1s5a4", "agent003")
    assert (japan.id, japan.department, japan.status) == ("jp0000a1", "dep2jp00", "N")


def test_the_world_has_its_odd_tickets(desk: LiveAgentStandIn) -> None:
    ticket = desk.account.ticket
    assert len(ticket("manymsgs").messages) == 500
    assert 55_000 < len(ticket("longmail").messages[-1].text) < 70_000
    assert ticket("plain001").messages[0].text.startswith("Hi Ann,\n\n> Which")
    assert ticket("nosubjct").subject == ""
    assert ticket("noname01").owner.name == ""
    assert ticket("silent01").groups[0].messages is None
    assert "zz99" in ticket("ghosttag").tags
    assert "zz99" not in desk.account.tags
    hostile = ticket("hostile1")
    assert all(bad in hostile.messages[1].text for bad in ("\x00", "\u202e", "\u200b", "<script>"))


def test_ages_are_between_minutes_and_weeks(desk: LiveAgentStandIn) -> None:
    ages = [(START - one.created).total_seconds() for one in desk.account.tickets.values()]
    assert 60 <= min(ages) < 600
    assert max(ages) > 4 * 7 * 86_400
    assert all(one.created <= one.changed <= START for one in desk.account.tickets.values())


def test_ids_and_codes_are_unique_and_the_same_in_each_run(desk: LiveAgentStandIn) -> None:
    tickets = desk.account.tickets.values()
    refs = [ref for one in tickets for ref in (one.id, one.code, one.public_code)]
    assert len(refs) == len(set(refs))
    messages = [message.id for one in tickets for message in one.messages]
    assert len(messages) == len(set(messages))
    again = LiveAgentStandIn(clock=HandClock()).account
    assert [message.id for one in again.tickets.values() for message in one.messages] == messages


def test_reset_brings_the_world_back(desk: LiveAgentStandIn) -> None:
    desk.account.customer_writes("th4nk5yo", "One more thing")
    desk.switches.php_json = False
    desk.account.reset()
    assert desk.account.ticket("th4nk5yo").status == "R"
    assert desk.switches.php_json
