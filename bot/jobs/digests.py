"""Posts due digests: late rather than never, and never twice."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog

from blocks.digest_posts import post_of
from blocks.digest_remarks import Posting
from blocks.digests import MAX_ROWS, Trouble, trouble
from bot.desk.desk import Desk
from bot.desk.digests import has_owner
from bot.desk.gathering import BackgroundReads, gather_contents
from bot.desk.reads import SharedReads
from bot.desk.timetable import latest_due, next_due
from bot.desk.week import gather_week
from bot.domain.backoff import backoff
from bot.domain.clock import MACHINE, Clock
from bot.domain.digest import Contents, Digest, DigestKind, Run
from bot.domain.errors import (
    BotError,
    ChannelUnseen,
    LiveAgentError,
    NotApplied,
    PostRefused,
    SharedOutside,
    SlackDoesNotAnswer,
)
from bot.domain.lease import LeaseLost
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.domain.week import Week
from bot.i18n import Translator
from bot.jobs import earlier
from bot.jobs.lease import TakesTooLong, under_lease
from bot.slack.channels import check_is_ours
from bot.slack.client import PostMark, Slack
from bot.slack.people import People
from bot.slack.refusals import BLOCK_REFUSED
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.ticket_messages import TicketMessages

log = structlog.get_logger()

T = TypeVar("T")

PUNCTUAL = timedelta(minutes=1)
LATE = timedelta(minutes=3)
MAX_GATHERING_SECONDS = 900.0
BEATS = 3  # per lease
NOTIFIED_AFTER = 5  # failures, about eight minutes
GIVEN_UP_AFTER = timedelta(days=1)
WEEK_WAITS = timedelta(hours=1)  # for ratings: the rest does not need LiveAgent
EXTRA_GIVEN_UP_AFTER = timedelta(hours=1)  # *Send now* means now
SILENT_AFTER = timedelta(days=2)  # if its owner could not be notified either
MAX_WAIT = 900.0
EVENT = "ticket_digest"


@dataclass(frozen=True, slots=True)
class DigestJob:
    """Posts due digests. `first_wait` is in seconds and doubles with each failure.

    `desk` works in the background; `reads` are the desk's, shared. While calls are scarce (not
    `can_call_in_background`), one digest at a time is gathered. Assignees are read ticket by ticket
    only if the digest is punctual and no person waits for LiveAgent (`is_uncontended`). `observe`
    receives the result of a run and its delay in seconds.
    """

    digests: Digests
    runs: DigestRuns
    desk: Desk
    slack: Slack
    people: People
    reads: SharedReads
    messages: TicketMessages
    first_wait: float
    can_call_in_background: Callable[[], bool] = lambda: True
    is_uncontended: Callable[[], bool] = lambda: True
    clock: Clock = MACHINE
    observe: Callable[[str, float], None] = lambda *_: None
    _under_way: set[str] = field(default_factory=set)

    async def tick(self) -> None:
        """Starts the due runs, then posts all runs that no other bot has claimed."""
        now = self.desk.clock()
        for digest in await self.runs.due(now):
            if digest.due:
                due = latest_due(digest.schedule, digest.due, now)
                if not await self.runs.start(digest, due):
                    await self._skip(digest, now)
                elif due != digest.due:
                    log.warning("digests missed", digest=digest.id, since=digest.due.isoformat())
        await self._post_all()

    async def _skip(self, digest: Digest, now: datetime) -> None:
        """Skips a time that already had a run, which recurs after a clock was set back."""
        if await self.runs.skip(digest, next_due(digest.schedule, now)):
            log.info("digest skipped", digest=digest.id)

    async def _post_all(self) -> None:
        while not self._under_way or self.can_call_in_background():
            run = await self.runs.claim()
            if run is None:
                break
            self._under_way.add(run.id)
            try:
                await self._post_run(run)
            finally:
                self._under_way.discard(run.id)
        if not self._under_way:
            self.reads.forget()

    async def _post_run(self, run: Run) -> None:
        digest = await self.digests.find(run.digest_id)
        if digest is None:  # it was just removed
            await self.digests.remove(run.digest_id)
            return
        with structlog.contextvars.bound_contextvars(reference=run.id, digest=digest.id):
            await self._post(run, digest)

    async def _post(self, run: Run, digest: Digest) -> None:
        try:
            run = await self._under_lease(run, self._with_post(run, digest))
            if run.is_extra and not (run.ts or run.failures) and self._is_expired(run):
                await self._drop(run, digest)
                return
            contents, shown = await self._under_lease(run, self._prepare(run, digest))
            if not run.ts and not await self.runs.renew(run):
                return  # another bot posts it
            ts = run.ts or await self._publish(run, shown, contents)
        except LeaseLost:
            log.info("another bot posts the digest")
        except TakesTooLong:
            late = NotApplied("digest", f"not gathered within {MAX_GATHERING_SECONDS:g} s")
            await self._retry_later(run, digest, late)
        except (SharedOutside, ChannelUnseen, PostRefused) as error:
            if isinstance(error, SharedOutside):
                await self.messages.hide(digest.channel)
            await self._give_up(run, digest, error, is_paused=True)
        except (SlackDoesNotAnswer, LiveAgentError) as error:
            await self._retry_later(run, digest, error)
        except Exception as error:
            log.exception("digest failed")  # its owner is notified of bugs, too
            await self._retry_later(run, digest, error)
        else:
            await self._finish(run, digest, ts, contents)

    async def _under_lease(self, run: Run, work: Coroutine[Any, Any, T]) -> T:
        return await under_lease(
            work,
            lambda: self.runs.renew(run),
            self.clock,
            every=self.runs.lease_seconds / BEATS,
            longest=MAX_GATHERING_SECONDS,
        )

    async def _finish(
        self, run: Run, digest: Digest, ts: str, contents: Contents | Week | None
    ) -> None:
        if ts:
            await self._remember(digest, ts, contents)
        due = next_due(digest.schedule, max(self.desk.clock(), run.due))
        if await self.runs.posted(run, digest, ts=ts, due=due, contents=contents):
            self._note(run, "posted" if ts else "empty")
        log.info("digest finished", kind=digest.kind, posted=bool(ts))

    async def _drop(self, run: Run, digest: Digest) -> None:
        """Ends a *Send now* from before the bot was off: the scheduled digest follows anyway."""
        if await self.runs.give_up(run, digest, due=run.due):
            self._note(run, "given_up")
            log.info("digest given up", why="sent before the bot was off")

    async def _with_post(self, run: Run, digest: Digest) -> Run:
        """Adds the post of an earlier claim, which may have to be deleted."""
        ts = await self._find_post(run, digest) if run.lease_token > 1 else ""
        if ts:
            await self._remember(digest, ts)
        return replace(run, ts=ts)

    async def _prepare(self, run: Run, digest: Digest) -> tuple[Contents | Week, Digest]:
        """Returns the contents, and the digest to show."""
        contents = await self._gather(run, digest)
        if run.ts and isinstance(contents, Contents):
            contents = contents.as_posted(datetime.fromtimestamp(float(run.ts), UTC))
        if not await self._has_owner(run, digest):
            digest = replace(digest, created_by="")
        await check_is_ours(self.slack, digest.channel)  # right before the post, once
        return contents, digest

    async def _gather(self, run: Run, digest: Digest) -> Contents | Week:
        if digest.kind is DigestKind.WEEK:
            needs_ratings = not run.is_extra and self.desk.clock() - run.due < WEEK_WAITS
            seen = await self.digests.seen(digest)
            return await gather_week(self.desk, digest, seen, run.due, needs_ratings=needs_ratings)
        background = BackgroundReads(self.reads.since(run.due), lambda: self._has_time(run))
        return await gather_contents(self.desk, digest, max_shown=MAX_ROWS, background=background)

    async def _has_owner(self, run: Run, digest: Digest) -> bool:
        """Checks once for all digests of an owner that are due at the same time."""
        return await self.reads.share(
            ("owner", digest.created_by),
            run.due,
            lambda: has_owner(self.desk, self.people.find, digest),
        )

    def _has_time(self, run: Run) -> bool:
        return self.is_uncontended() and self.desk.clock() - run.due < PUNCTUAL

    async def _publish(self, run: Run, digest: Digest, contents: Contents | Week) -> str:
        """Posts it. Returns Slack's timestamp, or "" if there is nothing to post."""
        is_empty = isinstance(contents, Contents) and not contents.tickets
        if is_empty and not digest.posts_empty:
            return ""
        late = run.due if self.desk.clock() - run.due > LATE else None
        t = Translator(digest.language)

        async def post(how: Posting) -> str:
            payload = post_of(digest, contents, t, self.desk.account, how).to_dict()
            return (await self.slack.post(digest.channel, payload, mark=_mark(run)))[1]

        try:
            return await post(Posting(late))
        except SlackDoesNotAnswer as error:
            if error.why != BLOCK_REFUSED:
                raise
            return await post(Posting(late, is_plain=True))

    async def _find_post(self, run: Run, digest: Digest) -> str:
        """Returns the timestamp of an earlier claim's post, or ""."""
        since = run.due.timestamp() - earlier.CLOCKS_APART
        return await earlier.found(self.slack.find_post(digest.channel, _mark(run), since))

    async def _remember(
        self, digest: Digest, ts: str, contents: Contents | Week | None = None
    ) -> None:
        """Stores the post's tickets for message shortcuts, and for hiding them later."""
        shown = [("", "")]  # a weekly digest names no ticket
        if isinstance(contents, Contents):
            shown = [(each.id, each.code) for each in contents.shown]
        place, language = (digest.channel, ts), digest.language
        await self.messages.remember(
            *(
                TicketMessage(*place, ticket_id, ShownAs.DIGEST, code, language=language)
                for ticket_id, code in shown
            )
        )

    async def _retry_later(self, run: Run, digest: Digest, error: Exception) -> None:
        """Tries a few times however late the run is: no bot may have run when it was due."""
        log.warning("digest postponed", why=str(error))
        if run.failures + 1 < NOTIFIED_AFTER or not self._is_expired(run):
            await self._wait(run)
            self._note(run, "failed")
            if run.failures + 1 == NOTIFIED_AFTER and not run.ts:
                with suppress(BotError):
                    await self._notify_owner(digest, error, run.due, Trouble.LATE)
        elif run.ts:  # it was posted, but its contents are lost
            await self._finish(run, digest, run.ts, None)
        else:
            await self._give_up(run, digest, error, is_paused=False)

    def _is_expired(self, run: Run) -> bool:
        limit = EXTRA_GIVEN_UP_AFTER if run.is_extra else GIVEN_UP_AFTER
        return self.desk.clock() - run.due >= limit

    async def _wait(self, run: Run) -> None:
        wait = backoff(run.failures, self.first_wait, MAX_WAIT)
        await self.runs.reschedule(run, wait)

    async def _give_up(
        self, run: Run, digest: Digest, error: Exception, *, is_paused: bool
    ) -> None:
        """Ends the run after notifying the owner; until that succeeds, the run is retried."""
        log.warning("digest given up", why=str(error), is_paused=is_paused)
        now = self.desk.clock()
        if not await self.runs.renew(run):
            return  # another bot notifies the owner
        try:
            await self._notify_owner(
                digest, error, run.due, Trouble.PAUSED if is_paused else Trouble.GIVEN_UP
            )
        except BotError as failure:
            log.warning("digest's owner not notified", why=str(failure))
            if run.failures + 1 < NOTIFIED_AFTER or now - run.due < SILENT_AFTER:
                await self._wait(run)
                return
        due = next_due(digest.schedule, now)
        if await self.runs.give_up(run, digest, due=due, is_paused=is_paused):
            self._note(run, "paused" if is_paused else "given_up")

    def _note(self, run: Run, outcome: str) -> None:
        self.observe(outcome, (self.desk.clock() - run.due).total_seconds())

    async def _notify_owner(
        self, digest: Digest, error: Exception, due: datetime, what: Trouble
    ) -> None:
        """Notifies the owner by direct message."""
        user = await self.people.find(digest.created_by)
        t = Translator.for_locale(user.locale)
        post = trouble(digest, error, due, t, what)
        await self.slack.post(digest.created_by, post.to_dict())


def _mark(run: Run) -> PostMark:
    return PostMark(EVENT, {"run": run.id})
