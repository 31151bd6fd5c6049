// LiveAgent's tickets as a list, and one of them in full.
import { node } from "./dom.js";
import { words } from "./liveagent_message.js";
import { t, written } from "./words.js";

const STATUS = {
  N: "New", C: "Open", A: "Answered", R: "Resolved", W: "Postponed", T: "Chatting", P: "Calling",
  I: "Internal", B: "Spam", X: "Deleted", L: "Closed",
};
const GROUP = { I: "Note", T: "Transfer", G: "Tag", R: "Resolved", C: "Chat", P: "Call", 4: "Not delivered" };
const COLUMNS = ["Code", "Status", "Subject", "Customer", "Department", "Agent", "Tags", "Changed"];
const FILES = "FL";
const SUBJECT = "T";
const MESSAGES_SHOWN = 20;

const named = (list, id) => list.find((one) => one.id === id)?.name ?? id ?? "";
export const moment = (iso) => written(iso, { dateStyle: "medium", timeStyle: "short" });
export const empty = (text) => node("p", { class: "la-empty" }, text);

function age(iso, now) {
  const minutes = Math.max(0, Math.round((Date.parse(now) - Date.parse(iso)) / 60000));
  if (minutes < 60) return t("{count} min", { count: minutes });
  if (minutes < 48 * 60) return t("{count} h", { count: Math.round(minutes / 60) });
  return t("{count} d", { count: Math.round(minutes / 1440) });
}

function status(letter) {
  return node("span", { class: "la-status", "data-letter": letter }, STATUS[letter] ? t(STATUS[letter]) : `? ${letter}`);
}

/** Newest change first. What has changed since it was last drawn is marked for a moment. */
export class TicketList {
  constructor(choose) {
    this.choose = choose;
    this.seen = null;
    this.heads = node("tr");
    this.rows = node("tbody");
    this.element = node("table", {}, node("thead", {}, this.heads), this.rows);
  }

  show(state, selected) {
    const newest = state.tickets.toSorted((a, b) => b.changed.localeCompare(a.changed));
    const seen = new Map(newest.map((one) => [one.id, JSON.stringify(one)]));
    const isFresh = (one) => this.seen && this.seen.get(one.id) !== seen.get(one.id);
    this.heads.replaceChildren(...COLUMNS.map((text) => node("th", { scope: "col" }, t(text))));
    this.rows.replaceChildren(...newest.map((one) => this.row(state, one, one.id === selected, isFresh(one))));
    this.seen = seen;
  }

  row({ agents, departments, tags, now }, ticket, isSelected, isFresh) {
    const classes = [isSelected && "la-selected", isFresh && "la-fresh"].filter(Boolean).join(" ");
    const cell = (text, name) => node("td", { class: name }, text);
    return node("tr", { class: classes, onclick: () => this.choose(ticket.id) },
      node("td", {}, node("button", { type: "button", class: "la-quiet" }, ticket.code)),
      node("td", {}, status(ticket.status)),
      cell(ticket.subject || t("(no subject)"), "la-subject"),
      cell(ticket.owner.name || ticket.owner.email),
      cell(named(departments, ticket.department)),
      cell(named(agents, ticket.assignee)),
      cell(ticket.tags.map((tag) => named(tags, tag)).join(", ")),
      cell(age(ticket.changed, now), "la-age"));
  }
}

// A newer server tells more of a file than its name.
function fileName(text) {
  try {
    return Object.fromEntries(JSON.parse(text)).name;
  } catch {
    return text;
  }
}

function contents({ kind, text }) {
  if (FILES.includes(kind)) return [`📎 ${fileName(text)}`];
  if (kind === SUBJECT) return [node("b", {}, text)];
  return words(text);
}

/** Of a long ticket the end alone, until more is asked for. */
export class OneTicket {
  constructor() {
    this.title = node("div", { class: "la-title" });
    this.log = node("div", { class: "la-conversation", tabindex: "0", role: "region" });
    this.known = { id: "", groups: 0 };
  }

  show(ticket, agents) {
    if (!ticket) {
      this.title.replaceChildren();
      this.log.replaceChildren(empty(t("Choose a ticket.")));
      return;
    }
    const { id, owner, copies, code, subject } = ticket;
    const isSame = this.known.id === id;
    const showsAll = isSame && this.known.showsAll;
    const groups = showsAll ? ticket.groups : ticket.groups.slice(-MESSAGES_SHOWN);
    const rest = ticket.groups.length - groups.length;
    const all = () => { this.known.showsAll = true; this.show(ticket, agents); };
    const from = `${owner.name} <${owner.email}>`.trim() + (copies.length ? ` · ${t("copies to {names}", { names: copies.join(", ") })}` : "");
    const old = isSame ? this.known.groups : ticket.groups.length;
    this.log.setAttribute("aria-label", code);
    this.title.replaceChildren(
      node("h3", {}, status(ticket.status), " ", subject || t("(no subject)")),
      node("p", { class: "la-about" }, `${code} · ${from}`));
    this.log.replaceChildren(
      rest ? node("button", { type: "button", onclick: all }, t("Show {count} earlier", { count: rest })) : "",
      ...groups.map((group, index) => this.group(group, agents, rest + index >= old)));
    this.log.scrollTop = this.log.scrollHeight;
    this.known = { id, groups: ticket.groups.length, showsAll };
  }

  group(group, agents, isFresh) {
    const byAgent = agents.some((agent) => agent.id === group.user_id);
    const label = GROUP[group.kind] ?? (byAgent ? "Reply" : "Customer");
    const message = (one) => [node("p", { class: "la-about" }, `${t(label)} · ${one.by} · ${moment(one.created)}`), ...contents(one)];
    return node("article", { class: isFresh ? "la-group la-fresh" : "la-group", "data-kind": label },
      group.messages.length ? group.messages.map(message) : empty(t(label)));
  }
}
