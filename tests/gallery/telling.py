"""Samples of notices, errors and help."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from blocks import deliveries
from blocks.bounces import undelivered
from blocks.help import command_of, did_you_mean, help_post, press_to_open, welcome
from blocks.history import history
from blocks.ids import Id
from blocks.in_place import card_with, in_place_of_card
from blocks.notices import explain, notice, try_again
from blocks.unknown_tags import NearTag, unknown_tags
from blocks.waking import woke
from bot.domain import errors as e
from bot.domain.answer_to import ResponseUrl, to_stored
from bot.domain.files import FileTrouble
from bot.domain.outbox import State
from bot.domain.ticket import SYSTEM_USER, Message, MessageKind, Status
from bot.operations import Operation
from tests.blocks.errors import EXAMPLES
from tests.gallery import work
from tests.gallery.desk import ACCOUNT, Desk
from tests.gallery.sample import Sample

REFUSALS = (
    "NotOffered",
    "AdminNeeded",
    "NotAnAgent",
    "NotAMember",
    "OutOfBounds",
    "TicketNotFound",
    "TicketUnavailable",
)


def notices_of_operations(desk: Desk) -> Iterator[Sample]:
    """Every state of a reply, then every operation's end."""
    said = work.said(desk)
    for state in State:
        outcome = {**said, "error": "Refused", "reason": "…"} if state is State.REFUSED else said
        yield _notice(f"reply, {state}", state, work.a_reply(desk), desk, outcome)
    for operation in work.operations(desk)[1:]:
        yield _notice(f"{operation.kind}, held", State.HELD, operation, desk, {})
        yield _notice(
            f"{operation.kind}, done", State.DONE, operation, desk, work.end(operation, desk)
        )
        broken = {"error": "Breakdown"}
        yield _notice(f"{operation.kind}, given up", State.REFUSED, operation, desk, broken)
    yield from _other_ends(desk)
    yield from _wakes(desk)
    yield from _bounces(desk)
    yield from _out_of_turn(desk)


def _unknown_tags(desk: Desk) -> Iterator[Sample]:
    """What is asked about tags that LiveAgent doesn't know."""
    (tag, other), command = desk.new_tags, f'tag {desk.ticket.code} +"{desk.new_tags[0]}"'
    near = [NearTag(f"{tag}?", each, command) for each in (tag, other)]
    one, both = [near[0].typed], [near[0].typed, f"{other}?"]
    yield Sample("unknown tag", unknown_tags(one, near, desk.t, create=command))
    yield Sample("unknown tags", unknown_tags(both, near, desk.t, create=command, without=command))
    kept = unknown_tags(one, [], desk.t, typed=f"+{tag}?")
    yield Sample("unknown tag, too long for a button", kept)


def _bounces(desk: Desk) -> Iterator[Sample]:
    """The notices of a bounced reply."""
    kind, at = MessageKind.UNDELIVERED, desk.view.seen
    said = f"Could not be delivered to {desk.ticket.owner_email}: 550 5.1.1 User unknown"
    for name, text in (("says to whom", said), ("doesn't say to whom", "550 5.1.1")):
        report = Message("m9", kind, "M", SYSTEM_USER, at, text)
        replied = work.a_row(State.DONE, "reply", {})
        post = undelivered(desk.ticket, [report], "m1", desk.t, ACCOUNT, replied)
        yield Sample(f"not delivered, {name}", post)
    created = work.a_row(State.DONE, "create", {})
    first = undelivered(desk.ticket, [report], "m1", desk.t, ACCOUNT, created)
    yield Sample("not delivered, new ticket", first)


def _wakes(desk: Desk) -> Iterator[Sample]:
    """The notices of a postponed ticket."""
    operation, said = work.a_postpone(desk), work.end(work.a_postpone(desk), desk)
    ends: Mapping[str, Mapping[str, Any]] = {
        "at another time": {**said, "wakes": work.WAKES.timestamp() + 7 * 3600},
        "until an unknown time": {**said, "wakes": None},
        "without its note": {**said, "remark": {"why": "unnoted", "reason": "…"}},
        "woken meanwhile": {**said, "status": Status.OPEN},
    }
    for name, outcome in ends.items():
        yield _notice(f"postpone, {name}", State.DONE, operation, desk, outcome)
    for error in ("NotPrivileged", "V3KeyNeeded"):
        outcome = {"error": error}
        yield _notice(f"postpone, refused: {error}", State.REFUSED, operation, desk, outcome)
    for letter in (Status.NEW, Status.POSTPONED):
        ticket = desk.ticket._replace(status=letter)
        post = woke(ticket, operation, desk.t, ACCOUNT)
        yield Sample(f"notice: woke, {letter}", post, is_private=False)


