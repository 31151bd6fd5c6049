"""Saved answers: kept with `/ticket answers`, inserted into replies."""

from datetime import timedelta
from typing import Any

import pytest

from bot.desk.answers import LIVEAGENT_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.liveagent.faults import Kind
from bot.sandbox.slack import Form, Person, SeenMessage
from bot.sandbox.slack.picking import Value
from handlers.listeners.answers import INSERTION_SECONDS
from tests.clock import PatientClock
from tests.gallery.work import MENTION
from tests.journeys.acting import CODE, TICKET, calls, form_of, message_count, open_form
from tests.journeys.reviewing import start_review
from tests.journeys.transports import in_socket_mode, over_http

INSERT = "Insert an answer"


def rich(text: str, bold: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}]
    parts.append({"type": "text", "text": bold, "style": {"bold": True}})
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


async def save(person: Person, **fields: Value) -> SeenMessage:
    await person.types("#support", "/ticket answers")
    await person.clicks(await person.wait_for("Saved answers"), "Add answer")
    form = await person.wait_for_form("Who can use it")
    given = {name.replace("_", " "): value for name, value in fields.items()}
    assert await person.submits(await person.fills(form, given)) is None
    return await person.wait_for(str(fields["Name"]))


async def insert(person: Person, form: Form, label: str, words: str = "Inserted: ") -> Form:
    await person.chooses(form, INSERT, label)
    await person.wait_until(lambda: form_of(person).view["hash"] != form.view["hash"])
    return await person.wait_for_form(words)


@in_socket_mode
async def test_an_answer_is_saved_and_inserted_below_what_is_typed(
    ann: Person, sandbox: Sandbox
) -> None:
    await ann.types("#support", "/ticket answers")
    await ann.clicks(await ann.wait_for("None yet."), "Add answer")
    form = await ann.wait_for_form("{customer} and {agent} are replaced")
    assert await ann.options(form, "Who can use it", "") == ["Only me", "All agents", "Support"]
    given: dict[str, Value] = {
        "Name": "Left today",
        "Message": rich("Dear {customer}, it left ", "today"),
        "Who can use it": "Support",
        "After sending": "Resolve",
        "Tags to add": ["Shipping", "VIP"],
    }
    assert await ann.submits(await ann.fills(form, given)) is None
    listed = await ann.wait_for("Left today")
    for words in (
        "  ·  Support",
        "Dear {customer}, it left today",
        "After sending: Resolve",
        "Shipping, VIP",
    ):
        assert words in listed
    form = await open_form(ann, "Reply", INSERT)
    form = await ann.fills(form, {"Message": rich("Thank you.", "!"), "E-mail": []})
    assert await ann.options(form, INSERT, "TODAY left") == ["Left today · Support"]
    form = await insert(ann, form, "Left today · Support")
    assert form.values["Message"] == "Thank you.!\n\nDear John Owner, it left today"
    assert form.values["After sending"] == "Resolve"
    assert form.values["Tags to add"] == ["Shipping", "VIP"]
    assert form.values[INSERT] == ""
    assert form.values["E-mail"] == []
    form = await ann.fills(form, {"Tags to add": ["Refund", "VIP"]})
    form = await insert(ann, form, "Left today · Support")
    assert form.values["Tags to add"] == ["Refund", "VIP", "Shipping"]
    assert str(form.values["Message"]).count("Dear John Owner") == 2
    await ann.submits(form)
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_for("Saved as a reply. No e-mail was sent.")
    ticket = sandbox.liveagent.account.ticket(TICKET)
    html = "Thank you.<b>!</b><br><br>Dear John Owner, it left <b>today</b>"
    assert any(html in each.text for each in ticket.messages)
    assert ticket.status == "R"
    tags = [sandbox.liveagent.account.tags[each].name for each in ticket.tags]
    assert sorted(tags) == ["Refund", "Shipping", "VIP"]


