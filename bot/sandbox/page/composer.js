// Where a person types: Enter sends, a slash lists the commands.
import { chip } from "./attach.js";
import { menuAt, node } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const TALLEST = 200;

export class Composer {
  // `sent` is called whenever something is.
  constructor(sandbox, root, sent, { isThread = false } = {}) {
    this.sandbox = sandbox;
    this.sent = sent;
    this.isThread = isThread;
    this.drafts = new Map();
    this.build(root);
  }

  build(root) {
    this.list = node("ul", { class: "commands", role: "listbox", hidden: true });
    this.text = node("textarea", { rows: "1", autocomplete: "off" });
    this.shortcuts = node("button", { type: "button", class: "round", "aria-haspopup": "menu", onclick: () => menuAt(this.shortcuts, this.globals()) }, icon("bolt"));
    this.files = [];
    this.names = node("span", { class: "chips" });
    this.file = node("input", { type: "file", multiple: true, hidden: true, onchange: () => this.attaches([...this.file.files]) });
    this.clip = node("button", { type: "button", class: "round", onclick: () => this.file.click() }, icon("clip"));
    this.send = node("button", { class: "send" }, icon("send"));
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.text.addEventListener("input", () => this.typed());
    const sends = (event) => { event.preventDefault(); this.sends(); };
    root.replaceChildren(node("form", { class: "composer", onsubmit: sends }, this.list,
      node("div", { class: "box" }, this.text, this.names, this.file, node("div", { class: "row" }, this.clip, this.shortcuts, this.send))));
  }

  focus() {
    this.text.focus();
  }

  show(channel, state, thread = "") {
    const key = `${state.me} ${channel.id} ${thread}`;
    if (this.key !== key) this.turnTo(key);
    Object.assign(this, { channel, state, thread });
    this.shortcuts.hidden = !this.globals().length;
    const name = channel.is_direct ? state.app.name : `#${channel.name}`;
    this.text.placeholder = this.isThread ? t("Reply…") : t("Message {name}, or / for commands", { name });
    const labels = [[this.text, "Message"], [this.shortcuts, "Shortcuts"], [this.clip, "Attach"], [this.send, "Send"], [this.list, "Commands"]];
    for (const [element, label] of labels) element.setAttribute("aria-label", t(label));
    this.shortcuts.title = t("Shortcuts");
    this.clip.title = t("Attach");
  }

  // What was begun elsewhere waits there; what was typed before the first place is known stays.
  turnTo(key) {
    if (this.key) {
      this.drafts.set(this.key, this.text.value);
      this.text.value = this.drafts.get(key) ?? "";
    }
    this.key = key;
    this.hold([]);
    this.list.hidden = true;
    this.fit();
  }

  globals() {
    const { shortcuts, app } = this.state;
    return shortcuts.filter((one) => one.is_global).map((one) => [one.name, () => this.sandbox.does("uses_shortcut", { name: one.name }), app.name]);
  }

  async attaches(chosen) {
    this.file.value = "";
    const { key } = this;
    const given = await Promise.all(chosen.map((one) => this.sandbox.upload(one)));
    if (key === this.key) this.hold([...this.files, ...given]);
    this.focus();
  }

  // The files that go along with what is sent next.
  hold(files) {
    this.files = files;
    this.names.replaceChildren(...files.map((one) => chip(one.name, () => this.hold(this.files.filter((each) => each !== one)))));
    this.showReady();
  }

  showReady() {
    this.send.classList.toggle("ready", !!this.text.value.trim() || !!this.files.length);
  }

  async sends() {
    const text = this.text.value.trim();
    const { files } = this;
    if (!text && !files.length) return;
    this.text.value = "";
    this.hold([]);
    this.typed();
    this.send.classList.add("busy");
    this.sent();
    const { ok } = await this.sandbox.does("types", { channel: this.channel.id, text, thread: this.thread, files: files.map((one) => one.id) });
    this.send.classList.remove("busy");
    if (!ok) { this.text.value ||= text; this.hold(files); this.typed(); }
  }

  pressed(event) {
    if (event.isComposing) return; // Enter then ends the choice of Japanese words
    const chosen = this.list.hidden ? null : this.list.querySelector("[aria-selected]");
    const isUnfinished = chosen && chosen.dataset.name !== this.text.value.split(/\s/)[0];
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const takes = (event.key === "Tab" && !event.shiftKey && chosen) || (event.key === "Enter" && isUnfinished);
    if (takes) { event.preventDefault(); chosen.click(); }
    else if (step && chosen) { event.preventDefault(); this.select(chosen[step] ?? chosen); }
    else if (event.key === "Escape" && chosen) { event.stopPropagation(); this.list.hidden = true; }
    else if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.sends(); }
  }

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, TALLEST)}px`;
  }

  typed() {
    this.fit();
    this.showReady();
    const text = this.text.value;
    const [name] = text.split(/\s/);
    const fitting = text.startsWith("/") ? this.state.commands.filter((one) => (text.includes(" ") ? one.name === name : one.name.startsWith(text))) : [];
    this.list.replaceChildren(...fitting.map((one) => this.entry(one)));
    this.list.hidden = !fitting.length;
    this.select(this.list.firstElementChild);
  }

  select(entry) {
    this.list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
    entry?.setAttribute("aria-selected", "true");
  }

  entry(command) {
    const take = () => { if (!this.text.value.includes(" ")) this.text.value = `${command.name} `; this.typed(); this.text.focus(); };
    return node("li", { role: "option", "data-name": command.name, onclick: take },
      node("span", { class: "avatar app small", "aria-hidden": "true" }),
      node("div", {}, node("b", {}, command.name), " ", command.hint ? node("span", { class: "quiet" }, command.hint) : null,
        node("div", { class: "quiet" }, command.description)));
  }
}
