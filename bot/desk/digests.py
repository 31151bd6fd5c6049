"""Stores, changes and previews a channel's digests within the user's permissions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial

from sqlalchemy import Insert

from bot.desk.channel_rights import ChannelRights, FindUser
from bot.desk.commits import Commits, checked_in_time
from bot.desk.desk import Desk
from bot.desk.gathering import Gathered, contents_of, gather_tickets, with_shown
from bot.desk.redact import RedactedTickets
from bot.desk.search import only_visible
from bot.desk.timetable import next_due
from bot.desk.week import gather_week
from bot.domain.clock import MACHINE, Clock
from bot.domain.digest import (
    Contents,
    Digest,
    DigestKind,
    check_figures_per_agent,
    in_order,
)
from bot.domain.errors import (
    BotError,
    DigestRemoved,
    LiveAgentError,
    NotAllowed,
)
from bot.domain.people import Agent
from bot.domain.ticket import Ticket
from bot.domain.week import Week
from bot.storage.audit import audit_entry
from bot.storage.best_effort import best_effort, to_show
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests

JUST_NOW = timedelta(minutes=1)
MAX_PREVIEWED = 10  # rated tickets for a preview, which somebody waits for


class Sending(Enum):
    """The result of *Send now*."""

    BEGUN = auto()
    JUST_POSTED = auto()
    NOBODY_WAITS = auto()


@dataclass(frozen=True, slots=True)
class DigestPart:
    """A page of a digest's tickets, within its reader's permissions, by its `number`."""

    digest: Digest
    contents: Contents
    number: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a digest would post now, within its reader's permissions."""

    digest: Digest
    found: Contents | Week
    is_partial: bool
    """Whether the reader may not see some of it."""


