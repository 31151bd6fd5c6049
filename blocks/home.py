"""The app's Home: the agent, waiting tickets, recent operations, and the agent's digests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    DividerBlock,
    HeaderBlock,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    SectionBlock,
)
from slack_sdk.models.views import View

from blocks.deliveries import decisions, in_short
from blocks.digests import describe
from blocks.forms.fields import select
from blocks.ids import Id
from blocks.queue import onward, queue_blocks
from blocks.text import button, line, lines, plain, small, text_part
from blocks.values import Number
from bot.domain.digest import Digest
from bot.domain.outbox import Row
from bot.domain.people import Agent, Role
from bot.domain.ticket import Queue
from bot.i18n import LANGUAGES, N_, Translator
from bot.operations import Operation

MAX_DIGESTS = 5
AS_IN_SLACK = "-"

_ROLES = {
    Role.ADMIN: N_("admin"),
    Role.OWNER: N_("owner"),
    Role.AGENT: N_("agent"),
}
_STEPS = (
    N_("Type /ticket and a ticket's code anywhere in Slack. Only you see the card."),
    N_("Press Reply or Note on the card. You can undo a reply for a few seconds."),
    N_("On a message that mentions a ticket, use the Open ticket shortcut."),
    N_("Type /ticket digest in a channel to get new tickets posted there on a schedule."),
)


@dataclass(frozen=True, slots=True)
class Home:
    """`trouble` says why agent or queue are missing. `recent` are the last operations.

    `is_forgetful`: the database gives neither these nor the digests.
    """

    agent: Agent | None = None
    departments: Sequence[str] = ()
    trouble: str = ""
    waiting: Queue | None = None
    recent: Sequence[tuple[Row, Operation]] = ()
    digests: Sequence[Digest] = field(default=())
    language: str = ""
    hides_guide: bool = False
    is_forgetful: bool = False


def home(shown: Home, t: Translator) -> View:
    blocks: list[Block] = [*_who(shown, t)]
    if shown.agent and not shown.hides_guide:
        blocks += _guide(t)
    if shown.waiting is not None:
        blocks += [HeaderBlock(text=plain(t("Waiting"), 150)), *queue_blocks(shown.waiting, t)]
    if shown.agent:
        blocks.append(onward(t))
        blocks += _operations(shown.recent, t)
        blocks += _digests(shown.digests, t)
    blocks += [DividerBlock(), _language(shown.language, t)]
    return View(type="home", blocks=blocks)


def _who(shown: Home, t: Translator) -> Iterator[Block]:
    yield HeaderBlock(text=plain(t("LiveAgent tickets in Slack"), 150))
    if shown.agent:
        role = t(_ROLES[shown.agent.role])
        who = t("Signed in to LiveAgent as {name} ({role})", name=line(shown.agent.name), role=role)
        where = t.listed([line(each) for each in shown.departments])
        is_known = where or shown.waiting is None or shown.waiting.is_complete
        rest = [[text_part(where or t("No department"), limit=600)]] if is_known else []
        yield lines([[text_part(who, bold=True)], *rest])
    if shown.trouble:
        yield lines([[text_part(shown.trouble, limit=600)]])
    if shown.is_forgetful:
        yield small(t("Your recent activity and digests can't be loaded right now."))


def _guide(t: Translator) -> Iterator[Block]:
    steps = [[text_part(f"{number}.  {t(step)}")] for number, step in enumerate(_STEPS, 1)]
    yield HeaderBlock(text=plain(t("Getting started"), 150))
    yield lines(steps)
    got_it, more = (
        button(t("Got it"), Id.HIDE_GUIDE, "guide"),
        button(t("Help"), Id.SHOW_HELP, "help"),
    )
    yield ActionsBlock(elements=[got_it, more])


def _operations(recent: Sequence[tuple[Row, Operation]], t: Translator) -> Iterator[Block]:
    if not recent:
        return
    yield HeaderBlock(text=plain(t("Recent activity"), 150))
    for row, operation in recent:
        title, sentence = in_short(row, operation, t)
        yield lines([[text_part(title, bold=True), text_part(f"  {sentence}", limit=400)]])
        if buttons := list(decisions(row, t)):
            yield ActionsBlock(elements=buttons)


def _digests(digests: Sequence[Digest], t: Translator) -> Iterator[Block]:
    if not digests:
        return
    yield HeaderBlock(text=plain(t("Your digests"), 150))
    for digest in digests[:MAX_DIGESTS]:
        channel = RichTextElementParts.Channel(channel_id=digest.channel)
        yield RichTextBlock(elements=[RichTextSectionElement(elements=[channel])])
        yield lines(describe(digest, t))
        value = Number(digest.id)
        pause = button(t("Pause"), Id.PAUSE_DIGEST, value)
        resume = button(t("Resume"), Id.RESUME_DIGEST, value)
        change = button(t("Change"), Id.CHANGE_DIGEST, value)
        yield ActionsBlock(elements=[change, resume if digest.is_paused else pause])
    if len(digests) > MAX_DIGESTS:
        rest = len(digests) - MAX_DIGESTS
        yield small(t.plural("and one more", "and {count} more", rest))


def _language(language: str, t: Translator) -> SectionBlock:
    texts = {AS_IN_SLACK: t("Same as Slack"), **LANGUAGES}
    chosen = language if language in texts else AS_IN_SLACK
    return SectionBlock(
        text=plain(t("Language"), 100), accessory=select(Id.CHOOSE_LANGUAGE, texts, chosen)
    )