@over_http
async def test_in_japanese(hanako: Person) -> None:
    await hanako.types("#サポート", "/ticket 定型文")
    await hanako.clicks(await hanako.wait_for("定型文"), "定型文を追加")
    form = await hanako.wait_for_form("使える人")
    text = "{customer}様 〇〇をお送りします。{agent}"
    await hanako.submits(await hanako.fills(form, {"名前": "ご案内", "メッセージ": text}))
    await hanako.clicks(await hanako.wait_for("ご案内"), "変更")
    form = await hanako.wait_for_form("使える人")
    await hanako.submits(await hanako.fills(form, {"名前": "発送のご案内"}))
    await hanako.wait_for("発送のご案内")
    await hanako.types("#サポート", "/ticket reply JPN-7K2-QX9")
    form = await hanako.wait_for_form("定型文を挿入")
    await hanako.chooses(form, "定型文を挿入", "発送のご案内")
    form = await hanako.wait_for_form("挿入しました")
    typed = str(form.values["メッセージ"])
    assert "{" not in typed
    assert "花子" in typed
    again = await hanako.submits(form)
    assert again
    assert "「〇〇」" in again
    await hanako.closes(again)
    await hanako.clicks(await hanako.wait_for("発送のご案内", channel="#サポート"), "削除")
    await hanako.wait_for("まだありません")


async def test_answers_stay_within_their_bounds(ann: Person, hanako: Person, adam: Person) -> None:
    for name, whose in (("Mine", "Only me"), ("Ours", "Support"), ("For all", "All agents")):
        await save(ann, Name=name, Message="Hello", Who_can_use_it=whose)
    await hanako.types("#サポート", "/ticket 定型文")
    seen = await hanako.wait_for("For all")
    assert "Mine" not in seen
    assert "Ours" not in seen
    assert "[削除]" not in seen
    await adam.types("#support", "/ticket answers all HELLO")
    await adam.wait_for(lambda seen: "For all" in seen and "Ours" not in seen)
    await adam.types("#support", "/ticket answers")
    seen = await adam.wait_for(lambda seen: "For all" in seen and "Ours" in seen)
    assert "Mine" not in seen
    await adam.clicks(seen, "Delete", near="", nth=1)
    await adam.wait_until(lambda: "Ours" not in adam.now(seen) or "For all" not in adam.now(seen))


async def test_the_form_says_why_an_answer_can_not_be_inserted(ann: Person) -> None:
    await save(ann, Name="Long", Message="x" * 7000)
    listed = await save(ann, Name="Short", Message="Hello")
    form = await ann.fills(await open_form(ann, "Reply", INSERT), {"Message": "y" * 2000})
    form = await insert(ann, form, "Long", "doesn't fit")
    assert form.values["Message"] == "y" * 2000
    before = await ann.options(form, INSERT, "hello")
    assert before == ["Short"]
    view = form_of(ann)
    await ann.clicks(listed, "Delete", nth=1)
    await ann.wait_until(lambda: "Short" not in ann.now(listed))
    option = {"text": {"type": "plain_text", "text": before[0]}, "value": "2"}
    await ann.chooses(view, INSERT, option)
    form = await ann.wait_for_form("was deleted")
    assert form.values["Message"] == "y" * 2000


async def test_in_a_review(ann: Person) -> None:
    await save(ann, Name="Greeting", Message="Dear {customer}")
    await ann.clicks(await start_review(ann), "Reply")
    form = await insert(ann, await ann.wait_for_form(INSERT), "Greeting")
    assert str(form.values["Message"]).startswith("Dear ")
    await ann.submits(form)
    await ann.wait_for_form("2 of ")


async def test_an_unknown_name_stays_a_placeholder_and_asks(ann: Person, sandbox: Sandbox) -> None:
    await save(ann, Name="Greeting", Message="Dear {customer}")
    sandbox.liveagent.faults.add(Fault(kind="down", calls="*"))
    await ann.types("#support", f"/ticket reply {CODE}")
    form = await insert(ann, await ann.wait_for_form(INSERT), "Greeting")
    again = await ann.submits(form)
    assert again
    assert "“{customer}”" in again
    again = await ann.submits(await ann.fills(again, {"Message": MENTION}))
    assert again
    assert again.errors["Message"].startswith("Customers can't see Slack mentions.")


