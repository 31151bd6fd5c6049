"""Messages that people write to the bot in its own conversation with them."""

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from tests.journeys.acting import CARD, CODE, TICKET, type_and_see
from tests.journeys.transports import over_both

ON_A_CARD = "[Show conversation]"


async def answer_to(person: Person, text: str, words: str) -> SeenMessage:
    """The bot's answer with the words."""
    await person.types(person.direct, text)
    return await person.wait_for(
        lambda seen: words in seen and seen.user != person.id, channel=person.direct
    )


async def test_direct_messages_are_understood_like_commands(ann: Person) -> None:
    for typed, words in (
        (CODE, CARD),
        ("ticket ＡＸ４－Ｂ４Ｔ－ＦＤ８", CARD),
        (f"could you look at {CODE} please?", CARD),
        ("https://acme.ladesk.com/agent/#Conversation;id=s4y7t5s7", CARD),
        (f"{CODE} and RFD-8K2-QZ1", "2 tickets"),
        ("mine", "assigned to you"),
        ("一覧 新規", "New · all your departments"),
        ("queue", "waiting for our reply"),
        ("hello", "Show what's waiting"),
        ("what is this", "I don't know that command or ticket."),
        ("close tomorrow please", "Which ticket?"),
        ("解決 tomorrow", "Which ticket?"),
        ("shipping is late", "I don't know that command or ticket."),
        ("shipping", "I don't know that command or ticket."),
        ("AAA-111-ZZZ", "No ticket AAA-111-ZZZ in LiveAgent."),
        (f"reslove {CODE}", "Did you mean /ticket resolve?"),
    ):
        answer = await type_and_see(ann, typed, words, ann.direct)
        assert not answer.is_private


@over_both
async def test_a_card_stays_and_changes_in_place(ann: Person, sandbox: Sandbox) -> None:
    card = await answer_to(ann, CODE, CARD)
    sandbox.liveagent.account.ticket(TICKET).status = "R"
    await ann.clicks(card, "Refresh")
    await ann.wait_until(lambda: "[Reopen]" in ann.now(card))
    assert len([seen for seen in ann.messages(ann.direct) if CARD in seen]) == 1


async def test_a_ticket_is_resolved_once_however_often_slack_sends_it(
    ann: Person, sandbox: Sandbox
) -> None:
    await answer_to(ann, f"resolve {CODE}", "[Undo]")
    sandbox.slack.tell_event_again()
    card = await answer_to(ann, CODE, ON_A_CARD)
    sandbox.slack.tell_event_again()
    await answer_to(ann, "help", "Show what's waiting")
    cards = [seen for seen in ann.messages(ann.direct) if ON_A_CARD in seen]
    held = [seen for seen in ann.messages(ann.direct) if "[Undo]" in seen and seen not in cards]
    assert len(held) == 1
    assert [seen.ts for seen in cards] == [card.ts]


async def test_a_typed_reply_gets_a_button_for_its_form(ann: Person) -> None:
    question = await answer_to(ann, f"reply {CODE} It left today.", "Press the button to continue.")
    await ann.clicks(question, f"Reply {CODE}")
    form = await ann.wait_for_form("To: John Owner")
    assert form.values["Message"] == "It left today."


async def test_a_code_that_opens_the_ticket_is_in_no_button(ann: Person, sandbox: Sandbox) -> None:
    code = sandbox.liveagent.account.ticket(TICKET).public_code
    answer = await answer_to(ann, f"reply {code} It left today.", "Type it after /ticket.")
    assert code not in str(answer.blocks)


async def test_next_starts_from_a_button(ann: Person) -> None:
    await ann.clicks(await answer_to(ann, "next", "Press the button"), "/ticket next")
    await ann.wait_for_form("[Skip]")


async def test_a_non_agent_gets_an_explanation(sandbox: Sandbox, ann: Person) -> None:
    nora = sandbox.slack.person("nora")
    assert ann.id
    await answer_to(nora, CODE, "No LiveAgent agent has your Slack e-mail address")


async def test_a_progress_message_is_removed(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("hang", "*conversations*")
    await answer_to(ann, CODE, "Still waiting for LiveAgent")
    sandbox.liveagent.faults.clear()
    await ann.wait_for(CARD, channel=ann.direct)
    assert not ann.sees("Still waiting", channel=ann.direct)


async def test_in_japanese(hanako: Person) -> None:
    await answer_to(hanako, "自分", "自分の担当")
    await answer_to(hanako, "JPN-7K2-QX9 完了", "[取り消す]")
    await answer_to(hanako, "返信 JPN-7K2-QX9", "ボタンを押して続けてください。")
