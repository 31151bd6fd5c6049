"""Builds the services that listeners use."""

from collections.abc import Awaitable, Callable

from bot.app.desks import Desks
from bot.app.foundation import Foundation
from bot.app.notifiers import Notifiers
from bot.desk.submissions import Submissions
from bot.domain.outbox import Row
from bot.storage.files import Files
from bot.tasks import Tasks
from handlers.dispatch.services import Services


def build_services(
    base: Foundation,
    desks: Desks,
    notifiers: Notifiers,
    *,
    wake: Callable[[], None],
    leave_live: Callable[[str], Awaitable[None]],
) -> Services:
    """`wake` wakes the courier; `leave_live` pauses a channel that is now shared."""
    stores, client, tasks = base.stores, base.help_desk.client, Tasks()
    drop = _dropping(stores.files, tasks)
    submissions = Submissions(stores.outbox, base.commits, base.settings.hold_seconds, wake, drop)
    return Services(
        desk=base.help_desk.desk,
        search=desks.search,
        customers=base.help_desk.customers,
        submissions=submissions,
        commits=base.commits,
        operations=desks.operations,
        digests=desks.digests,
        live=desks.live,
        overdue=desks.overdue,
        my_tickets=desks.my_tickets,
        answers=desks.answers,
        history=desks.history,
        reviews=stores.reviews,
        review_forms=notifiers.review_forms,
        preferences=stores.preferences,
        presence=stores.presence,
        recent=stores.recent,
        messages=stores.messages,
        homes=notifiers.homes,
        ticket_forms=notifiers.ticket_forms,
        locks=notifiers.in_place.locks,
        slack=base.slack,
        people=base.people,
        account=base.account,
        unfurls_links=base.settings.unfurl_links,
        files=desks.files,
        tasks=tasks,
        slack_files=base.slack_files,
        leave_live=leave_live,
        observe=base.metrics.interaction,
        seconds_to_turn=client.pace.seconds_to_turn,
        can_postpone=lambda: client.can_postpone,
        has_full_text=lambda: client.has_full_text,
        clock=base.clock,
    )


def _dropping(files: Files, tasks: Tasks) -> Callable[[Row], None]:
    """Returns a function that starts deleting the files of a row that will never be sent."""

    def drop(row: Row) -> None:
        if row.operation.get("files"):
            tasks.start(files.drop_all(row.id))

    return drop
