"""The calls of reports."""

from datetime import date

from bot.sandbox.liveagent import answers
from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import Body
from bot.sandbox.liveagent.asking import Asked
from bot.sandbox.liveagent.calls import Perform
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.records import Rating

MOST = 1000


def list_ratings(account: Account, asked: Asked) -> Body:
    """Returns ratings; days are the account's, both included, and without columns all are given."""
    if account.switches.reports_refused:
        raise Refused("This API key has no access to reports", http=403)
    first, last = _day(asked, "date_from"), _day(asked, "date_to")
    found = [
        each
        for each in account.ratings
        if (first or date.min) <= each.created.astimezone(account.zone).date() <= (last or date.max)
    ]
    start, count = (_whole(asked[name]) for name in ("limitfrom", "limitcount"))
    page = found[start : start + min(count or MOST, MOST)]
    wanted = [name for name in asked["columns"].split(",") if name]
    rows = [_row(account, each) for each in page]
    return {"ranking": [_narrowed(row, wanted) for row in rows]}


def _row(account: Account, rating: Rating) -> Body:
    return {
        "rankingType": rating.kind,
        "datecreated": answers.written(account, rating.created),
        "conversationid": rating.ticket_id,
        "agentEmail": rating.agent_email,
        "requesterEmail": rating.requester_email,
        "comment": rating.comment or None,
    }


def _narrowed(row: Body, wanted: list[str]) -> Body:
    if unknown := {*wanted} - {*row}:
        raise Refused(detail=f"Unknown columns: {', '.join(sorted(unknown))}")
    return {name: row[name] for name in wanted or row}


def _day(asked: Asked, name: str) -> date | None:
    try:
        return date.fromisoformat(asked[name]) if asked[name] else None
    except ValueError:
        raise Refused(detail=f"{name} is no date") from None


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


REPORTS: tuple[tuple[str, str, Perform], ...] = (("GET", "/reports/ranking", list_ratings),)
