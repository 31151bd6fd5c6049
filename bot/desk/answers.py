"""Lists, searches and changes saved answers within the reader's permissions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.cache import Cache
from bot.desk.commits import Commits, checked_in_time
from bot.desk.tickets import TicketDesk
from bot.domain.answers import Audience, Listed, Reader, SavedAnswer, Usable, matching
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import (
    AnswerChanged,
    AnswerGone,
    AnswerOutOfBounds,
    DepartmentsLoading,
    LiveAgentError,
)
from bot.domain.people import OwnDepartments, SlackUser
from bot.operations.rich_text import to_text
from bot.storage.answers import SavedAnswers
from bot.storage.best_effort import to_show

LIST_SECONDS = 10.0  # each keystroke in the field asks for the list
LIVEAGENTS_LIST_SECONDS = 60.0  # the directory's is minutes old
LIVEAGENT_SECONDS = 1.2  # Slack waits three for options
MAX_DIGITS = 9  # of an id in the database
_ALL = ""

log = structlog.get_logger()


class AnswerDesk:
    """Operations on saved answers. Users are given by Slack id. Raises `NotAllowed` for non-agents.

    Searches use a list that is some seconds old, apart from the bot's own changes. An answer is
    read again before it is inserted or changed. LiveAgent's answers may be some minutes old.
    """

    def __init__(
        self,
        desk: TicketDesk,
        stored: SavedAnswers,
        find_user: Callable[[str], Awaitable[SlackUser]],
        commits: Commits,
        clock: Clock = MACHINE,
    ) -> None:
        self._desk = desk
        self._stored = stored
        self._find_user = find_user
        self._commits = commits
        self._clock = clock
        self._own: Cache[str, Sequence[Listed]] = Cache(
            self._list_own, seconds=LIST_SECONDS, timer=clock.monotonic
        )
        self._liveagents: Cache[str, Sequence[Listed]] = Cache(
            self._list_liveagents, seconds=LIVEAGENTS_LIST_SECONDS, timer=clock.monotonic
        )

    async def search(
        self, query: str, user_id: str, *, department_id: str = ""
    ) -> Sequence[SavedAnswer]:
        """Returns the answers that the user may use: their own and the department's first."""
        reader, _ = await self._reader(user_id)
        offered, _ = await self._search(query, reader, SavedAnswer.is_for, department_id)
        return [each.answer for each in offered]

    async def all_of(self, user_id: str, query: str = "") -> tuple[Sequence[Usable], bool]:
        """Returns the answers that the user may use or change, and whether LiveAgent's are there.

        The bot's own answers are current. LiveAgent's are missing if it did not answer in time.
        """
        self._own.forget(_ALL)
        reader, _ = await self._reader(user_id)
        found, is_whole = await self._search(query, reader, _is_seen)
        usable = [
            Usable(each.answer, each.begins, each.answer.may_be_changed_by(reader))
            for each in found
        ]
        return usable, is_whole

    async def find(self, key: str, user_id: str) -> SavedAnswer:
        """Returns an answer to insert or change, by its key.

        Raises `AnswerGone`, also if the user may not use it, and `LiveAgentError`.
        """
        reader, _ = await self._reader(user_id)
        if key.isdecimal() and len(key) <= MAX_DIGITS:
            answer = await to_show(self._stored.find(int(key)), self._clock)
        else:
            theirs = await self._liveagents.get(_ALL)
            answer = next((each.answer for each in theirs if each.answer.key == key), None)
        if answer is None or not _is_seen(answer, reader):
            raise AnswerGone
        return answer

    async def save(
        self, answer: SavedAnswer, user_id: str, *, key: str, shown: str = ""
    ) -> SavedAnswer:
        """Adds an answer without an id, else changes it if its fingerprint is still `shown`.

        Raises:
            AnswerChanged: somebody else has changed it.
            AnswerOutOfBounds: the user may not change it, or not use the department.
            AnswerGone: somebody has deleted it.
            NotApplied: the permissions were not known in time.
            NotStored, CommitOutcomeUnknown: it was not on disk in time.

        """
        async with checked_in_time(self._clock, "saved answer"):
            reader, own = await self._reader(user_id)
        _check_department(answer, own)
        if not answer.id:
            add = partial(self._stored.add, answer, key, agent=reader.agent.name)
            await self._commits.wait_for(add, key=key)
        else:
            check = partial(_check_change, reader, answer, shown)
            agent = reader.agent.name
            change = partial(self._stored.change, answer, check, user=user_id, agent=agent)
            if not await self._commits.wait_for(change, key=key):
                raise AnswerGone
        self._own.forget(_ALL)
        return answer

    async def remove(self, answer_id: int, user_id: str) -> None:
        """Deletes an answer; one that is already gone is no error. Raises as `save` does."""
        reader, _ = await self._reader(user_id)
        check, agent = partial(_check_change, reader, None, ""), reader.agent.name
        remove = partial(self._stored.remove, answer_id, check, user=user_id, agent=agent)
        await self._commits.wait_for(remove, key=f"remove answer {answer_id}")
        self._own.forget(_ALL)

    async def _reader(self, user_id: str) -> tuple[Reader, OwnDepartments]:
        agent = await self._desk.actor(await self._find_user(user_id))
        own = await self._desk.departments_of(agent)
        return Reader(user_id, agent, own.ids), own

    async def _search(
        self,
        query: str,
        reader: Reader,
        is_wanted: Callable[[SavedAnswer, Reader], bool],
        department_id: str = "",
    ) -> tuple[Sequence[Listed], bool]:
        own, theirs = await asyncio.gather(self._own.get(_ALL), self._of_liveagent())
        wanted = (each for each in (*own, *(theirs or ())) if is_wanted(each.answer, reader))
        return matching(wanted, query, reader, department_id), theirs is not None

    async def _of_liveagent(self) -> Sequence[Listed] | None:
        """Returns LiveAgent's answers, or None if they can't be read in time."""
        try:
            async with self._clock.timeout(LIVEAGENT_SECONDS):
                return await self._liveagents.get(_ALL)
        except (LiveAgentError, TimeoutError) as error:
            log.warning("LiveAgent's saved answers not read", why=str(error))
            return None

    async def _list_own(self, _: str) -> Sequence[Listed]:
        return await to_show(self._stored.all(_listed), self._clock)

    async def _list_liveagents(self, _: str) -> Sequence[Listed]:
        answers = await self._desk.directory.predefined_answers()
        if not answers:
            return ()
        names = {each.id: each.name for each in await self._desk.directory.departments()}
        return await asyncio.to_thread(
            lambda: [Listed.of(each.saved(names), each.text) for each in answers]
        )


def _listed(answer: SavedAnswer) -> Listed:
    return Listed.of(replace(answer, rich_text={}), to_text(answer.rich_text))


def _is_seen(answer: SavedAnswer, reader: Reader) -> bool:
    """Whether they may use or change it; authors see answers of departments that they have left."""
    return answer.is_for(reader) or answer.may_be_changed_by(reader)


def _check_department(answer: SavedAnswer, own: OwnDepartments) -> None:
    if answer.audience is not Audience.DEPARTMENT:
        return
    if answer.department is None or answer.department.id not in own.ids:
        raise AnswerOutOfBounds if own.is_complete else DepartmentsLoading


def _check_change(
    reader: Reader, after: SavedAnswer | None, shown: str, before: SavedAnswer
) -> None:
    """Raises `AnswerOutOfBounds` and `AnswerChanged`.

    Only its author may keep an answer for themselves.
    """
    takes = after is not None and after.audience is Audience.ME and not before.is_by(reader)
    if takes or not before.may_be_changed_by(reader):
        raise AnswerOutOfBounds
    if after and shown and before.fingerprint not in {shown, after.fingerprint}:
        raise AnswerChanged
