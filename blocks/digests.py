"""The digest of waiting tickets, as posted in a channel."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from enum import Enum, auto
from functools import partial
from operator import attrgetter
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
)

from blocks import notices, words
from blocks.digest_figures import figures
from blocks.digest_remarks import AS_USUAL, Posting, about_owner, remarks
from blocks.digest_rows import in_departments, menu, rows, sections, table
from blocks.ids import Id
from blocks.paging import Paging
from blocks.text import Post, age, button, line, lines, plain, small, text_part
from blocks.values.lists import DigestPage, TicketsFrom, TicketSource
from blocks.values.tickets import TicketInList
from bot.domain.digest import Contents, Digest, in_status_order
from bot.domain.errors import BotError
from bot.domain.ref import Account
from bot.i18n import Translator

MAX_ROWS = 20


def digest_post(
    digest: Digest,
    contents: Contents,
    t: Translator,
    account: Account,
    how: Posting = AS_USUAL,
) -> Post:
    """Returns the post, for everyone in the channel."""
    summary = summarise(contents, digest, t)
    is_quiet = _is_quiet(digest, contents)
    blocks = _header(digest, summary, is_quiet=is_quiet)
    blocks += [small(remark) for remark in _remarks(digest, contents, how, t)]
    if not is_quiet:
        blocks += [small(each) for each in figures(digest, contents, t)]
        blocks += sections(contents, t)
    if how.is_plain:
        blocks += rows(contents, digest, t)
    elif contents.shown:
        blocks.append(table(contents, digest, t, account))
    more = contents.listed - len(contents.shown)
    if more > 0:
        blocks.append(small(t.plural("and one more", "and {count} more", more)))
    blocks += [small(each) for each in about_owner(digest, t)]
    if contents.tickets:
        show_all = t.plural("Show all ({count})", "Show all ({count})", len(contents.tickets))
        show = button(show_all, Id.SHOW_DIGEST, DigestPage(digest.id))
        others = [show] if len(contents.tickets) > len(contents.shown) else []
        listed = contents.shown if how.is_plain else in_departments(contents.shown)
        opened = [menu(listed, digest, t)] if listed else []
        ids = list(dict.fromkeys(each.id for each in listed))
        blocks.append(
            ActionsBlock(
                block_id=TicketInList.menu_block(ids) if opened else None,
                elements=[*opened, *_at_once(digest, 0, t), *others],
            )
        )
    return Post(f"{digest.name}: {summary}", blocks)


def _remarks(digest: Digest, contents: Contents, how: Posting, t: Translator) -> Iterator[str]:
    yield from remarks(digest, how, t)
    if contents.is_cut:
        yield t("There are more tickets than could be loaded.")


def _is_quiet(digest: Digest, contents: Contents) -> bool:
    """Whether it lists no ticket because nothing has changed: then it is a single line."""
    return digest.only_changes and contents.before is not None and not contents.listed


def _header(digest: Digest, summary: str, *, is_quiet: bool) -> list[Block]:
    if is_quiet:
        name = text_part(f"{line(digest.name)}: ", bold=True, limit=150)
        return [lines([[name, text_part(summary, limit=500)]])]
    header = HeaderBlock(text=plain(digest.name, 150))
    return [header, lines([[text_part(summary, bold=True, limit=500)]])]


def _at_once(digest: Digest, first: int, t: Translator) -> Iterator[ButtonElement]:
    """Yields buttons for all tickets that the clicker may see; `first` is the page's start."""
    yield button(t("Go through these"), Id.GO_THROUGH, TicketSource(digest.id), primary=True)
    yield button(t("Choose several"), Id.CHOOSE, TicketsFrom(first, digest.id))