def in_place(desk: Desk) -> Iterator[Sample]:
    """What stands in place of a card, and what on top of its buttons."""
    answer = work.a_reply(desk)
    states = (State.HELD, State.WAITING, State.ASKS, State.UNDONE)
    rows = [work.a_row(state, "reply", {}) for state in states]
    for row in rows:
        held = in_place_of_card(row, answer, desk.t, ACCOUNT)
        yield Sample(f"in place: reply, {row.state}", held)
    of_command = to_stored(ResponseUrl("https://hooks.slack.com/x", "C1", replaces=False))
    typed = replace(work.a_row(State.HELD, "reply", {}), answer_to=of_command)
    held = in_place_of_card(typed, answer, desk.t, ACCOUNT)
    yield Sample("in place: reply, held after a command", held)
    done = work.a_row(State.DONE, "reply", work.said(desk))
    resolve = work.operations(desk)[2]
    both = [(work.a_row(State.HELD, "resolve", {}), resolve), (done, answer)]
    sent = card_with(desk.view, desk.actor, desk.t, ACCOUNT, both)
    yield Sample("card: a reply was sent, and a resolve is held", sent)


def _out_of_turn(desk: Desk) -> Iterator[Sample]:
    """What waits for another of its ticket, and what can't be read."""
    answer = work.a_reply(desk)
    behind = replace(work.a_row(State.HELD, "reply", {}), is_queued=True)
    waits = deliveries.delivery(behind, answer, desk.t, ACCOUNT)
    yield Sample("notice: reply, behind another", waits, is_private=False)
    asking = work.a_row(State.ASKS, "reply", {})
    below = deliveries.superseded(asking, desk.t)
    yield Sample("notice: reply, told again below", below, is_private=False)
    baselines: tuple[dict[str, Any] | None, ...] = (None, {"message_ids": []})
    never_seen = work.a_row(State.WAITING, "reply", {})
    waits = deliveries.delivery(never_seen, answer, desk.t, ACCOUNT)
    yield Sample("notice: reply, will be asked about", waits, is_private=False)
    for baseline in baselines:
        row = replace(never_seen, waits_for_slack=True, baseline=baseline)
        waits = deliveries.delivery(row, answer, desk.t, ACCOUNT)
        name = "waits for Slack" if baseline else "waits for Slack, will be asked about"
        yield Sample(f"notice: reply, {name}", waits, is_private=False)
    for baseline in baselines:
        row = replace(work.a_row(State.DOUBTFUL, "reply", {}), baseline=baseline)
        post = deliveries.unreadable(row, desk.t)
        yield Sample(
            f"notice: reply, unreadable{', begun' if baseline else ''}", post, is_private=False
        )