@dataclass(frozen=True, slots=True)
class DigestDesk:
    """Operations on digests. Users are given by Slack id.

    Changes raise `DigestRemoved` if somebody has removed the digest, and `NotStored` or
    `CommitOutcomeUnknown` if the change was not on disk in time.
    """

    rights: ChannelRights
    _digests: Digests
    _runs: DigestRuns
    _commits: Commits
    clock: Clock = MACHINE

    async def find(self, digest_id: int) -> Digest:
        """Returns the digest. Raises `DigestRemoved`."""
        found = await to_show(self._digests.find(digest_id), self.clock)
        if found is None:
            raise DigestRemoved
        return found

    async def of_channel(self, channel: str) -> tuple[Sequence[Digest], bool]:
        """Returns the channel's digests and whether the bot is a member.

        Raises as `ChannelRights.check` does.
        """
        is_member = await self.rights.check(channel)
        return await to_show(self._digests.of_channel(channel), self.clock), is_member

    async def of_user(self, user_id: str) -> Sequence[Digest] | None:
        """Returns the digests that the user owns; None if the database does not answer."""
        return await best_effort(self._digests.of_user(user_id), None, clock=self.clock)

    async def save(
        self, digest: Digest, user_id: str, *, key: str, shown_up_to: str = ""
    ) -> Digest:
        """Adds a digest without an id, else changes it. A repeated `key` adds no second digest.

        Permissions are read for two seconds at most. Departments with ids after `shown_up_to`,
        which the form could not show, are kept.

        Raises:
            ShowsTooMuch: the channel would see more of others' departments than before.
            AdminNeeded: it shows figures per agent that no admin or owner has allowed.
            NotApplied: the permissions were not known in time.

        """
        return await self._save(
            digest, lambda before: digest.keeping(before, shown_up_to), user_id, key=key
        )

    async def widen(self, digest_id: int, user_id: str) -> Digest:
        """Adds the statuses of all tickets that wait for the team. Raises as `save` does."""
        digest = await self.find(digest_id)
        return await self._save(
            digest, lambda before: before.with_all_waiting, user_id, key=f"widen {digest_id}"
        )

    async def settle(self, digest_id: int, user_id: str) -> Digest:
        """Confirms the digest's statuses, so that nobody is asked about them again."""
        digest, _ = await self._to_change(digest_id, user_id)
        settle = partial(self._digests.settle, digest.id)
        await self._commits.wait_for(settle, key=f"settle {digest.id}")
        return digest

    async def pause(self, digest_id: int, user_id: str) -> Digest:
        digest, actor = await self._to_change(digest_id, user_id)
        entry = _entry_of(digest, kind="digest_paused", user_id=user_id, actor=actor)
        pause = partial(self._digests.pause, digest.id, entry=entry)
        await self._commits.wait_for(pause, key=f"pause {digest.id}")
        return digest

    async def resume(self, digest_id: int, user_id: str) -> Digest:
        """Resumes the digest; its next due time is computed from now.

        Raises as `ChannelRights.check` does.
        """
        digest, actor = await self._to_change(digest_id, user_id)
        await self.rights.check(digest.channel)
        entry = _entry_of(digest, kind="digest_resumed", user_id=user_id, actor=actor)
        resume = partial(self._digests.resume, digest.id, due=self._next_due(digest), entry=entry)
        await self._commits.wait_for(resume, key=f"resume {digest.id}")
        return digest

    async def remove(self, digest_id: int, user_id: str) -> Digest:
        digest, actor = await self._to_change(digest_id, user_id)
        entry = _entry_of(digest, kind="digest_removed", user_id=user_id, actor=actor)
        remove = partial(self._digests.remove, digest.id, entry=entry)
        await self._commits.wait_for(remove, key=f"remove {digest.id}")
        return digest

    async def send_now(self, digest_id: int, user_id: str) -> Sending:
        """Starts an extra run, unless the post would be empty or repeat the last one.

        Also raises `NotInChannel`.
        """
        digest, actor = await self._to_change(digest_id, user_id)
        now = self._now()
        await self.rights.check_can_post(digest.channel)
        has_content = await self._has_content(digest)
        digest = await self.find(digest_id)  # it may have been posted while LiveAgent was read
        if digest.last_came and now - digest.last_came < JUST_NOW:
            return Sending.JUST_POSTED
        if not has_content:
            return Sending.NOBODY_WAITS
        beside = now.replace(microsecond=now.microsecond or 1)  # no scheduled time has microseconds
        entry = _entry_of(digest, kind="digest_sent", user_id=user_id, actor=actor)
        start = partial(self._runs.start, digest, beside, is_extra=True, entry=entry)
        await self._commits.wait_for(start, key=f"send {digest.id}")
        return Sending.BEGUN

    async def preview(self, digest_id: int, user_id: str, *, size: int) -> Preview:
        """Returns what it would post now, with up to `size` tickets shown."""
        digest = await self.find(digest_id)
        if digest.kind is DigestKind.WEEK:
            return await self._preview_week(digest, await self.rights.actor(user_id))
        digest, found, theirs = await self._tickets(digest_id, user_id)
        contents = await contents_of(
            self._desk, digest, replace(found, tickets=theirs), max_shown=size
        )
        return Preview(digest, contents, is_partial=len(theirs) < len(found.tickets))

    async def _preview_week(self, digest: Digest, actor: Agent) -> Preview:
        """Leaves out departments that are not the actor's. Also raises `DepartmentOutOfBounds`."""
        theirs = digest
        if not actor.sees_every_department:
            own = await self._desk.departments_of(actor, digest.departments or None)
            theirs = replace(digest, departments=own.restrict(digest.departments))
        seen = await self._digests.seen(theirs)
        week = await gather_week(self._desk, theirs, seen, self._now(), max_tickets=MAX_PREVIEWED)
        return Preview(digest, week, is_partial=theirs.departments != digest.departments)

    async def page(self, digest_id: int, user_id: str, number: int, *, size: int) -> DigestPart:
        """Returns a page of `size` tickets, or the last page if there are fewer."""
        digest, found, theirs = await self._tickets(digest_id, user_id)
        tickets = in_order(theirs, digest.statuses)
        number = min(number, max(0, (len(tickets) - 1) // size))
        contents = Contents(tickets, self._now(), is_cut=found.is_cut)
        contents = await with_shown(self._desk, contents, tickets, number * size, size)
        return DigestPart(digest, contents, number)

    async def tickets(self, digest_id: int, user_id: str) -> Sequence[Ticket]:
        """Returns all tickets that it would show to the user now, in its order."""
        digest, _, theirs = await self._tickets(digest_id, user_id)
        return RedactedTickets(in_order(theirs, digest.statuses), self._desk.account)

    async def _tickets(
        self, digest_id: int, user_id: str
    ) -> tuple[Digest, Gathered, Sequence[Ticket]]:
        """Returns the digest, its tickets, and those that the user may see."""
        digest, actor = await self.find(digest_id), await self.rights.actor(user_id)
        found = await gather_tickets(self._desk, list(digest.departments), digest.statuses)
        return digest, found, await only_visible(self._desk, actor, found.tickets)

    async def _to_change(self, digest_id: int, user_id: str) -> tuple[Digest, Agent]:
        """Returns the digest and the agent who changes it, within a time limit for both."""
        find = partial(self.find, digest_id)
        digest = await self._commits.wait_for(find, key=f"find {digest_id}")
        return digest, await self.rights.actor(user_id)

    async def _has_content(self, digest: Digest) -> bool:
        """Whether there is anything to post.

        True if LiveAgent does not answer: the run will tell.
        """
        if digest.posts_empty:
            return True
        try:
            found = await gather_tickets(self._desk, list(digest.departments), digest.statuses)
        except LiveAgentError:
            return True
        return bool(found.tickets)

    async def _save(
        self, digest: Digest, edit: Callable[[Digest], Digest], user_id: str, *, key: str
    ) -> Digest:
        """Adds `digest` if it has no id, else stores what `edit` makes of the stored one.

        The bounds are checked within the transaction, because two users may change it at once.
        """
        async with checked_in_time(self.clock, "digest"):
            actor = await self.rights.actor(user_id)
            await self.rights.check(digest.channel)
            bounded = await self._bounds(actor)
            lost_owner = await self._lost_owner(digest.id)

        def change(before: Digest) -> Digest:
            changed = bounded(edit(before), before)
            owner = user_id if before.created_by == lost_owner else before.created_by
            return replace(changed, due=self._next_due(changed), created_by=owner)

        kind = "digest_changed" if digest.id else "digest_added"
        entry = partial(_entry_of, kind=kind, user_id=user_id, actor=actor)
        if not digest.id:
            added = bounded(digest, None)
            due = self._next_due(added)
            add = partial(self._digests.add, added, due=due, key=key, entry=entry)
            return await self._commits.wait_for(add, key=key)
        store = partial(self._digests.change, digest.id, change, entry=entry)
        if changed := await self._commits.wait_for(store, key=key):
            return changed
        raise DigestRemoved

    async def _bounds(self, actor: Agent) -> Callable[[Digest, Digest | None], Digest]:
        """Returns a function that limits a digest to what the actor may save.

        It takes the new digest and the one before, and raises as `Bounds.check` and
        `check_figures_per_agent` do.
        """
        bounds = await self.rights.bounds(actor)

        def bounded(digest: Digest, before: Digest | None) -> Digest:
            if bounds.own is not None:
                check_figures_per_agent(digest, before)
            return bounds.check(digest, before)

        return bounded

    async def _lost_owner(self, digest_id: int) -> str:
        """Returns the digest's owner if they are no longer an agent, else ""."""
        digest = await self._digests.find(digest_id) if digest_id else None
        if digest is None or await has_owner(self._desk, self.rights.find_user, digest):
            return ""
        return digest.created_by

    @property
    def _desk(self) -> Desk:
        return self.rights.desk

    def _now(self) -> datetime:
        return self.clock.now()

    def _next_due(self, digest: Digest) -> datetime:
        return next_due(digest.schedule, self._now())


def _entry_of(digest: Digest, *, kind: str, user_id: str, actor: Agent) -> Insert:
    """Returns the audit entry of a change to the digest."""
    return audit_entry(f"digest {digest.id}", kind, user_id, actor.name, {"name": digest.name})


async def has_owner(desk: Desk, find_user: FindUser, digest: Digest) -> bool:
    """Whether the digest's owner is still an agent.

    True while Slack or LiveAgent does not answer.
    """
    try:
        await desk.actor(await find_user(digest.created_by))
    except NotAllowed:
        return False
    except BotError:
        return True
    return True
