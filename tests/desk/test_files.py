"""Files are attached once, with their text, or their author is asked before it is sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from bot.desk.commits import Commits
from bot.desk.delivery.courier import MAX_DELIVERIES
from bot.desk.submissions import Decision, Submissions
from bot.domain.files import FileTrouble, Upload
from bot.domain.outbox import Row, State
from bot.operations import Create, Operation, SlackFile
from bot.operations.outcome import FilesUnsendable, read_outcome
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import Fault, Ticket
from bot.storage.files import Files
from bot.storage.tables import file_parts
from tests.desk.conftest import TICKET, Altered, PostOffice, note, reply
from tests.desk.mortal import READS, Killed, Lives, Mortal
from tests.files import files_of
from tests.waiting import until_found

PHOTO, PLAN = b"\x89PNG\r\n\x1a\n" + b"p" * 3000, b"%PDF-1.7 " + b"q" * 5000
WORDS = "Here they are."


def two(office: PostOffice) -> tuple[SlackFile, ...]:
    office.slack_files.content = {
        "F1": ("photo.png", [PHOTO[:1000], PHOTO[1000:]]),
        "F2": ("plan.pdf", [PLAN]),
    }
    return tuple(SlackFile(id=each, name=f"{each}?") for each in ("F1", "F2"))


def with_files(office: PostOffice, operation: Operation) -> Operation:
    return operation.model_copy(update={"files": two(office), "version": 2})


def a_reply(office: PostOffice) -> Operation:
    return with_files(office, reply(WORDS, office.standin))


def a_ticket(office: PostOffice) -> Operation:
    created = Create(
        is_by_customer=False,
        recipient="john@owner.com",
        department_id="default",
        subject="Lamp",
        rich_text=of_plain(WORDS),
    )
    return with_files(office, created)


def attached(tickets: Sequence[Ticket]) -> list[list[str]]:
    """Returns the names beside each message with the words."""
    groups = [group.messages or () for each in tickets for group in each.groups]
    return [
        [dict(json.loads(each.text))["name"] for each in messages if each.kind in "FL"]
        for messages in groups
        if any(WORDS in each.text for each in messages)
    ]


def all_attached(office: PostOffice) -> list[list[str]]:
    return attached(list(office.standin.account.tickets.values()))


async def parts_left(office: PostOffice) -> int:
    async with office.database.begin() as connection:
        return int((await connection.execute(select(func.count(file_parts.c.number)))).scalar_one())


class MortalFiles(Mortal):
    """What is read in parts is read as long as the process lives."""

    def parts(self, file_id: int) -> AsyncIterator[bytes]:
        return cast("AsyncIterator[bytes]", self._inner.parts(file_id))

    def read(self, address: str) -> AsyncIterator[bytes]:
        return cast("AsyncIterator[bytes]", self._inner.read(address))


MAKE = {
    "reply": a_reply,
    "note": lambda office: with_files(office, note(WORDS)),
    "create": a_ticket,
}


@pytest.mark.parametrize("kind", MAKE)
async def test_files_are_attached_to_their_message(office: PostOffice, kind: str) -> None:
    row = await office.put(MAKE[kind](office))
    ended = await office.deliver(row)
    assert ended.state is State.DONE
    assert all_attached(office) == [["photo.png", "plan.pdf"]]
    contents = [each.content for each in office.standin.account.uploaded]
    assert contents == [PHOTO, PLAN]
    types = [each.type for each in office.standin.account.uploaded]
    assert types == ["image/png", "application/pdf"]
    assert await parts_left(office) == 0


@pytest.mark.parametrize("kind", ["reply", "create"])
async def test_wherever_the_bot_is_killed_each_file_is_attached_once(
    office: PostOffice, kind: str
) -> None:
    """It dies at one step after the other: each of the database's and LiveAgent's."""
    calls, is_over = 0, False
    while not is_over:
        calls += 1
        await office.start_anew()
        row = await office.put(MAKE[kind](office))
        lives = Lives(calls, reads=READS)
        store: Any = MortalFiles(lives, Files(office.database))
        mortal = office.deliverer(
            outbox=Mortal(lives, office.outbox),
            system=Mortal(lives, office.liveagent),
            files=files_of(office.database, MortalFiles(lives, office.slack_files), store),
        )
        with suppress(Killed):
            await office.attempt(mortal)
        is_over = lives.left > 0
        ended = await office.deliver(row)
        assert ended.state is State.DONE, calls
        assert all_attached(office) == [["photo.png", "plan.pdf"]], calls
        assert await parts_left(office) == 0
    assert calls > 15


async def ask(office: PostOffice, row: Row) -> FilesUnsendable:
    """Returns what its author is asked; no word has left."""
    ended = await office.deliver(row)
    assert ended.state is State.ASKS
    outcome = read_outcome(ended.outcome)
    assert isinstance(outcome, FilesUnsendable)
    assert all_attached(office) == []
    return outcome


async def decide(office: PostOffice, row: Row, decision: Decision) -> Row:
    submissions = Submissions(office.outbox, Commits(), {}, lambda: None)
    lease_token = (await office.now(row)).lease_token
    assert await submissions.decide(row.id, decision, slack_user="U0ANN", lease_token=lease_token)
    return await office.deliver(row)


@pytest.mark.parametrize("fault", ["drop_after", "empty_body", "cut_body", "html_page", "refuse"])
async def test_an_upload_that_is_cut_is_attached_once(office: PostOffice, fault: Any) -> None:
    office.standin.faults.add(Fault(kind=fault, calls="POST */files", times=2))
    row = await office.put(a_reply(office))
    assert (await office.deliver(row)).state is State.DONE
    assert all_attached(office) == [["photo.png", "plan.pdf"]]


@pytest.mark.parametrize("fault", ["drop_after", "apply_late", "empty_body", "refuse"])
async def test_a_message_whose_answer_was_lost_is_sent_once_with_its_files(
    office: PostOffice, fault: Any
) -> None:
    lost = Fault(kind=fault, calls="POST */messages", times=1, seconds=30)
    office.standin.faults.add(lost)
    row = await office.put(a_reply(office))
    assert (await office.deliver(row)).state is State.DONE
    await office.standin.late_calls()
    assert all_attached(office) == [["photo.png", "plan.pdf"]]
    assert len(office.standin.account.uploaded) == 2


@pytest.mark.parametrize("kind", MAKE)
async def test_if_files_are_refused_the_author_is_asked_before_sending(
    office: PostOffice, kind: str
) -> None:
    office.standin.switches.takes_files = False
    row = await office.put(MAKE[kind](office))
    outcome = await ask(office, row)
    assert (outcome.trouble, outcome.name) == (FileTrouble.REFUSED, "photo.png")
    assert outcome.reason == "Files are not allowed"
    assert (await office.now(row)).baseline is None  # nothing was begun
    ended = await decide(office, row, Decision.SEND_WITHOUT_FILES)
    assert ended.state is State.DONE
    assert all_attached(office) == [[]]


async def test_the_refusal_of_a_proxy_has_a_reason_too(office: PostOffice) -> None:
    too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    page = Fault(kind="html_page", calls="POST */files", http=too_large, applied=False)
    office.standin.faults.add(page)
    outcome = await ask(office, await office.put(a_reply(office)))
    assert (outcome.trouble, outcome.reason) == (FileTrouble.REFUSED, too_large.phrase)


async def test_an_upload_that_never_gets_through_is_asked_about(office: PostOffice) -> None:
    office.standin.faults.add(Fault(kind="refuse", calls="POST */files"))
    row = await office.put(a_reply(office))
    assert (await ask(office, row)).trouble is FileTrouble.CUT
    office.standin.faults.clear()
    assert (await decide(office, row, Decision.TRY_AGAIN)).state is State.DONE
    assert all_attached(office) == [["photo.png", "plan.pdf"]]


async def test_what_has_no_files_does_not_wait_for_uploads(office: PostOffice) -> None:
    """As many uploads as deliveries run at once, and none of them ends."""
    office.standin.faults.set("hang", "POST */files")
    first, *others = office.standin.account.tickets
    for each in others[:MAX_DELIVERIES]:
        await office.put(with_files(office, note(WORDS, each)), by="U0ADAM")
    row = await office.put(note("No files.", first), by="U0ADAM")
    courier = office.courier()
    running = asyncio.create_task(courier.run())

    async def is_over() -> bool:
        return (await office.now(row)).state is State.DONE

    await until_found(is_over)
    courier.stop()
    office.standin.faults.clear()
    await running


async def test_during_an_outage_files_wait_with_their_text(office: PostOffice) -> None:
    office.standin.faults.add(Fault(kind="down", times=9))
    row = await office.put(a_reply(office))
    assert (await office.deliver(row)).state is State.DONE
    assert all_attached(office) == [["photo.png", "plan.pdf"]]


@pytest.mark.parametrize(
    ("name", "parts", "trouble"),
    [
        ("movie.mp4", [b"m" * 5_000_000] * 6, FileTrouble.TOO_LARGE),
        ("photo.png", [b"MZ\x90\x00"], FileTrouble.PROGRAM),
        ("photo\u202egnp.exe", [b"p"], FileTrouble.PROGRAM),
        ("empty.txt", [], FileTrouble.EMPTY),
    ],
)
async def test_an_unfit_file_is_named_before_anything_leaves(
    office: PostOffice, name: str, parts: list[bytes], trouble: FileTrouble
) -> None:
    """Whatever Slack says of its size."""
    made = a_reply(office)
    office.slack_files.content["F2"] = (name, parts)
    row = await office.put(made)
    outcome = await ask(office, row)
    assert outcome.trouble is trouble
    assert "\u202e" not in outcome.name
    assert office.standin.account.uploaded == []


async def test_a_file_that_is_gone_from_slack_is_asked_about(office: PostOffice) -> None:
    made = a_reply(office)
    del office.slack_files.content["F1"]
    row = await office.put(made)
    assert (await ask(office, row)).name == "F1?"
    assert (await decide(office, row, Decision.SEND_WITHOUT_FILES)).state is State.DONE
    assert all_attached(office) == [[]]


async def test_a_download_that_is_cut_is_made_again(office: PostOffice) -> None:
    """If only the connection marks the end, a cut looks like one."""
    office.slack_files.cuts = 2
    assert (await office.deliver(await office.put(a_reply(office)))).state is State.DONE
    assert [each.content for each in office.standin.account.uploaded] == [PHOTO, PLAN]
    office.slack_files.cuts = 100
    row = await office.put(with_files(office, note(WORDS)))
    await office.attempt()
    assert (await office.now(row)).waits_for_slack
    ended = await office.deliver(row)
    assert ended.state is State.ASKS
    assert FileTrouble.GONE in str(ended.outcome)


async def test_if_the_server_drops_files_the_next_author_is_asked_first(office: PostOffice) -> None:
    office.standin.switches.keeps_files = False
    ended = await office.deliver(await office.put(a_reply(office)))
    assert ended.outcome
    assert ended.outcome["lacks_files"]
    office.standin.account.tickets[TICKET].groups.pop()
    row = await office.put(a_reply(office))
    assert (await ask(office, row)).trouble is FileTrouble.DROPPED
    office.standin.switches.keeps_files = True
    assert (await decide(office, row, Decision.TRY_AGAIN)).state is State.DONE
    assert (await office.deliver(await office.put(a_ticket(office)))).state is State.DONE


async def test_a_message_during_an_upload_is_noticed(office: PostOffice) -> None:
    """What is confirmed of the ticket stays confirmed where a file is asked about then."""
    row = await office.put(a_reply(office))
    account = office.standin.account

    class Slow(Altered):
        async def upload(self, file: Upload) -> str:
            account.customer_writes(TICKET, "STOP!")
            return await office.liveagent.upload(file)

    await office.attempt(office.deliverer(system=Slow(office.liveagent)))
    asked = await office.now(row)
    assert asked.state is State.ASKS
    assert "STOP!" in str(asked.outcome)
    assert all_attached(office) == []
    assert (await decide(office, row, Decision.SEND_ANYWAY)).state is State.DONE
    assert all_attached(office) == [["photo.png", "plan.pdf"]]


async def test_a_question_about_a_file_keeps_the_confirmation(office: PostOffice) -> None:
    made = a_reply(office)
    office.standin.account.customer_writes(TICKET, "STOP!")
    office.standin.switches.takes_files = False
    row = await office.put(made)
    assert (await office.deliver(row)).state is State.ASKS
    asked = await decide(office, row, Decision.SEND_ANYWAY)
    assert isinstance(read_outcome(asked.outcome), FilesUnsendable)
    assert (await decide(office, row, Decision.SEND_WITHOUT_FILES)).state is State.DONE