def _other_ends(desk: Desk) -> Iterator[Sample]:
    said, answer = work.said(desk), work.a_reply(desk)
    ends: Mapping[str, Mapping[str, Any]] = {
        "stored as a note": {**said, "stored_as": "N"},
        "status refused": {**said, "remark": {"why": "refused", "reason": "…"}},
        "status refused, by an older version": {**said, "remark": "…"},
        "tags refused": {**said, "remark": {"why": "untagged", "reason": "…"}},
        "status left, news": {**said, "remark": {"why": "news"}},
        "the rest refused": {**said, "remark": {"why": "unfinished", "reason": "…"}},
        "the rest unanswered": {**said, "remark": {"why": "unfinished"}},
        "a message crossed": {**said, "remark": {"why": "crossed"}},
        "status left, changed": {**said, "remark": {"why": "changed"}},
        "not found again": {**said, "stored_as": ""},
        "its files left out": {**said, "lacks_files": True},
        "we couldn't confirm it in LiveAgent": {},
    }
    for name, outcome in ends.items():
        yield _notice(f"reply, {name}", State.DONE, answer, desk, outcome)
    kept = answer.model_copy(update={"email_customer": False})
    yield _notice("reply, not e-mailed", State.DONE, kept, desk, said)
    news = {"count": 3, "newest": {"body": desk.news, "name": desk.ticket.owner_name}}
    questions: Mapping[str, Mapping[str, Any]] = {
        "news": {**news, "why": "news"},
        "recipient changed": {"why": "unseen", "count": 0, "owner": said["owner"]},
        "recipient unseen": {**news, "why": "unseen", "owner": said["owner"]},
        "conversation changed": {**news, "why": "changed"},
        "news without text": {"why": "news", "count": 1, "newest": {"body": ""}},
        "somebody replies": {"why": "replying", "agents": [desk.actor.name, ""]},
    }
    for name, outcome in questions.items():
        yield _notice(f"reply, asks: {name}", State.ASKS, answer, desk, outcome)
    carrying = answer.model_copy(update={"files": work.files(desk)})
    unfit = {"why": "files", "name": work.files(desk)[0].name, "reason": "…", "megabytes": 25}
    for trouble in FileTrouble:
        outcome = {**unfit, "trouble": trouble}
        yield _notice(f"reply, its file: {trouble}", State.ASKS, carrying, desk, outcome)
    resolve = work.operations(desk)[2]
    changed = {"why": "differs", "changed": ["status", "assignee"], **work.end(resolve, desk)}
    yield _notice("resolve, asks: changed", State.ASKS, resolve, desk, changed)
    both = {**changed, **news, "why": "news"}
    yield _notice("resolve, asks: news, and changed", State.ASKS, resolve, desk, both)
    waited = {**changed, **news, "why": "waited"}
    yield _notice("resolve, asks: it had to wait", State.ASKS, resolve, desk, waited)
    for error in REFUSALS:
        outcome = {"error": error, "status": Status.DELETED}
        yield _notice(f"reply, refused: {error}", State.REFUSED, answer, desk, outcome)
    new = next(each for each in work.operations(desk) if each.kind == "create")
    for error in ("CustomerUnknown", "CustomerIsAgent"):
        unknown = {"error": error, "reason": "common processing error"}
        yield _notice(f"create, {error}", State.REFUSED, new, desk, unknown)
    for kind in ("note", "create"):
        without = next(each for each in work.operations(desk) if each.kind == kind)
        yield _notice(
            f"{kind}, its file", State.ASKS, without, desk, {**unfit, "trouble": FileTrouble.GONE}
        )
    begun = replace(work.a_row(State.DISCARDED, "reply", {}), baseline={"message_ids": []})
    given_up = deliveries.delivery(begun, answer, desk.t, ACCOUNT)
    yield Sample("notice: reply, given up after a call", given_up, is_private=False)


def _notice(
    name: str, state: State, operation: Operation, desk: Desk, outcome: Mapping[str, Any]
) -> Sample:
    row = work.a_row(state, operation.kind, outcome)
    post = deliveries.delivery(row, operation, desk.t, ACCOUNT)
    return Sample(f"notice: {name}", post, is_private=False)


def notices_of_errors(desk: Desk) -> Iterator[Sample]:
    t = desk.t
    for number, error in enumerate(EXAMPLES):
        yield Sample(f"error {number}: {type(error).__name__}", notice(explain(error, t), t))
    failed = explain(RuntimeError(), t)
    again = try_again((Id.SHOW_QUEUE, "queue"), t)
    post = notice(failed, t, reference="8f3a2c", typed=desk.reply, buttons=again)
    yield Sample("error of the bot, with what was typed", post)
    post = notice(failed, t, reference="8f3a2c", command="/ticket list new", buttons=again)
    yield Sample("error of the bot, after a command", post)
    yield Sample("notice: it takes long", notice(t("Still waiting for LiveAgent …"), t))
    limit = t(
        "LiveAgent's per-minute call limit is reached. This will take about {seconds} seconds.",
        seconds=6,
    )
    yield Sample("notice: the limit of calls is reached", notice(limit, t))
    yield Sample("notice: on its way", notice(t("⏳ Posting …"), t))
    yield Sample("help", help_post(t))
    yield Sample("help, without a key of version 3", help_post(t, has_v3=False))
    for meant in (f"resolve {desk.ticket.code}", "list new", f"find {desk.note}"):
        near = command_of(meant) if "find" not in meant else None
        shows = f"open {desk.ticket.code}" if desk.ticket.code in meant else ""
        unknown = e.UnknownCommand(near, meant, shows)
        yield Sample(f"unknown command: {command_of(meant)}", did_you_mean(unknown, t))
    yield from _unknown_tags(desk)
    yield Sample("welcome", welcome(t, can_read_messages=True), is_private=False)
    opens = press_to_open(e.NeedsClick(f"reply {desk.ticket.code}"), t)
    yield Sample("what needs a form, typed to the bot", opens, is_private=False)
    yield Sample("history", history(desk.ticket, work.entries(desk), t))
    yield Sample("history, nothing yet", history(desk.ticket, [], t))
