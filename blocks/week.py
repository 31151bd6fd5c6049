"""The weekly digest: charts, and a text that says the same."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from slack_sdk.models.blocks import (
    Block,
    HeaderBlock,
    RichTextBlock,
    RichTextElement,
    RichTextQuoteElement,
)

from blocks.charts import ChartBlock, bars
from blocks.digest_remarks import AS_USUAL, Posting, about_owner, remarks
from blocks.text import Part, Post, age, cut, emoji, line, lines, link, plain, small, text_part
from bot.domain.digest import Digest, Shown
from bot.domain.ref import Account
from bot.domain.week import Comment, Rated, Unrated, Week, WeekDay, WeekDepartment
from bot.i18n import Translator

MAX_DEPARTMENTS, MAX_AGENTS, MAX_NAME = 10, 15, 40
FEWEST_COMPARED = 2
_HOUR, _DAY = 3600, 24 * 3600
_LONG = 3 * _DAY  # from then on a chart counts in days


def week_post(
    digest: Digest, week: Week, t: Translator, account: Account, how: Posting = AS_USUAL
) -> Post:
    """Returns the post, for everyone in the channel."""
    summary = summarise(week, t)
    blocks: list[Block] = [HeaderBlock(text=plain(digest.name, 150))]
    blocks.append(lines([[text_part(summary, bold=True, limit=500)]]))
    blocks += [small(each) for each in remarks(digest, how, t)]
    if not how.is_plain:
        blocks += _charts(week, t)
    blocks += _days(week, t)
    blocks += _departments(week, t)
    blocks += _ratings(digest, week, t, account)
    blocks += [small(each) for each in _notes(week, t)]
    blocks += [small(each) for each in about_owner(digest, t)]
    return Post(f"{digest.name}: {summary}", blocks)


def summarise(week: Week, t: Translator) -> str:
    """Returns one line with what moved in the week and who waits at its end."""
    span = t.days(week.days[0].day, week.days[-1].day)
    if not week.known:
        return t("{days}: no figures yet", days=span)
    moved = [each for each in week.known if each.came is not None and each.left is not None]
    parts = []
    if moved:
        came = sum(each.came or 0 for each in moved)
        left = sum(each.left or 0 for each in moved)
        parts += [t("{count} came in", count=came), t("{count} dealt with", count=left)]
    parts.append(t("{count} waiting at the end", count=week.known[-1].waiting))
    oldest = [each.oldest for each in week.departments if each.oldest is not None]
    if oldest:
        parts.append(t("oldest {age}", age=_age(max(oldest), t)))
    found, whole = t.listed(parts), len(week.days)
    if len(moved) == whole:
        return t("{days}: {found}", days=span, found=found)
    known = t("{days} ({known} of {whole} days known)", days=span, known=len(moved), whole=whole)
    return t("{days}: {found}", days=known, found=found)


def _charts(week: Week, t: Translator) -> Iterator[ChartBlock]:
    """Yields at most two, of known days alone: a chart can't show that a day is unknown."""
    moved = [each for each in week.days if each.came is not None and each.left is not None]
    if any(each.came or each.left for each in moved):
        series = {
            t("Came in"): [each.came or 0 for each in moved],
            t("Dealt with"): [each.left or 0 for each in moved],
        }
        yield bars(t("Tickets per day"), [t.weekday(each.day) for each in moved], series)
    timed = [each for each in week.departments if each.median is not None][:MAX_DEPARTMENTS]
    if len(timed) < FEWEST_COMPARED:
        return
    longest = [each.oldest or 0 for each in timed]
    unit, label = (
        (_DAY, t("Wait in days")) if max(longest) >= _LONG else (_HOUR, t("Wait in hours"))
    )
    waits = {
        t("Median wait"): [round((each.median or 0) / unit, 1) for each in timed],
        t("Longest wait"): [round(each / unit, 1) for each in longest],
    }
    names = [each.name or "?" for each in timed]
    yield bars(t("Waits by department"), names, waits, y_label=label)


def _days(week: Week, t: Translator) -> Iterator[Block]:
    if week.known:
        yield _titled(t("Tickets per day"), [_of_day(each, t) for each in week.days])


def _of_day(day: WeekDay, t: Translator) -> str:
    counts = []
    if day.came is not None and day.left is not None:
        counts += [t("{count} came in", count=day.came), t("{count} dealt with", count=day.left)]
    if day.waiting is not None:
        counts.append(t("{count} waiting", count=day.waiting))
        if len(counts) == 1:
            counts.append(t("what came in isn't known"))
    text = t.listed(counts) or t("unknown (no digest that day)")
    return f"{t.weekday(day.day)}: {text}"


