// LiveAgent's side of the sandbox: its tickets, the customers' mailbox, what the API was asked.
import { calm } from "./calm.js";
import { menuAt, node } from "./dom.js";
import { Logs } from "./liveagent_logs.js";
import { OneTicket, TicketList } from "./liveagent_tickets.js";
import { habitSwitch, weatherSwitch } from "./liveagent_weather.js";
import { language, t } from "./words.js";

const BASE = "/sandbox/liveagent";
const EVERY = 1000;
const FIRST = "s4y7t5s7";
const LINKED = "Conversation;id=";

async function ask(path, method = "GET", body = undefined) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(BASE + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

class Side {
  // `shownInSlack()` is what the person there looks at, as texts, newest first.
  constructor(element, shownInSlack) {
    this.shownInSlack = shownInSlack;
    this.followed = "";
    this.selected = FIRST;
    this.seen = { state: "", ticket: "" };
    this.calls = 0;
    this.build(element);
  }

  build(element) {
    this.notice = node("p", { class: "la-notice", role: "status", hidden: true });
    this.weather = weatherSwitch((faults) => this.change("/faults", "PUT", faults));
    this.habits = habitSwitch((habits) => this.change("/habits", "PUT", habits));
    this.list = new TicketList((id) => this.select(id));
    this.ticket = new OneTicket();
    this.logs = new Logs((ticket) => this.change(`/tickets/${ticket}/bounce`, "POST", {}));
    element.classList.add("la");
    element.append(
      node("header", {}, node("h2", {}, "LiveAgent", node("span", { class: "la-account" }, "Acme")), this.weather.field, this.weather.says, this.habits.field),
      this.notice,
      node("section", { class: "la-tickets" }, this.list.element),
      node("section", { class: "la-ticket" }, this.ticket.title, this.ticket.log, this.customerForm()),
      this.logs.element);
  }

  customerForm() {
    this.box = node("textarea", { rows: "1", required: true });
    this.sendAs = node("button", {});
    this.agentActs = node("button", { type: "button", onclick: () => menuAt(this.agentActs, this.deeds()) });
    const send = async (event) => {
      event.preventDefault();
      await this.write("customer", this.box.value, { text: this.box.value });
    };
    return node("form", { class: "la-form", onsubmit: send }, this.box, this.sendAs, this.agentActs);
  }

  // What an agent can do in LiveAgent itself, without Slack; what was written is their words.
  deeds() {
    const act = (does) => async () => {
      const words = this.box.value;
      await this.write("agent", words, { by: this.agent.email, does, text: words || t("On its way.") });
    };
    const there = (doing) => () => this.change(`/tickets/${this.selected}/present`, "POST", { agent: this.agent.id, doing });
    const agent = this.agent.name;
    return [
      [t("{agent} replies", { agent }), act("replies")],
      [t("{agent} adds a note", { agent }), act("notes")],
      [t("{agent} takes it", { agent }), act("takes")],
      [t("{agent} resolves it", { agent }), act("resolves")],
      [t("{agent} opens it to reply", { agent }), there("J")],
      [t("{agent} leaves it", { agent }), there("")],
    ];
  }

  // Clears the box if it still holds the words, and not what was typed meanwhile.
  async write(as, words, body) {
    const done = await this.change(`/tickets/${this.selected}/${as}`, "POST", body);
    if (done && this.box.value === words) this.box.value = "";
  }

  async change(path, method, body) {
    try {
      await ask(path, method, body);
      await this.look();
      return true;
    } catch (error) {
      this.say(String(error.message));
      return false;
    }
  }

  say(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
  }

  async look() {
    const state = await ask("/state");
    await calm();
    this.follow(state);
    const { now, ...rest } = state;
    const seen = JSON.stringify([rest, now.slice(0, 16), this.selected, language()]);
    if (seen !== this.seen.state) this.show(state);
    this.seen.state = seen;
    await this.lookAtTicket(state);
    this.say(state.bare_tag_deletion_seen ? t("A call removed all tags of a ticket: it named none.") : "");
    return state;
  }

  // Turns to the ticket that was changed last, or else that Slack has come to show,
  // unless somebody writes to another as its customer.
  follow({ journal, tickets }) {
    const changes = journal.filter((call) => call.number > this.calls && call.verb !== "GET");
    const changed = tickets.find((one) => changes.at(-1)?.path.split("/").some((part) => [one.id, one.code].includes(part)));
    // what links a ticket is about it; a code alone may be that of the customer's other ticket
    const inView = this.shownInSlack();
    const words = inView.find((one) => one.includes(LINKED)) ?? inView[0] ?? "";
    const linked = tickets.filter((one) => words.includes(LINKED + one.id));
    const named = linked.length ? linked : tickets.filter((one) => words.includes(one.code));
    const shown = named.length === 1 && named[0].id !== this.followed ? named[0] : null;
    if (shown) this.followed = shown.id;
    const next = changed ?? shown;
    if (next && !this.box.value) this.selected = next.id;
    this.calls = journal.at(-1)?.number ?? 0;
  }

  async lookAtTicket(state) {
    const line = state.tickets.find((one) => one.id === this.selected);
    const seen = JSON.stringify([line, language()]);
    if (seen === this.seen.ticket) return;
    const ticket = line && (await ask(`/tickets/${this.selected}`));
    this.ticket.show(ticket, state.agents);
    this.seen.ticket = seen;
    const customer = line?.owner.name || line?.owner.email;
    this.box.placeholder = t("Write as {customer}", { customer });
    this.box.setAttribute("aria-label", t("The customer writes"));
    this.sendAs.textContent = t("Send as the customer");
    this.agent = state.agents.find((one) => one.role === "D");
    this.agentActs.textContent = t("An agent acts");
  }

  show(state) {
    this.weather.show(state.faults);
    this.habits.show(state.habits);
    this.list.show(state, this.selected);
    this.logs.show(state);
  }

  select(id) {
    this.selected = id;
    this.look().catch((error) => this.say(String(error.message)));
  }
}

/** Shows LiveAgent's side in `element` and keeps it fresh; `looked` is given each state. */
export function mount(element, shownInSlack, looked) {
  const side = new Side(element, shownInSlack);
  const turn = async () => {
    await side.look().then(looked, () => side.say(t("The sandbox does not answer.")));
    setTimeout(turn, EVERY);
  };
  turn();
}
