"""Builds the desks: what agents may do, by subject."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.app.foundation import Foundation
from bot.desk.answers import AnswerDesk
from bot.desk.channel_rights import ChannelRights
from bot.desk.digests import DigestDesk
from bot.desk.files import FileDesk
from bot.desk.history import History
from bot.desk.live import LiveDesk
from bot.desk.my_tickets import MyTickets
from bot.desk.overdue import OverdueDesk
from bot.desk.search import TicketSearch
from bot.desk.stored import StoredOperations
from bot.slack.channels import check_is_ours


@dataclass(frozen=True, slots=True)
class Desks:
    """One desk for each subject."""

    search: TicketSearch
    operations: StoredOperations
    history: History
    files: FileDesk
    answers: AnswerDesk
    digests: DigestDesk
    live: LiveDesk
    overdue: OverdueDesk
    my_tickets: MyTickets


def build_desks(base: Foundation, hasten: Callable[[], None]) -> Desks:
    """`hasten` makes the watch poll soon after somebody subscribes to changes."""
    stores, desk, find_user = base.stores, base.help_desk.desk, base.people.find
    rights = ChannelRights(desk, find_user, partial(check_is_ours, base.slack))
    commits, clock = base.commits, base.clock
    return Desks(
        search=TicketSearch.of(desk),
        operations=StoredOperations(stores.outbox, clock),
        history=History(desk, stores.audit, clock),
        files=FileDesk(desk, stores.files, base.settings.file_limits),
        answers=AnswerDesk(desk, stores.answers, find_user, commits, clock),
        digests=DigestDesk(rights, stores.digests, stores.digest_runs, commits, clock),
        live=LiveDesk(rights, stores.live_channels, hasten, commits, clock),
        overdue=OverdueDesk(rights, stores.overdue_alerts, commits, clock),
        my_tickets=MyTickets(desk, stores.my_tickets_choices, find_user, hasten, commits),
    )