def summarise(contents: Contents, digest: Digest, t: Translator) -> str:
    """Returns one line with what a team lead needs to act."""
    oldest = _oldest(contents, t)
    if contents.tickets and _is_quiet(digest, contents):
        count = len(contents.tickets)
        if not oldest:
            return t("Nothing new. Still waiting: {count}", count=count)
        return t("Nothing new. Still waiting: {count}, the oldest {age}", count=count, age=oldest)
    counts = Counter(map(attrgetter("status"), contents.tickets))
    parts = [_count(status, counts[status], t) for status in in_status_order(counts)]
    if oldest:
        parts.append(t("oldest {age}", age=oldest))
    parts = parts or [t("Nobody is waiting")]
    change = _change(contents, digest, t)
    found = t.listed(parts)
    return t("{found}; {change}", found=found, change=change) if change else found


def _oldest(contents: Contents, t: Translator) -> str:
    """Returns the age of the oldest ticket; "" if LiveAgent gives none."""
    opened = [ticket.created for ticket in contents.tickets if ticket.created]
    return age(contents.seen - min(opened), t) if opened else ""


def _count(status: str, count: int, t: Translator) -> str:
    _, word = words.status(status, t)
    return t("{count} {status}", count=count, status=word.lower())


def _change(contents: Contents, digest: Digest, t: Translator) -> str:
    """Returns the comparison with the previous run."""
    if contents.before is None or contents.before_at is None:
        return ""
    zone = ZoneInfo(digest.schedule.zone)
    days = (contents.seen.astimezone(zone).date() - contents.before_at.astimezone(zone).date()).days
    difference = len(contents.tickets) - len(contents.before)
    if not contents.tickets and difference == 0:
        return ""
    if difference == 0:
        return t("as many as yesterday") if days == 1 else t("as many as last time")
    if difference > 0:
        if days == 1:
            return t("{count} more than yesterday", count=difference)
        return t("{count} more than last time", count=difference)
    if days == 1:
        return t("{count} fewer than yesterday", count=-difference)
    return t("{count} fewer than last time", count=-difference)


def all_tickets(digest: Digest, contents: Contents, page: int, t: Translator, *, size: int) -> Post:
    """Returns a page of all tickets that the clicker may see, visible to them only."""
    paging = Paging.of(page, contents.listed, size)
    summary = summarise(contents, digest, t)
    blocks: list[Block] = [
        HeaderBlock(text=plain(digest.name, 150)),
        lines([[text_part(summary, bold=True, limit=500)]]),
        *(small(remark) for remark in _remarks(digest, contents, AS_USUAL, t)),
        *rows(contents, digest, t),
    ]
    blocks += [ContextBlock(elements=[each]) for each in paging.labels(t)]
    turns = list(_at_once(digest, page * size, t)) if contents.tickets else []
    turns += paging.turns(Id.SHOW_DIGEST, partial(DigestPage, digest.id), t)
    if turns:
        blocks.append(ActionsBlock(elements=turns))
    return Post(f"{digest.name}: {summary}", blocks)


class Trouble(Enum):
    """What happened to a digest that could not be posted."""

    LATE = auto()
    GIVEN_UP = auto()
    PAUSED = auto()


def trouble(digest: Digest, error: Exception, due: datetime, t: Translator, what: Trouble) -> Post:
    """Returns the owner's notice that a digest was not posted, and why."""
    why = notices.explain(error, t) if isinstance(error, BotError) else ""
    when = t.moment(due.astimezone(ZoneInfo(digest.schedule.zone)))
    text = t("The digest “{name}” due {when} couldn't be posted.", name=digest.name, when=when)
    if what is Trouble.LATE:
        text = t(
            "The digest “{name}” due {when} hasn't been posted yet. We'll keep trying for a day.",
            name=digest.name,
            when=when,
        )
    elif what is Trouble.PAUSED:
        text = t(
            "The digest “{name}” is paused because the bot can no longer post in its "
            "channel. To resume it, type /ticket digest there.",
            name=digest.name,
        )
    return notices.channel_notice(digest.channel, t.sentences([text, why]))
