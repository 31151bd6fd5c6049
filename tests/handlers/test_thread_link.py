"""A new ticket's link is posted in its thread once, despite crashes and replicas."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import Row, State
from bot.domain.people import SlackUser
from bot.domain.ref import Account
from bot.i18n import Translator
from bot.operations import LinkThread
from bot.slack.client import PostMark
from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.outbox import Outbox
from bot.storage.thread_links import ThreadLinks
from bot.storage.ticket_messages import TicketMessages
from handlers.notify.thread_link import ThreadLinkPoster

if TYPE_CHECKING:
    from bot.slack.client import Slack

THREAD = LinkThread(channel="C1", ts="1.1")
ANN = SlackUser("U0ANN", "ann@acme.example", "en-GB", "Europe/London", "Ann Agent")


@dataclass
class ThreadOfSlack:
    """A thread; `loses` answers of posts, `is_readable` with the history scope."""

    loses: int = 0
    is_readable: bool = True
    posted: list[tuple[PostMark, str, str]] = field(default_factory=list)

    async def channel(self, _channel: str) -> Mapping[str, Any]:
        return {"is_member": True}

    async def find_reply(self, _channel: str, _ts: str, mark: PostMark) -> str:
        if not self.is_readable:
            raise SlackDoesNotAnswer("conversations.replies", "missing_scope")
        return next((ts for each, _, ts in self.posted if each == mark), "")

    async def post(
        self, channel: str, _message: object, *, mark: PostMark, thread: str
    ) -> tuple[str, str]:
        ts = f"2.{len(self.posted)}"
        self.posted.append((mark, thread, ts))
        if self.loses:
            self.loses -= 1
            raise SlackDoesNotAnswer("chat.postMessage", "TimeoutError")
        return channel, ts


@pytest.fixture
async def row(database: Database) -> Row:
    entry = Entry("key", "create", 1, {}, "new jo@x.example", ANN.id)
    return await Outbox(database).put(entry, hold_seconds=0)


def poster(slack: ThreadOfSlack, database: Database) -> ThreadLinkPoster:
    links, messages = ThreadLinks(database), TicketMessages(database)
    account = Account("https://acme.ladesk.com")
    return ThreadLinkPoster(cast("Slack", slack), account, links, messages)


async def post(slack: ThreadOfSlack, database: Database, row: Row) -> str:
    by_a_bot = poster(slack, database)
    return await by_a_bot.post(row, THREAD, ANN, Translator("en"))


async def test_the_thread_link_is_posted_once(database: Database, row: Row) -> None:
    slack = ThreadOfSlack()
    assert row.state is State.HELD
    assert [await post(slack, database, row) for _ in range(3)] == ["", "", ""]
    ((_, thread, _),) = slack.posted
    assert thread == THREAD.ts


async def test_a_post_whose_answer_was_lost_is_found(database: Database, row: Row) -> None:
    """As after a kill: the try is begun, and its result is not stored."""
    slack = ThreadOfSlack(loses=1)
    with pytest.raises(SlackDoesNotAnswer):
        await post(slack, database, row)
    assert await post(slack, database, row) == ""
    assert len(slack.posted) == 1


async def test_a_kill_before_the_post_costs_nothing(database: Database, row: Row) -> None:
    slack = ThreadOfSlack()
    assert await ThreadLinks(database).begin(row.id, 0)
    assert await post(slack, database, row) == ""
    assert len(slack.posted) == 1


async def test_its_author_is_notified_if_threads_can_not_be_read(
    database: Database, row: Row
) -> None:
    slack = ThreadOfSlack(loses=1, is_readable=False)
    with pytest.raises(SlackDoesNotAnswer):
        await post(slack, database, row)
    for _ in range(2):
        assert "couldn't tell whether" in await post(slack, database, row)
    assert len(slack.posted) == 1


async def test_a_suspended_bot_does_not_post_the_link_again(database: Database, row: Row) -> None:
    links = ThreadLinks(database)
    assert await links.find(row.id) == (0, "")  # the one that falls asleep
    assert await post(slack := ThreadOfSlack(), database, row) == ""
    assert not await links.begin(row.id, 0)
    assert len(slack.posted) == 1