def _departments(week: Week, t: Translator) -> Iterator[Block]:
    shown = week.departments[:MAX_DEPARTMENTS]
    if shown:
        last = max(each.day for each in shown)
        texts = [_of_department(each, t, is_earlier=each.day < last) for each in shown]
        if (more := len(week.departments) - len(shown)) > 0:
            texts.append(t.plural("and one more department", "and {count} more departments", more))
        yield _titled(t("Waits by department"), texts)


def _of_department(department: WeekDepartment, t: Translator, *, is_earlier: bool) -> str:
    parts = [t("{count} waiting", count=department.waiting)]
    if department.median is not None and department.oldest is not None:
        parts.append(t("median {age}", age=_age(department.median, t)))
        parts.append(t("longest {age}", age=_age(department.oldest, t)))
    if is_earlier:
        parts.append(t("as of {day}", day=t.weekday(department.day)))
    return f"{_named(department.name)}: {t.listed(parts)}"


def _ratings(digest: Digest, week: Week, t: Translator, account: Account) -> Iterator[Block]:
    rated = week.ratings
    if isinstance(rated, Unrated):
        why = t("LiveAgent didn't respond.")
        if rated.is_refused:
            why = t("The bot's API key can't read LiveAgent reports. Please tell your admin.")
        yield _titled(t("Customers' ratings"), [t("Not available: {why}", why=why)])
        return
    yield _titled(t("Customers' ratings"), list(_counted(rated, t)))
    if Shown.COMMENTS in digest.shows and rated.comments:
        quotes: list[RichTextElement] = [_quote(each, account) for each in rated.comments]
        yield RichTextBlock(elements=quotes)
    if Shown.AGENTS in digest.shows and rated.by_agent:
        found, former = list(rated.by_agent.items()), t("Former agents")
        of_agents = [
            f"{cut(line(name), MAX_NAME) or former}: {_good_and_bad(good, bad, t)}"
            for name, (good, bad) in found[:MAX_AGENTS]
        ]
        if (more := len(found) - MAX_AGENTS) > 0:
            of_agents.append(t.plural("and one more", "and {count} more", more))
        yield _titled(t("Ratings per agent"), of_agents)


def _counted(rated: Rated, t: Translator) -> Iterator[str]:
    if rated.good or rated.bad:
        yield _good_and_bad(rated.good, rated.bad, t)
    elif not (rated.unclear or rated.left_out):
        yield t("No ratings.")
    if rated.unclear:
        yield t("{count} of an unknown kind", count=rated.unclear)
    if rated.left_out:
        yield t("{count} more, possibly for other departments", count=rated.left_out)


def _good_and_bad(good: int, bad: int, t: Translator) -> str:
    return t.listed([t("👍 {count} good", count=good), t("👎 {count} bad", count=bad)])


def _quote(comment: Comment, account: Account) -> RichTextQuoteElement:
    sign = {True: "thumbsup", False: "thumbsdown", None: "speech_balloon"}[comment.is_good]
    code = link(account.panel_url(comment.ticket_id), comment.code or comment.ticket_id)
    quote = text_part(f" {line(comment.text)} ", limit=400)
    return RichTextQuoteElement(elements=[emoji(sign), quote, code])


def _notes(week: Week, t: Translator) -> Iterator[str]:
    if not week.known:
        yield t(
            "Figures come from the digests of waiting tickets that cover these departments. Once "
            "one runs every day, this one has figures."
        )
        return
    if week.unknown:
        names = t.enumeration([_named(each) for each in week.unknown[:MAX_DEPARTMENTS]])
        yield t("No digest covers {departments}: no figures.", departments=names)
    if week.is_partial:
        yield t("Only departments that a digest covers are counted.")
    yield t(
        "Each day's figures are as of its last digest, and count from the one before. Dealt with: "
        "answered, resolved, transferred or deleted."
    )


def _named(name: str) -> str:
    return cut(line(name), MAX_NAME) or "?"


def _titled(title: str, texts: Sequence[str]) -> RichTextBlock:
    rows: list[list[Part]] = [[text_part(title, bold=True)]]
    return lines([*rows, *([text_part(each)] for each in texts)])


def _age(seconds: int, t: Translator) -> str:
    return age(timedelta(seconds=seconds), t)
