"""The forms in which people write."""

from collections.abc import Iterator
from dataclasses import replace

from blocks.forms import create, delete, note, reply, tags, transfer
from blocks.forms.fields import OtherForm, say_what_is_left_out
from blocks.forms.form import Start
from blocks.forms.state import CustomerState, SeenState, TicketState
from blocks.ids import Id
from blocks.notices import say
from bot.domain import errors as e
from tests.gallery import work
from tests.gallery.desk import ADMIN, Desk
from tests.gallery.sample import Sample, errors_in


def replying(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    others = [OtherForm("U0ADAM", 2)]
    yield Sample("form: reply, being asked for", reply.form(CustomerState(), t))
    typed = work.a_reply(desk)
    yield Sample("form: reply", reply.form(CustomerState(), t, Start(view=view, stored=typed)))
    crowded = reply.form(CustomerState(), t, Start(view=view, others=others))
    yield Sample("form: reply, another is open", crowded)
    named = typed.model_copy(update={"rich_text": work.MENTION})
    wrong = reply.form(CustomerState(), t, Start(view=view, stored=named))
    errors = errors_in(wrong, lambda held: reply.read(held, CustomerState(), t))
    yield Sample("form: reply, wrong", wrong, errors=errors)
    trouble = say(e.NotMade("", ""), t)
    yield Sample(
        "form: reply, LiveAgent down", reply.form(CustomerState(), t, Start(trouble=trouble))
    )
    unreachable = replace(view, ticket=view.ticket._replace(owner_email=""))
    yield Sample("form: reply, no address", reply.form(CustomerState(), t, Start(view=unreachable)))
    yield Sample("form: note", note.form(note.NoteState(), t, Start(view=view, typed=desk.note)))
    yield Sample(
        "form: note, another is open",
        note.form(note.NoteState(), t, Start(view=view, others=others)),
    )
    yield Sample(
        "form: note on a message", note.form_with_picker(note.NoteState(), t, prefilled=desk.note)
    )


def operating(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    yield Sample("form: tags", tags.form(TicketState(), t, Start(view=view)))
    given = transfer.form(SeenState(), t, Start(view=view, target=(view.ticket.department, ADMIN)))
    yield Sample("form: transfer", given)
    unknown = t("LiveAgent has no department or agent with that name.")
    lost = transfer.form(SeenState(), t, Start(view=view, trouble=unknown))
    yield Sample("form: transfer, unknown name", lost)
    chosen = {"department": {"department": {"selected_option": {"value": "dep1s5a4"}}}}
    held = {**given.to_dict(), "state": {"values": chosen}}
    elsewhere = transfer.with_department(held, t)
    yield Sample("form: transfer, another department", elsewhere)
    yield Sample("form: delete", delete.form(CustomerState(), t, Start(view=view)))


def creating(desk: Desk) -> Iterator[Sample]:
    t, made = desk.t, work.a_create(desk)
    yield Sample("form: new ticket", create.form(create.CreateState(), t))
    asked = create.form(
        create.CreateState(), t, filled=work.a_create(desk, is_by_customer=True), thread_size=4
    )
    yield Sample("form: new ticket of a message", asked)
    long = create.form(create.CreateState(), t, filled=made)
    cut = say_what_is_left_out(long, desk.view.ticket.subject * 20, t)
    yield Sample("form: new ticket of a long message", cut)
    ours = create.edit(create.CreateState(), t, Start(stored=made))
    yield Sample("form: new ticket, agent writes", ours)
    writer = {Id.WRITER: {Id.WRITER: {"selected_option": {"value": create.BY_AGENT}}}}
    held = {**ours.to_dict(), "state": {"values": writer}}
    late = create.warning(create.again(held, create.CreateState(), t, filled=made), t)
    yield Sample("form: new ticket, submitted before it showed who is e-mailed", late)
    empty = create.form(create.CreateState(), t)
    errors = errors_in(empty, lambda held: create.read(held, create.CreateState(), t))
    yield Sample("form: new ticket, wrong", empty, errors=errors)
