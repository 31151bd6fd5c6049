"""Samples of everything that `blocks` builds, by purpose."""

from collections.abc import Callable, Iterator, Mapping

from tests.gallery.desk import Desk
from tests.gallery.live import live_channels
from tests.gallery.mine import my_tickets
from tests.gallery.overdue import overdue_alerts
from tests.gallery.reading import (
    cards,
    conversations,
    digests,
    files,
    finding,
    going_through,
    homes,
    of_a_list,
    sharing,
)
from tests.gallery.sample import Sample
from tests.gallery.telling import in_place, notices_of_errors, notices_of_operations
from tests.gallery.together import choosing_several
from tests.gallery.weekly import weeks
from tests.gallery.writing import creating, operating, replying, saving

KINDS: Mapping[str, Callable[[Desk], Iterator[Sample]]] = {
    "Cards": cards,
    "Sharing": sharing,
    "Conversations": conversations,
    "Files of tickets": files,
    "Reply and note": replying,
    "Saved answers": saving,
    "Operations": operating,
    "New tickets": creating,
    "Queue and lists": finding,
    "A ticket of a list": of_a_list,
    "One by one": going_through,
    "Several at once": choosing_several,
    "In place": in_place,
    "Notices": notices_of_operations,
    "Errors, help, history": notices_of_errors,
    "Digests": digests,
    "The week": weeks,
    "Live channels": live_channels,
    "Overdue alerts": overdue_alerts,
    "My tickets": my_tickets,
    "Home": homes,
}


def samples(desk: Desk) -> Iterator[Sample]:
    for kind in KINDS.values():
        yield from kind(desk)
