"""Makes tickets of the stories the world is told in."""

from collections.abc import Mapping
from datetime import datetime

from bot.sandbox.liveagent.ids import Ids
from bot.sandbox.liveagent.records import Customer, Group, Message, Ticket
from bot.sandbox.liveagent.world.story import Event, Story


def plant(story: Story, owner: Customer, now: datetime, ids: Ids) -> Ticket:
    groups = [_group(event, owner, now, ids) for event in story.events]
    postponed = now + story.postponed_for if story.postponed_for else None
    return Ticket(
        id=story.id,
        code=story.code,
        public_code=story.public_code,
        subject=story.subject,
        owner=owner,
        department=story.department,
        status=story.status,
        created=groups[0].created,
        changed=groups[-1].created,
        assignee=story.assignee,
        tags=list(story.tags),
        copies=list(story.copies),
        groups=groups,
        note=story.note,
        postponed_until=postponed,
        emailed=story.emailed,
    )


def customers(stories: tuple[Story, ...], ids: Ids) -> Mapping[str, Customer]:
    """The owners of all tickets by e-mail."""
    names = {email: name for name, email in (story.owner for story in stories)}
    return {email: Customer(ids.make("contact"), name, email) for email, name in names.items()}


def _group(event: Event, owner: Customer, now: datetime, ids: Ids) -> Group:
    then = now - event.ago
    messages = tuple(
        Message(ids.make("message"), part.by or owner.id, part.kind, then, part.text)
        for part in event.parts
    )
    return Group(ids.make("group"), event.by or owner.id, event.kind, then, messages or None)
