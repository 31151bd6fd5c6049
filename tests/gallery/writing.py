"""Samples of the forms in which people write."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from blocks.answers import answers_post
from blocks.created_link import created_link
from blocks.forms import answer, create, delete, note, postpone, reply, tags, transfer
from blocks.forms.answer import AnswerState
from blocks.forms.create_input import BY_AGENT, BY_CUSTOMER, CreateState, OtherTicket
from blocks.forms.form import Start
from blocks.forms.frame import with_omissions
from blocks.forms.insertion import with_answer, with_trouble
from blocks.forms.placeholders import ask_about_placeholders, ask_about_replying
from blocks.forms.state import ChoiceState, CustomerState, SeenState, TicketState
from blocks.ids import Id
from blocks.notices import explain
from blocks.values.tickets import Target
from bot.domain import errors as e
from bot.domain.activity import Doing
from bot.domain.answers import Audience, PredefinedAnswer, SavedAnswer, Usable
from bot.domain.people import OpenForm
from bot.domain.ticket import Status
from bot.operations.rich_text import of_plain
from tests.files import LIMITS
from tests.gallery import work
from tests.gallery.desk import ACCOUNT, ADMIN, NOW, Desk
from tests.gallery.sample import Sample, errors_in, state_of


def replying(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    others = [OpenForm("U0ADAM", 120)]
    state, noted = CustomerState().showing(view), note.NoteState().showing(view)
    yield Sample("form: reply, being asked for", reply.form(CustomerState(), t))
    typed = work.a_reply(desk)
    yield Sample("form: reply", reply.form(state, t, Start(view=view, stored=typed)))
    left = typed.model_copy(update={"rich_text": of_plain(desk.template)})
    held = state_of(reply.form(state, t, Start(view=view, stored=left)))
    yield Sample(
        "form: reply, something left to fill in", ask_about_placeholders(held, state, left, t)
    )
    replying = {each.id: each.name for each in view.agents[:2]}
    asked = ask_about_replying(held, state, replying, t)
    yield Sample("form: reply, others are replying in LiveAgent", asked)
    crowded = reply.form(state, t, Start(view=view, others=others))
    yield Sample("form: reply, another is open", crowded)
    named = typed.model_copy(update={"rich_text": work.MENTION})
    wrong = reply.form(state, t, Start(view=view, stored=named))
    errors = errors_in(wrong, lambda held: reply.read(held, CustomerState(), t))
    yield Sample("form: reply, wrong", wrong, errors=errors)
    there = Start(view=work.with_others(view))
    yield Sample("form: reply, somebody replies in LiveAgent", reply.form(state, t, there))
    viewing = Start(view=work.with_others(view, Doing.VIEWING))
    yield Sample("form: note, somebody is there", note.form(noted, t, viewing))
    trouble = explain(e.NotApplied("", ""), t)
    clicked = Target.of(view)
    known = Start(trouble=trouble, subject=clicked.subject, customer=clicked.customer)
    yield Sample("form: reply, LiveAgent down", reply.form(state, t, known))
    yield Sample("form: note, LiveAgent down", note.form(noted, t, known))
    unreachable = replace(view, ticket=view.ticket._replace(owner_email=""))
    yield Sample("form: reply, no address", reply.form(state, t, Start(view=unreachable)))
    yield Sample("form: note", note.form(noted, t, Start(view=view, typed=desk.note)))
    yield Sample(
        "form: note, another is open",
        note.form(noted, t, Start(view=view, others=others)),
    )
    yield Sample(
        "form: note on a message", note.form_with_picker(note.NoteState(), t, prefilled=desk.note)
    )
    below = note.NoteState(link="https://acme.slack.com/archives/C1/p1").showing(view)
    in_thread = note.form(below, t, Start(view=view, typed=desk.note))
    yield Sample("form: note on a message in a ticket's thread", in_thread)
    among = ChoiceState(among=((view.ticket.id, view.ticket.code),))
    taking = state.model_copy(update={"files": LIMITS})
    given = Start(view=view, stored=typed.model_copy(update={"files": work.files(desk)}))
    yield Sample("form: reply, with files", reply.form(taking, t, given))
    among = among.model_copy(update={"files": LIMITS})
    chosen_later = reply.form_with_picker(among, t, of_plain(desk.reply), work.files(desk))
    yield Sample("form: reply from a message, the ticket to be chosen", chosen_later)


def saving(desk: Desk) -> Iterator[Sample]:
    """Saved answers, and one inserted into a reply."""
    view, t = desk.view, desk.t
    text = of_plain(f"{desk.template} {{agent}}")
    mine = SavedAnswer(
        1, desk.later, text, desk.user, then=Status.RESOLVED, tags=tuple(desk.new_tags)
    )
    of_place = replace(mine, id=2, audience=Audience.DEPARTMENT, department=desk.department)
    of_all = replace(mine, id=3, audience=Audience.EVERYONE, then="")
    yield Sample("saved answers, none", answers_post([], t))
    there = PredefinedAnswer("pa1", desk.later, f"<p>{desk.reply}</p>", "", department_id="d")
    of_liveagent = there.saved({"d": desk.department.name})
    each = (of_liveagent, mine, of_place, of_all)
    some = [
        Usable(one, desk.template, is_changeable=one is not of_all and not one.remote_id)
        for one in each
    ]
    yield Sample("saved answers, no such", answers_post([], t, words=desk.later))
    yield Sample("saved answers", answers_post(some, t))
    yield Sample("saved answers, LiveAgent's missing", answers_post(some, t, lacks_liveagents=True))
    yield Sample("saved answers, many", answers_post(some * 9, t, page=1))
    state = AnswerState()
    yield Sample("form: saved answer, new", answer.form(state, t))
    yield Sample("form: saved answer", answer.form(state, t, of_place))
    wrong = answer.form(state, t, replace(mine, name="", rich_text=work.MENTION))
    errors = errors_in(wrong, lambda held: answer.read(held, state, desk.user, t))
    yield Sample("form: saved answer, wrong", wrong, errors=errors)
    reply_state = CustomerState().showing(view)
    typed = Start(view=view, stored=work.a_reply(desk))
    held = state_of(reply.form(reply_state, t, typed))
    names = {"customer": view.ticket.owner_name, "agent": desk.actor.name}
    yield Sample("form: reply, an answer inserted", with_answer(held, mine, t, **names))
    full = with_trouble(held, explain(e.AnswerTooLong(), t))
    yield Sample("form: reply, an answer that does not fit", full)


def operating(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    yield Sample("form: tags", tags.form(TicketState().showing(view), t, Start(view=view)))
    state = SeenState().showing(view)
    given = transfer.form(state, t, Start(view=view, target=(view.ticket.department, ADMIN)))
    yield Sample("form: transfer", given)
    unknown = t("LiveAgent has no department or agent named “{name}”.", name="nowhere")
    selected = t("{department} is selected instead.", department=view.ticket.department.name)
    lost = transfer.form(state, t, Start(view=view, trouble=t.sentences([unknown, selected])))
    yield Sample("form: transfer, unknown name", lost)
    chosen = {"department": {"department": {"selected_option": {"value": "dep1s5a4"}}}}
    held = {**given.to_dict(), "state": {"values": chosen}}
    elsewhere = transfer.with_department(held, t)
    yield Sample("form: transfer, another department", elsewhere)
    later = Start(view=view, now=NOW, zone=desk.zone)
    put_off = postpone.PostponeState().showing(view)
    yield Sample("form: postpone", postpone.form(put_off, t, later))
    for typed in (desk.later, desk.reply[:30]):
        shown = postpone.form(put_off, t, replace(later, typed=typed))
        read = partial(postpone.read, state=put_off.submitted_at(NOW), t=t)
        errors = errors_in(shown, read) if typed != desk.later else None
        yield Sample(f"form: postpone, {typed}", shown, errors=errors)
    asked = CustomerState().showing(view)
    held_back = delete.form(asked, t, Start(view=view, undo_seconds=600))
    yield Sample("form: delete", held_back)
    yield Sample("form: delete, at once", delete.form(asked, t, Start(view=view)))


def creating(desk: Desk) -> Iterator[Sample]:
    t, made = desk.t, work.a_create(desk)
    yield Sample("form: new ticket", create.form(CreateState(), t))
    on_message = CreateState(channel="C0SUPPORT", link_ts="1.1")
    theirs = work.a_create(desk, is_by_customer=True)
    with_files = theirs.model_copy(update={"files": work.files(desk)})
    taking = on_message.model_copy(update={"files": LIMITS})
    asked = create.form(taking, t, filled=with_files, thread_size=4)
    yield Sample("form: new ticket of a message", asked)
    yield Sample(
        "form: new ticket of a message elsewhere",
        create.form(CreateState(no_link="absent"), t, filled=made),
    )
    yield Sample(
        "thread: a new ticket's link",
        created_link(desk.actor.name, desk.ticket.id, desk.ticket.code, t, ACCOUNT),
        is_private=False,
    )
    other = OtherTicket(
        email=made.recipient, ticket="t", code="MOR-E1-2", subject=desk.ticket.subject, age="…"
    )
    for name in (BY_CUSTOMER, BY_AGENT):
        asked = create.form(CreateState(other=other), t, filled=made, writer=name)
        yield Sample(f"form: new ticket, another is open, by {name}", asked)
    long = create.form(CreateState(no_link="shared"), t, filled=made)
    cut = with_omissions(long, desk.view.ticket.subject * 20, t)
    yield Sample("form: new ticket of a long message", cut)
    copied = made.model_copy(update={"copies": ("boss@customer.example",)})
    there = reply.form(CustomerState(ticket="t", code="MOR-E1-2"), t, Start(view=desk.view))
    lost = with_omissions(there, "", t, dropped=create.dropped(copied, t))
    yield Sample("form: reply in another ticket instead", lost)
    ours = create.edit(CreateState(), t, Start(stored=made))
    yield Sample("form: new ticket, agent writes", ours)
    writer = {Id.WRITER: {Id.WRITER: {"selected_option": {"value": BY_AGENT}}}}
    held = {**ours.to_dict(), "state": {"values": writer}}
    late = create.warning(create.again(held, CreateState(), t, filled=made), t)
    yield Sample("form: new ticket, submitted before it showed who is e-mailed", late)
    left = made.model_copy(update={"rich_text": of_plain(desk.template)})
    filled = state_of(create.edit(CreateState(), t, Start(stored=left)))
    asked_again = ask_about_placeholders(filled, CreateState(), left, t)
    yield Sample("form: new ticket, something left to fill in", asked_again)
    empty = create.form(CreateState(), t)
    errors = errors_in(empty, lambda held: create.read(held, CreateState(), t))
    yield Sample("form: new ticket, wrong", empty, errors=errors)
