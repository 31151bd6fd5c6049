"""Reads a customer's other tickets, which cards and forms show in addition."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog
from cachetools import TTLCache

from bot.cache import Cache
from bot.desk.desk import Desk
from bot.desk.gathering import gather
from bot.desk.redact import redact_ticket
from bot.desk.search import visible_if_known
from bot.domain.address import as_address
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import BotError, Refused
from bot.domain.people import Agent
from bot.domain.ticket import AT_WORK, CustomerTickets, Status, Ticket, TicketView
from bot.domain.ticket_system import Search

log = structlog.get_logger()

KEPT_SECONDS = 180.0
READ_SECONDS = 5.0
SOON_SECONDS = 1.0  # an operation's result is delayed no longer than that
REST_SECONDS = 30.0  # after LiveAgent has not answered
IGNORED_SECONDS = 3600.0  # after it has answered with everybody's tickets
MAX_PAGES = 2  # of a thousand tickets each; the second only confirms the end of a round number
MAX_CUSTOMERS, MAX_READERS = 100, 1000

_NOT_COUNTED = {Status.DELETED, Status.SPAM}

_Key = tuple[str, str, bool]
"""A customer's address, and an agent's id and whether they see every department."""


class Customers:
    """Reads customers' tickets in the background, each list once for concurrent readers.

    It never raises: what can't be read is left out. `desk` works in the background;
    `has_spare_calls` tells whether optional reads may be made.
    """

    def __init__(
        self, desk: Desk, *, has_spare_calls: Callable[[], bool], clock: Clock = MACHINE
    ) -> None:
        self._desk = desk
        self._has_spare_calls = has_spare_calls
        self._clock = clock
        self._backs_off_until = clock.monotonic()
        self._lists: Cache[str, Sequence[Ticket] | None] = Cache(
            self._load, seconds=KEPT_SECONDS, timer=clock.monotonic, size=MAX_CUSTOMERS
        )
        self._seen: TTLCache[_Key, CustomerTickets] = TTLCache(
            MAX_READERS, KEPT_SECONDS, clock.monotonic
        )

    def others_known(self, ticket: Ticket, actor: Agent) -> CustomerTickets | None:
        """Returns the other tickets of the ticket's customer if they are known without a call."""
        found = self._seen.get(_key(as_address(ticket.owner_email), actor))
        return found.excluding(ticket) if found else None

    async def with_others(self, view: TicketView, actor: Agent) -> TicketView:
        """Returns the view with its customer's other tickets, if known or read within a second."""
        if view.others is not None:
            return view
        try:
            async with self._clock.timeout(SOON_SECONDS):
                found = await self.read(view.ticket.owner_email, actor)
        except TimeoutError:  # reading continues, for the next reader
            return view
        return replace(view, others=found.excluding(view.ticket)) if found else view

    async def read(self, email: str, actor: Agent) -> CustomerTickets | None:
        """Returns the customer's tickets within the actor's bounds.

        Returns None if calls are scarce or LiveAgent doesn't answer soon.
        """
        address = as_address(email)
        key = _key(address, actor)
        if found := self._seen.get(key):
            return found
        if (
            not address
            or self._clock.monotonic() < self._backs_off_until
            or not self._has_spare_calls()
        ):
            return None
        try:
            async with self._clock.timeout(READ_SECONDS):
                rows = await self._lists.get(address)
                theirs, is_complete = await visible_if_known(self._desk, actor, rows or ())
        except (BotError, TimeoutError) as error:
            log.info("customer's tickets not read", why=type(error).__name__)
            self._back_off(REST_SECONDS)
            return None
        if rows is None or not is_complete:
            return None
        self._seen[key] = found = self._found(address, theirs)
        return found

    async def _load(self, address: str) -> Sequence[Ticket] | None:
        """Returns the customer's rows; None if there may be more.

        A server that ignores the filter returns everybody's tickets.
        """
        wanted = Search(owner_email=address)
        try:
            found = await gather(self._desk.system, wanted, (), max_pages=MAX_PAGES)
        except Refused:
            return None
        own = [each for each in found.tickets if as_address(each.owner_email) == address]
        is_mixed = len(own) < len(found.tickets)
        if not found.is_cut and not (is_mixed and found.is_repeated):
            return [each for each in own if each.status not in _NOT_COUNTED]
        if is_mixed:
            log.info("LiveAgent ignores the customer filter")
            self._back_off(IGNORED_SECONDS)
        return None

    def _found(self, address: str, theirs: Sequence[Ticket]) -> CustomerTickets:
        """Keeps the text of one ticket only, because a customer may have a thousand."""
        each_once = {ticket.name: ticket for ticket in theirs}.values()
        newest = max(
            (each for each in each_once if each.status in AT_WORK), key=_changed, default=None
        )
        bare = [
            each._replace(subject="", owner_name="", owner_email="", public_code="")
            for each in each_once
        ]
        if newest:
            newest = redact_ticket(newest, self._desk.account)._replace(public_code="")
        return CustomerTickets(address, bare, newest)

    def _back_off(self, seconds: float) -> None:
        self._backs_off_until = max(self._backs_off_until, self._clock.monotonic() + seconds)


def _key(address: str, actor: Agent) -> _Key:
    return address, actor.id, actor.sees_every_department


def _changed(ticket: Ticket) -> float:
    moment = ticket.changed or ticket.created
    return moment.timestamp() if moment else 0.0
