"""`/ticket` by itself, help, and input that can't be understood."""

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import type_and_see


async def test_the_bare_command_shows_what_waits_in_ones_departments(ann: Person) -> None:
    await ann.types("#support", "/ticket")
    queue = await ann.wait_for("Waiting")
    assert "Support" in queue
    assert "Sales" not in queue
    assert "new" in queue
    assert queue.is_private


async def test_the_queue_follows_liveagent_when_refreshed(ann: Person, sandbox: Sandbox) -> None:
    await ann.types("#support", "/ticket")
    queue = await ann.wait_for("Waiting")
    for ticket in sandbox.liveagent.account.tickets.values():
        ticket.status = "R"
    await ann.clicks(queue, "Refresh")
    fresh = await ann.wait_for("0 new")
    assert fresh.ts == queue.ts


async def test_help_names_every_command(ann: Person) -> None:
    await ann.types("#support", "/ticket")
    await ann.clicks(await ann.wait_for("Waiting"), "Help")
    by_button = await ann.wait_for("Show what's waiting")
    await ann.types("#support", "/ticket ＨＥＬＰ")
    by_command = await ann.wait_for(lambda seen: "/ticket help" in seen and seen.ts > by_button.ts)
    assert by_command.text == by_button.text
    assert "/ticket AX4-B4T-FD8" in by_command


async def test_unknown_input_gets_a_helpful_answer(ann: Person) -> None:
    for typed, answer in (
        ("hlep", "Did you mean /ticket help?"),
        ("dance", "I don't know that command or ticket."),
        ("AX4-B4T", "Which ticket? Use its code (like AX4-B4T-FD8)"),
        ("AAA-111-ZZZ", "No ticket AAA-111-ZZZ in LiveAgent. Check the code"),
        ("https://other.example/about", "That link doesn't belong"),
        ("<!channel> `x` *y*", "I don't know that command or ticket."),
        ("x" * 3000, "I don't know that command or ticket."),
    ):
        notice = await type_and_see(ann, f"/ticket {typed}", answer)
        assert notice.is_private
        if typed.isalpha():
            assert "[Help]" in notice


async def test_in_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket hlep")
    notice = await hanako.wait_for("もしかして /ticket help でしょうか？")
    await hanako.clicks(notice, "ヘルプ")
    await hanako.wait_for("チケットを表示します")
    await hanako.types("#サポート", "/ticket")
    await hanako.wait_for("対応待ち")
