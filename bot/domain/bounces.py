"""Reports of undelivered mail in a ticket."""

import re
from collections.abc import Sequence

from bot.domain.ticket import Message, MessageKind

LOOKS = (120.0, 900.0, 7200.0, 93_600.0)
"""When to check, in seconds after a reply: mail servers give up immediately or after a day."""

BEGINNING = 600  # characters

_ADDRESS = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_REPORTERS = ("mailer-daemon@", "postmaster@")


def first_mail(messages: Sequence[Message]) -> str:
    """Returns the id of the message with which a ticket begins, "" if there is none."""
    return next((each.id for each in messages if each.may_be_text), "")


def bounces_of(messages: Sequence[Message], message_id: str) -> Sequence[Message]:
    """Returns the reports that this message was not delivered; `messages` are oldest first.

    LiveAgent does not link a report to a message: it counts for the last one that an agent wrote
    before it. The message itself may have become a report.
    """
    place = next((i for i, each in enumerate(messages) if each.id == message_id), None)
    if place is None:
        return ()
    own, found = messages[place], list[Message]()
    for each in messages[place:]:
        if each.kind == MessageKind.UNDELIVERED:
            found.append(each)
        elif (
            each is not own and each.kind == MessageKind.MESSAGE and each.author_id == own.author_id
        ):
            break
    return found


def addresses_in(report: str, recipient: str) -> Sequence[str]:
    """Returns the addresses that a report names, only the recipient's if it is among them.

    Others count near the beginning only, because the report quotes the mail with its addresses.
    """
    if recipient.casefold() in _named_in(report):
        return [recipient]
    near = _named_in(report[:BEGINNING])
    return [each for each in near if not each.startswith(_REPORTERS)]


def _named_in(report: str) -> Sequence[str]:
    found = (each.strip(".").casefold() for each in _ADDRESS.findall(report))
    return list(dict.fromkeys(found))
