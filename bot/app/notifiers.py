"""Builds the notifiers, which show people the results of their operations."""

from dataclasses import dataclass

from bot.app.desks import Desks
from bot.app.foundation import Foundation
from handlers.notify.bulk import BulkNotifier
from handlers.notify.home import HomePublisher
from handlers.notify.in_place import InPlaceNotifier
from handlers.notify.operations import OperationNotifier
from handlers.notify.review import ReviewPublisher
from handlers.notify.thread_link import ThreadLinkPoster
from handlers.notify.ticket_forms import TicketForms


@dataclass(frozen=True, slots=True)
class Notifiers:
    """`operations` notifies authors; the others are the places where it shows results."""

    homes: HomePublisher
    ticket_forms: TicketForms
    review_forms: ReviewPublisher
    in_place: InPlaceNotifier
    operations: OperationNotifier


def build_notifiers(base: Foundation, desks: Desks) -> Notifiers:
    stores, slack, people, account = base.stores, base.slack, base.people, base.account
    desk, operations = base.help_desk.desk, desks.operations
    homes = HomePublisher(
        desk,
        slack,
        people,
        stores.preferences,
        operations,
        desks.digests,
        desks.live,
        desks.my_tickets,
        desks.search,
        account,
        base.clock,
    )
    ticket_forms = TicketForms(stores.list_forms)
    review_forms = ReviewPublisher(desk, slack, people, stores.reviews, operations, account)
    in_place = InPlaceNotifier(
        desk, slack, operations, account, ticket_forms, review_forms, base.help_desk.customers
    )
    notifier = OperationNotifier(
        slack,
        people,
        account,
        stores.preferences,
        homes,
        BulkNotifier(slack, people, operations, stores.preferences, account, in_place),
        in_place,
        ThreadLinkPoster(slack, account, stores.thread_links, stores.messages),
    )
    return Notifiers(homes, ticket_forms, review_forms, in_place, notifier)
