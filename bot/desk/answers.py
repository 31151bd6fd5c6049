"""What agents may do with saved answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.cache import Cache
from bot.desk.commits import Commits
from bot.desk.tickets import TicketDesk
from bot.domain.answers import Audience, SavedAnswer, Usable, found
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import AnswerGone, AnswerOutOfBounds, NotMade, StillReading
from bot.domain.people import Agent, OwnDepartments, SlackUser
from bot.domain.spelling import folded
from bot.operations.inserting import text_of
from bot.storage.answers import SavedAnswers

CHECK_SECONDS = 2.0  # Slack waits three for the answer to a form
LIST_SECONDS = 10.0  # each keystroke in the field asks for the list

Listed = Sequence[tuple[SavedAnswer, str]]
"""Answers with what is searched in them, folded."""


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """Operations on saved answers. Users are Slack ids; `NotAllowed` is raised for strangers.

    The list for searching is some seconds old, except after own changes; an answer that is inserted
    or changed is read anew.
    """

    _desk: TicketDesk
    _stored: SavedAnswers
    _find_user: Callable[[str], Awaitable[SlackUser]]
    _commits: Commits
    clock: Clock = MACHINE
    _lists: Cache[str, Listed] = field(init=False)

    def __post_init__(self) -> None:
        lists = Cache(self._load, seconds=LIST_SECONDS, timer=self.clock.monotonic)
        object.__setattr__(self, "_lists", lists)  # the class is frozen

    async def search(
        self, query: str, user_id: str, *, department_id: str = ""
    ) -> Sequence[SavedAnswer]:
        """Returns the answers that the user may use: their own and the department's first."""
        _, own = await self._person(user_id)
        listed = await self._lists.get("")
        usable = (each for each in listed if each[0].is_for(user_id, own.ids))
        return found(usable, query, slack_user=user_id, department_id=department_id)

    async def all_of(self, user_id: str) -> Sequence[Usable]:
        """Returns the answers that the user may use, as they are now."""
        self._lists.forget("")
        agent, own = await self._person(user_id)
        answers = await self.search("", user_id)
        return [Usable(each, each.may_be_changed_by(user_id, agent, own.ids)) for each in answers]

    async def find(self, answer_id: int, user_id: str) -> SavedAnswer:
        """Returns an answer to insert. Raises `AnswerGone`, also for one that is not for them."""
        _, own = await self._person(user_id)
        answer = await self._stored.find(answer_id)
        if answer is None or not answer.is_for(user_id, own.ids):
            raise AnswerGone
        return answer

    async def save(self, answer: SavedAnswer, user_id: str, *, key: str) -> None:
        """Adds an answer without an id, else changes it.

        Raises:
            AnswerOutOfBounds: the answer is not theirs to change, or the department not theirs.
            AnswerGone: somebody has deleted it.
            NotMade: the permissions were not known in time.
            NotStored, PerhapsStored: it was not on disk in time.

        """
        try:
            async with self.clock.timeout(CHECK_SECONDS):
                agent, own = await self._person(user_id)
        except TimeoutError as error:
            raise NotMade("saved answer", "who may save it is not told in time") from error
        _check_place(answer, own)
        if not answer.id:
            add = partial(self._stored.add, answer, key, agent=agent.name)
            await self._commits.wait_for(add, key=key)
        else:
            check = partial(_check_change, user_id, agent, own, answer)
            change = partial(self._stored.change, answer, check, user=user_id, agent=agent.name)
            if not await self._commits.wait_for(change, key=key):
                raise AnswerGone
        self._lists.forget("")

    async def remove(self, answer_id: int, user_id: str) -> None:
        """Raises `AnswerOutOfBounds`; one that is gone already is no error."""
        agent, own = await self._person(user_id)
        check = partial(_check_change, user_id, agent, own, None)
        await self._stored.remove(answer_id, check, user=user_id, agent=agent.name)
        self._lists.forget("")

    async def _person(self, user_id: str) -> tuple[Agent, OwnDepartments]:
        agent = await self._desk.actor(await self._find_user(user_id))
        return agent, await self._desk.departments_of(agent)

    async def _load(self, _key: str) -> Listed:
        return [(each, _searched(each)) for each in await self._stored.all()]


def _searched(answer: SavedAnswer) -> str:
    place = answer.department.name if answer.department else ""
    return folded(f"{answer.name}\n{place}\n{text_of(answer.rich_text)}")


def _check_place(answer: SavedAnswer, own: OwnDepartments) -> None:
    if answer.audience is not Audience.DEPARTMENT:
        return
    if answer.department is None or answer.department.id not in own.ids:
        raise AnswerOutOfBounds if own.is_complete else StillReading


def _check_change(
    user_id: str,
    agent: Agent,
    own: OwnDepartments,
    after: SavedAnswer | None,
    before: SavedAnswer,
) -> None:
    """Raises `AnswerOutOfBounds`; only its author may keep an answer for themselves."""
    takes = after is not None and after.audience is Audience.ME and before.author != user_id
    if takes or not before.may_be_changed_by(user_id, agent, own.ids):
        raise AnswerOutOfBounds