async def test_a_slow_insertion_gives_up_and_keeps_the_text(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    """What is typed meanwhile would be lost."""
    await save(ann, Name="Greeting", Message="Hello")
    form = await ann.fills(await open_form(ann, "Reply", INSERT), {"Message": "Typed."})
    (label,) = await ann.options(form, INSERT, "")
    sandbox.liveagent.faults.add(Fault(kind="hang", calls="*"))
    await sandbox.clock.move(timedelta(minutes=2))
    option = {"text": {"type": "plain_text", "text": label}, "value": "1"}
    await ann.chooses(form, INSERT, option)
    form = await clock.too_late_for(ann.wait_for_form("isn't responding"), INSERTION_SECONDS)
    assert form.values["Message"] == "Typed."


async def test_home_leads_to_them(ann: Person) -> None:
    await ann.opens_home()
    await ann.clicks(await ann.wait_for_home("Saved answers"), "Show", near="Saved answers")
    await ann.clicks(await ann.wait_for_form("None yet."), "Add answer")
    form = await ann.wait_for_form("Who can use it")
    await ann.submits(await ann.fills(form, {"Name": "Hello", "Message": f"About {CODE}"}))
    await ann.wait_for_form(f"About {CODE}")


class TestWithLiveAgents:
    """With a key of version 3, LiveAgent's own answers are offered too."""

    @pytest.fixture
    def has_v3_key(self) -> bool:
        return True

    async def test_liveagents_answers_are_inserted_with_names_and_formatting(
        self, ann: Person, sandbox: Sandbox
    ) -> None:
        await save(ann, Name="Mine", Message="Hello")
        form = await ann.fills(await open_form(ann, "Reply", INSERT), {"E-mail": []})
        assert await ann.options(form, INSERT, "") == [
            "Mine",
            "My own greeting",
            "Where is my parcel? · Support",
            "Thank you",
        ]
        form = await insert(ann, form, "Where is my parcel? · Support")
        assert str(form.values["Message"]).startswith("Dear John Owner,\n\nyour parcel is")
        await ann.submits(form)
        await ann.clicks(await ann.wait_for("Send now"), "Send now")
        await ann.wait_for("Saved as a reply.")
        html = (
            "<div>Dear John Owner,<br><br>your parcel is on its way. You can:</div>"
            '<ul><li>follow it <a href="https://shop.acme.example/track">here</a>,</li>'
            "<li>have it sent to <b>another address</b> until it leaves our warehouse.</li></ul>"
            "<div>Kind regards,<br>Ann Agent</div>"
        )
        assert message_count(sandbox, html) == 1
        assert len(calls(sandbox, "GET", "/predefined_answers")) == 1

    @pytest.mark.parametrize("fault", ["refuse", "hang"])
    async def test_saved_answers_are_offered_without_liveagents(
        self, ann: Person, sandbox: Sandbox, clock: PatientClock, fault: Kind
    ) -> None:
        await save(ann, Name="Mine", Message="Hello")
        sandbox.liveagent.faults.add(Fault(kind=fault, calls="list_predefined_answers"))
        await sandbox.clock.move(timedelta(minutes=20))
        form = await open_form(ann, "Reply", INSERT)
        offered = ann.options(form, INSERT, "")
        assert await clock.too_late_for(offered, LIVEAGENT_SECONDS) == ["Mine"]
        await ann.closes(with_all=True)
        await ann.types("#support", "/ticket answers")
        notice = ann.wait_for("LiveAgent's predefined answers can't be loaded")
        await clock.too_late_for(notice, LIVEAGENT_SECONDS)
        sandbox.liveagent.faults.clear()
