// LiveAgent's side of the sandbox: its tickets, the customers' mailbox, what the API was asked.

import { asText, make, words } from "./liveagent_message.js";

const BASE = "/sandbox/liveagent";
const EVERY = 1000;
const MESSAGES_SHOWN = 20;
const CALLS_SHOWN = 60;

const STATUS = {
  N: "New", C: "Open", A: "Answered", R: "Resolved", W: "Postponed", T: "Chatting", P: "Calling",
  I: "Internal", B: "Spam", X: "Deleted", L: "Closed",
};
const GROUP = { I: "Note", T: "Transfer", G: "Tag", R: "Resolved", C: "Chat", P: "Call" };
const FILE = "F";
const SUBJECT = "T";

const WEATHER = [
  ["Normal", []],
  ["Slow", [{ kind: "delay", seconds: 4 }]],
  ["Down", [{ kind: "down" }]],
  ["Hangs", [{ kind: "hang" }]],
  ["Loses answers", [{ kind: "drop_after", calls: "writes" }]],
];

async function ask(path, method = "GET", body = undefined) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(BASE + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const cell = (text, className = "") => make("td", { textContent: text, className });
const empty = (text) => make("p", { className: "la-empty", textContent: text });
const time = (iso) =>
  new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

function age(iso, now) {
  const minutes = Math.max(0, Math.round((Date.parse(now) - Date.parse(iso)) / 60000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1440)} d`;
}

function status(letter) {
  const known = STATUS[letter] ?? `Status ? ${letter}`;
  return make("span", { className: "la-status", textContent: known, attributes: { "data-letter": letter } });
}

const named = (list, id) => list.find((one) => one.id === id)?.name ?? id ?? "";

function contents({ kind, text }) {
  if (kind === FILE) return [`📎 ${text}`];
  if (kind === SUBJECT) return [make("b", { textContent: text })];
  return words(text);
}

class Side {
  constructor(element) {
    this.state = null;
    this.selected = "s4y7t5s7";
    this.showsAll = false;
    this.seen = { state: "", ticket: "" };
    this.build(element);
  }

  build(element) {
    this.notice = make("p", { className: "la-notice", attributes: { role: "status" }, hidden: true });
    this.weather = this.weatherSwitch();
    const again = make("button", { type: "button", textContent: "Start over" });
    again.addEventListener("click", () => this.change("/reset", "POST"));
    this.rows = make("tbody");
    this.ticket = make("div", { className: "la-conversation" });
    this.mailbox = make("div");
    this.calls = make("div");
    element.classList.add("la");
    element.append(
      make("header", {}, make("h2", { textContent: "LiveAgent · Acme" }), this.weather, again),
      this.notice,
      make("section", { className: "la-tickets" }, this.table()),
      make("section", { className: "la-ticket" }, this.ticket, this.customerForm()),
      this.fold("The customers' mailbox", this.mailbox, true),
      this.fold("What the API was asked", this.calls, false),
    );
  }

  weatherSwitch() {
    const field = make("fieldset", { className: "la-weather" }, make("legend", { textContent: "The API is" }));
    for (const [name, faults] of WEATHER) {
      const choice = make("input", { type: "radio", name: "la-weather", value: name });
      choice.addEventListener("change", () => this.change("/faults", "PUT", faults));
      field.append(make("label", {}, choice, name));
    }
    return field;
  }

  table() {
    const heads = ["Code", "Status", "Subject", "Customer", "Department", "Assignee", "Tags", "Changed"];
    const head = make("tr", {}, ...heads.map((text) => make("th", { textContent: text, scope: "col" })));
    return make("table", {}, make("thead", {}, head), this.rows);
  }

  customerForm() {
    const label = make("label", { textContent: "The customer writes…" });
    const box = make("textarea", { rows: 3, required: true });
    const send = make("button", { type: "submit", textContent: "Send as the customer" });
    label.append(box);
    const form = make("form", { className: "la-form" }, label, send);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const sent = await this.change(`/tickets/${this.selected}/customer`, "POST", { text: box.value });
      if (sent) box.value = "";
    });
    return form;
  }

  fold(title, content, open) {
    return make("details", { open }, make("summary", { textContent: title }), content);
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
    const { now, ...rest } = state;
    const seen = JSON.stringify([rest, now.slice(0, 16), this.selected]);
    this.state = state;
    if (seen !== this.seen.state) this.showState(state);
    this.seen.state = seen;
    await this.lookAtTicket();
    this.say(state.bare_tag_deletion_seen ? "A call removed all tags of a ticket: it named none." : "");
  }

  async lookAtTicket() {
    const line = this.state.tickets.find((one) => one.id === this.selected);
    const seen = JSON.stringify([line, this.showsAll]);
    if (seen === this.seen.ticket) return;
    const ticket = line && (await ask(`/tickets/${this.selected}`));
    this.showTicket(ticket);
    this.seen.ticket = seen;
  }

  showState(state) {
    const newest = state.tickets.toSorted((a, b) => b.changed.localeCompare(a.changed));
    this.rows.replaceChildren(...newest.map((ticket) => this.row(ticket)));
    this.showMailbox(state.mailbox);
    this.showCalls(state.journal);
    const met = JSON.stringify(state.faults.map((fault) => fault.kind));
    const choice = WEATHER.findIndex(([, faults]) => JSON.stringify(faults.map((one) => one.kind)) === met);
    this.weather.querySelectorAll("input").forEach((input, index) => (input.checked = index === choice));
  }

  row(ticket) {
    const { agents, departments, tags, now } = this.state;
    const open = make("button", { type: "button", className: "la-quiet", textContent: ticket.code });
    const row = make(
      "tr",
      { className: ticket.id === this.selected ? "la-selected" : "" },
      make("td", {}, open),
      make("td", {}, status(ticket.status)),
      cell(ticket.subject || "(no subject)", "la-subject"),
      cell(ticket.owner.name || ticket.owner.email),
      cell(named(departments, ticket.department)),
      cell(named(agents, ticket.assignee)),
      cell(ticket.tags.map((tag) => named(tags, tag)).join(", ")),
      cell(age(ticket.changed, now), "la-age"),
    );
    row.addEventListener("click", () => this.select(ticket.id));
    return row;
  }

  select(id) {
    this.selected = id;
    this.showsAll = false;
    this.look().catch((error) => this.say(String(error.message)));
  }

  showTicket(ticket) {
    if (!ticket) return this.ticket.replaceChildren(empty("Choose a ticket."));
    const groups = this.showsAll ? ticket.groups : ticket.groups.slice(-MESSAGES_SHOWN);
    const rest = ticket.groups.length - groups.length;
    const more = make("button", { type: "button", textContent: `Show ${rest} earlier` });
    more.addEventListener("click", () => {
      this.showsAll = true;
      this.lookAtTicket().catch((error) => this.say(String(error.message)));
    });
    const copies = ticket.copies.length ? `, in copy ${ticket.copies.join(", ")}` : "";
    const from = `${ticket.owner.name} <${ticket.owner.email}>${copies}`.trim();
    this.ticket.replaceChildren(
      make("h3", { textContent: ticket.subject || "(no subject)" }),
      make("p", { className: "la-about" }, status(ticket.status), ` ${ticket.code} · ${from}`),
      ...(rest ? [more] : []),
      ...groups.map((group) => this.group(group)),
    );
    this.ticket.scrollTop = this.ticket.scrollHeight;
  }

  group(group) {
    const byAgent = this.state.agents.some((agent) => agent.id === group.user_id);
    const label = GROUP[group.kind] ?? (byAgent ? "Reply" : "Customer");
    const box = make("article", { className: "la-group", attributes: { "data-kind": label } });
    if (!group.messages.length) box.append(empty(`${label}, without a message`));
    for (const message of group.messages) {
      const head = `${label} · ${message.by} · ${time(message.created)}`;
      box.append(make("p", { className: "la-about", textContent: head }), ...contents(message));
    }
    return box;
  }

  showMailbox(emails) {
    const shown = emails.toReversed().map((email) => {
      const copies = email.copies.length ? `, copy to ${email.copies.join(", ")}` : "";
      const head = `To ${email.to}${copies} · ${time(email.sent)}`;
      const subject = make("b", { textContent: email.subject });
      return make(
        "article",
        { className: "la-group la-email" },
        make("p", { className: "la-about", textContent: head }),
        subject,
        ...words(email.html),
      );
    });
    this.mailbox.replaceChildren(...(shown.length ? shown : [empty("Nobody was e-mailed so far.")]));
  }

  showCalls(journal) {
    const lines = journal.slice(-CALLS_SHOWN).toReversed().map((call) => {
      const sent = Object.entries(call.parameters).map(([name, value]) => `${name}=${asText(value)}`);
      return make(
        "tr",
        {},
        cell(new Date(call.at).toLocaleTimeString()),
        cell(`${call.verb} ${call.path}`),
        cell(sent.join("  ").slice(0, 120)),
        cell(call.outcome),
      );
    });
    const table = make("table", {}, make("tbody", {}, ...lines));
    this.calls.replaceChildren(lines.length ? table : empty("Nothing yet."));
  }
}

function addStyles() {
  const href = new URL("./liveagent.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(make("link", { rel: "stylesheet", href }));
}

/** Shows LiveAgent's side in `element` and keeps it fresh; the result stops that. */
export function mount(element) {
  addStyles();
  const side = new Side(element);
  let timer = 0;
  let stopped = false;
  const turn = async () => {
    await side.look().catch(() => side.say("The sandbox does not answer."));
    if (!stopped) timer = setTimeout(turn, EVERY);
  };
  turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
