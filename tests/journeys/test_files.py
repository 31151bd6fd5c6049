"""Files to the customer, from forms and Slack messages; and from the customer, by a click."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Account
from bot.sandbox.liveagent.records import File
from bot.sandbox.slack import Form, Person, SeenMessage
from bot.storage.tables import file_parts
from tests.journeys.acting import CODE, TICKET, message_count, open_card, open_form
from tests.journeys.creating import FILLED, made
from tests.journeys.transports import in_socket_mode, over_http
from tests.waiting import until_found

KETTLE, JAPANESE = "RFD-8K2-QZ1", "JPN-7K2-QX9"
PHOTO = b"\x89PNG\r\n\x1a\n a parcel"


def has(sandbox: Sandbox, ticket_id: str = TICKET) -> list[str]:
    """Returns the files of a ticket that were sent from here."""
    messages = sandbox.liveagent.account.ticket(ticket_id).messages
    uploaded = sandbox.liveagent.account.uploaded
    return [one.name for one in uploaded for each in messages if f'"{one.id}"' in each.text]


async def attached(person: Person, sandbox: Sandbox, form: Form, *names: str) -> Form:
    files = [sandbox.slack.files.add(name, PHOTO, person.id) for name in names]
    return await person.attaches(form, "Attach", *files)


async def message_with(person: Person, sandbox: Sandbox, *names: str) -> SeenMessage:
    files = [sandbox.slack.files.add(name, PHOTO, person.id) for name in names]
    typed = await person.types("#support", f"{CODE} It arrived like this", files=files)
    assert typed
    return typed


@in_socket_mode
async def test_files_go_along_with_a_reply(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply")
    assert "Up to 10 files of at most 25 MB each." in form
    form = await ann.fills(form, {"Message": "See the photo"})
    await ann.submits(await attached(ann, sandbox, form, "parcel.png", "a/b\u202egpj.pdf"))
    held = await ann.wait_for("Sending to John Owner")
    assert "📎 parcel.png, bgpj.pdf" in held
    assert has(sandbox) == []
    await ann.clicks(held, "Send now")
    await ann.wait_for("Sent to john@owner.com.")
    assert has(sandbox) == ["parcel.png", "bgpj.pdf"]
    assert message_count(sandbox, "See the photo") == 1


async def test_a_messages_files_are_named_before_they_make_a_ticket(
    ann: Person, sandbox: Sandbox
) -> None:
    message = await message_with(ann, sandbox, "parcel.png", "receipt.png")
    await ann.uses_shortcut(message, "Create ticket")
    form = await ann.wait_for_form("Purpose")
    assert form.values["Files"] == ["parcel.png", "receipt.png"]
    await ann.chooses(form, "Files", ["parcel.png"])
    await ann.chooses(form, "Purpose", "Write to a customer")
    form = await ann.wait_for_form("get this by e-mail")
    assert form.values["Files"] == ["parcel.png"]
    await ann.submits(await ann.fills(form, FILLED))
    await ann.clicks(await ann.wait_for("Create now"), "Create now")
    await ann.wait_for("Created and sent to new@customer.example.")
    (ticket,) = made(sandbox)
    assert has(sandbox, ticket.id) == ["parcel.png"]


@over_http
async def test_a_messages_files_go_along_with_a_note_in_japanese(
    hanako: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.account.ticket(TICKET).department = "dep2jp00"
    message = await message_with(hanako, sandbox, "写真.png")
    await hanako.uses_shortcut(message, "Add to ticket as a note")
    form = await hanako.wait_for_form("ファイル")
    assert form.values["ファイル"] == ["写真.png"]
    await hanako.submits(form)
    await hanako.wait_until(lambda: has(sandbox) == ["写真.png"])
    assert message_count(sandbox, "It arrived like this") == 1


async def keeps_content(bot: Bot) -> bool:
    async with bot.database.begin() as connection:
        return (await connection.execute(select(file_parts.c.number))).first() is not None


async def is_dropped(bot: Bot) -> bool:
    return not await keeps_content(bot)


async def test_if_files_are_refused_the_author_learns_it_before_the_text_is_sent(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    sandbox.liveagent.switches.takes_files = False
    form = await ann.fills(await open_form(ann, "Reply"), {"Message": "See the photo"})
    await ann.submits(await attached(ann, sandbox, form, "parcel.png"))
    await ann.clicks(await ann.wait_for("Sending to John Owner"), "Send now")
    asked = await ann.wait_for("LiveAgent didn't accept parcel.png (Files are not allowed).")
    assert "Nothing has been sent yet." in asked
    assert message_count(sandbox, "See the photo") == 0
    await ann.clicks(asked, "Edit")
    form = await ann.wait_for_form("To: John Owner")
    assert form.values["Files"] == ["parcel.png"]
    assert await keeps_content(bot)
    await ann.submits(await ann.fills(form, {"Message": "No photo, sorry"}))
    await until_found(lambda: is_dropped(bot))
    await ann.clicks(await ann.wait_for("Sending to John Owner"), "Send now")
    asked = await ann.wait_for(lambda seen: "No photo" in seen and "without the files" in seen)
    await ann.clicks(asked, "Send without the files")
    await ann.wait_for("Sent to john@owner.com.")
    assert message_count(sandbox, "No photo, sorry") == 1
    assert has(sandbox) == []


@pytest.mark.parametrize(
    ("name", "error"),
    [("virus.exe", "Programs can't be sent: virus.exe"), ("large.mov", "are larger than 25 MB")],
)
async def test_slacks_error_about_a_file_is_shown_at_the_field(
    ann: Person, sandbox: Sandbox, name: str, error: str
) -> None:
    form = await ann.fills(await open_form(ann, "Note"), {"Note": "The file"})
    file = sandbox.slack.files.add(name, PHOTO, ann.id)
    file.size = 30_000_000
    again = await ann.submits(await ann.attaches(form, "Attach", file))
    assert again
    assert error in again.errors["Attach"]


class TestWithoutTheScope:
    @pytest.fixture
    def manifest(self, manifest: dict[str, Any]) -> dict[str, Any]:
        scopes = manifest["oauth_config"]["scopes"]
        kept = {kind: [each for each in scopes[kind] if each != "files:read"] for kind in scopes}
        return manifest | {"oauth_config": {"scopes": kept}}

    async def test_no_form_takes_files(self, ann: Person, sandbox: Sandbox) -> None:
        assert "Attach" not in await open_form(ann, "Reply")
        message = await message_with(ann, sandbox, "parcel.png")
        await ann.uses_shortcut(message, "Create ticket")
        form = await ann.wait_for_form("Purpose")
        assert "Files" not in form.values
        assert "📎 parcel.png" in str(form.values["Message"])


@in_socket_mode
async def test_a_customers_files_come_into_ones_own_conversation(
    ann: Person, adam: Person, sandbox: Sandbox
) -> None:
    shown = await open_card(ann, KETTLE)
    await asyncio.gather(*[ann.clicks(shown, "Get them") for _ in range(2)])
    await ann.wait_for_form("2 files are in your conversation with the bot")
    await ann.wait_for("📎 kettle.png\n📎 box.png", channel=ann.direct)
    kept = {each.name: each.content for each in sandbox.liveagent.account.files.values()}
    sent = [(each.name, each.content) for each in sandbox.slack.workspace.files.values()]
    assert sent == [(each, kept[each]) for each in ("kettle.png", "box.png")]
    elsewhere = [
        each for each in ann.messages() if each.channel != ann.direct and not each.is_private
    ]
    assert not any("kettle" in each for each in elsewhere)
    assert not any("kettle" in each for each in adam.messages())


async def test_files_need_permission_to_see_the_ticket(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Show conversation", "kettle.png (", code=KETTLE)
    ticket = sandbox.liveagent.account.ticket(KETTLE)
    ticket.department, ticket.assignee = "dep1s5a4", None
    await ann.clicks(form, "Get it", near="kettle.png")
    await ann.wait_for_form("department you don't belong to")
    assert sandbox.slack.workspace.files == {}


async def test_a_file_that_is_not_what_it_is_called(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Show conversation", "kettle.png (", code=KETTLE)
    contents = {"kettle.png": b"MZ\x90\0 a program", "box.png": b"%PDF-1.4"}
    files = sandbox.liveagent.account.files
    files |= {
        key: replace(each, content=contents.get(each.name, each.content))
        for key, each in files.items()
    }
    await ann.clicks(form, "Get it", near="kettle.png")
    refused = await ann.wait_for_form("kettle.png is a program.")
    assert "Error ID" not in refused
    await ann.closes(refused)
    (kettle,) = [key for key, each in files.items() if each.name == "kettle.png"]
    files[kettle] = replace(files[kettle], content=b"<!DOCTYPE html>Sign in")
    await ann.clicks(await ann.wait_for_form("box.png ("), "Get it", near="kettle.png")
    await ann.closes(await ann.wait_for_form("We couldn't get kettle.png from LiveAgent"))
    await ann.clicks(await ann.wait_for_form("box.png ("), "Get it", near="box.png")
    await ann.wait_for_form("box.png.pdf is in your conversation with the bot")
    await ann.wait_for("📎 box.png.pdf", channel=ann.direct)


@over_http
async def test_a_customers_file_in_japanese(hanako: Person) -> None:
    await hanako.clicks(await open_card(hanako, JAPANESE), "取得")
    await hanako.wait_for_form("注文確認書.pdf を、ボットとの会話")
    await hanako.wait_for("📎 注文確認書.pdf", channel=hanako.direct)


async def test_a_file_with_only_a_name_can_not_be_downloaded(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.account.customer_writes(TICKET, "Here", files=["scan.pdf"])
    shown = await open_card(ann)
    assert "scan.pdf" in shown
    assert "Get it" not in shown
    await ann.clicks(shown, "Show conversation")
    form = await ann.wait_for_form("📎 scan.pdf")
    assert "[Get it]" not in form.text.partition("scan.pdf")[2].partition("receipt")[0]


def customer_sends_files(account: Account, contents: Mapping[str, bytes]) -> None:
    """The customer sends files to the ticket."""
    files = [File(account.ids.make("file"), name, "", each) for name, each in contents.items()]
    account.files |= {each.id: each for each in files}
    account.customer_writes(TICKET, "All of them", files=[account.file_text(e) for e in files])


async def test_many_files_arrive_in_parts(ann: Person, sandbox: Sandbox) -> None:
    customer_sends_files(
        sandbox.liveagent.account, {"setup.exe": b"MZ"} | {f"{n}.png": PHOTO for n in range(12)}
    )
    shown = await open_card(ann)
    assert "8.png (17 B) +3" in shown
    await ann.clicks(shown, "Get them")
    form = await ann.wait_for_form("9 files are in your conversation with the bot")
    assert "setup.exe is a program." in form
    assert "Not sent yet: 9.png (17 B), 10.png (17 B), 11.png (17 B)" in form
    await ann.clicks(form, "Get the rest")
    await ann.wait_for_form("3 files are in your conversation with the bot")
    await ann.wait_for("📎 9.png\n📎 10.png\n📎 11.png", channel=ann.direct)


async def test_failures_are_shown_and_can_be_retried(ann: Person, sandbox: Sandbox) -> None:
    shown = await open_card(ann, KETTLE)
    sandbox.liveagent.faults.set("down")
    await ann.clicks(shown, "Get them")
    form = await ann.wait_for_form("Try again")
    sandbox.liveagent.faults.clear()
    sandbox.slack.fail("files.completeUploadExternal", "fatal_error")
    await ann.clicks(form, "Try again")
    form = await ann.wait_for_form("Slack didn't respond")
    assert not any("kettle.png" in each for each in ann.messages(ann.direct))
    await ann.clicks(form, "Try again")
    await ann.wait_for_form("2 files are in your conversation with the bot")
    await ann.wait_for("📎 kettle.png\n📎 box.png", channel=ann.direct)
