// What left LiveAgent, and what it was asked.
import { node } from "./dom.js";
import { asText, words } from "./liveagent_message.js";
import { empty, moment } from "./liveagent_tickets.js";
import { t, written } from "./words.js";

const CALLS_SHOWN = 60;
const SENT_SHOWN = 120;

function mail(email, isFresh, bounce) {
  const copies = email.copies.length ? ` · ${t("copies to {names}", { names: email.copies.join(", ") })}` : "";
  return node("article", { class: isFresh ? "la-group la-email la-fresh" : "la-group la-email" },
    node("p", { class: "la-about" }, t("To {name}", { name: email.to }), copies, ` · ${moment(email.sent)}`),
    node("b", {}, email.subject), words(email.html),
    bounce ? node("p", { class: "la-bounce la-about" },
      node("button", { type: "button", onclick: bounce }, t("Let it bounce")), t("then move time forward by an hour: its author is told")) : null);
}

function call({ at, verb, path, parameters, outcome }) {
  const sent = Object.entries(parameters).map(([name, value]) => `${name}=${asText(value)}`).join("  ");
  return node("tr", { class: outcome === "OK" ? "" : "la-odd" },
    node("td", {}, written(at, { timeStyle: "medium" })),
    node("td", {}, `${verb} ${path}`, sent ? node("div", { class: "la-about" }, sent.slice(0, SENT_SHOWN)) : null),
    node("td", {}, outcome));
}

/** Two leaves, the mailbox and the journal of calls; one is seen at a time. */
export class Logs {
  // `bounce(ticket)` lets the last mail of a ticket come back as not delivered.
  constructor(bounce) {
    this.bounce = bounce;
    this.open = "mailbox";
    this.mails = 0;
    this.element = node("section", { class: "la-logs" });
    this.tabs = node("div", { class: "la-tabs" });
    this.leaf = node("div", { class: "la-leaf", tabindex: "0", role: "region" });
    this.element.append(this.tabs, this.leaf);
  }

  // Only a ticket's last mail can bounce.
  mail(email, index, fresh) {
    const { mailbox } = this.last;
    const isLast = !mailbox.slice(index + 1).some((one) => one.ticket_id === email.ticket_id);
    return mail(email, index >= mailbox.length - fresh, isLast ? () => this.bounce(email.ticket_id) : null);
  }

  show({ mailbox, journal }) {
    this.last = { mailbox, journal };
    const fresh = Math.max(0, mailbox.length - this.mails);
    if (fresh) this.open = "mailbox";
    this.mails = mailbox.length;
    const tab = (name, text, count) => node("button", {
      type: "button", "aria-current": name === this.open ? "true" : undefined, onclick: () => { this.open = name; this.show(this.last); },
    }, text, count ? node("span", { class: "badge" }, String(count)) : null);
    this.tabs.replaceChildren(tab("mailbox", t("The customers' mailbox"), mailbox.length), tab("calls", t("What the API was asked")));
    const shown = this.open === "mailbox"
      ? mailbox.map((email, index) => this.mail(email, index, fresh)).reverse()
      : [node("table", {}, node("tbody", {}, journal.slice(-CALLS_SHOWN).reverse().map(call)))];
    const nothing = this.open === "mailbox" ? t("Nobody was e-mailed so far. Mail that is sent shows up here, and you can let it bounce.") : t("Nothing so far.");
    const isEmpty = !(this.open === "mailbox" ? mailbox : journal).length;
    this.leaf.setAttribute("aria-label", this.open === "mailbox" ? t("The customers' mailbox") : t("What the API was asked"));
    this.leaf.replaceChildren(...(isEmpty ? [empty(nothing)] : shown));
  }
}
