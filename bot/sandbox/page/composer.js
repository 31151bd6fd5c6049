// Where a person types: Enter sends, a slash lists the commands.
import { menuAt, node } from "./dom.js";

export class Composer {
  constructor(sandbox, form) {
    this.sandbox = sandbox;
    this.form = form;
    [this.text, this.list, this.replying, this.send] = ["#text", "#commands", "#replying", "#send"].map((one) => form.querySelector(one));
    this.thread = "";
    this.commands = [];
    form.addEventListener("submit", (event) => { event.preventDefault(); this.sends(); });
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.text.addEventListener("input", () => this.typed());
    const shortcuts = form.querySelector("#shortcuts");
    shortcuts.addEventListener("click", () => menuAt(shortcuts, this.globals()));
  }

  show(channel, state) {
    if (this.channel?.id !== channel.id) this.answer(null);
    this.channel = channel;
    this.state = state;
    this.form.querySelector("#shortcuts").hidden = !state.shortcuts.some((one) => one.is_global);
    this.text.placeholder = `Message ${channel.is_direct ? state.app.name : `#${channel.name}`}, or / for commands`;
  }

  globals() {
    return this.state.shortcuts.filter((one) => one.is_global).map((one) => [one.name, () => this.sandbox.does("uses_shortcut", { name: one.name })]);
  }

  answer(message) {
    this.thread = message ? message.thread_ts || message.ts : "";
    this.replying.hidden = !message;
    const cross = node("button", { type: "button", class: "cross", "aria-label": "Leave the thread", onclick: () => this.answer(null) }, "×");
    this.replying.replaceChildren(...(message ? [node("span", {}, "Replying in a thread"), cross] : []));
    if (message) this.text.focus();
  }

  async sends() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.typed();
    this.send.classList.add("busy");
    await this.sandbox.does("types", { channel: this.channel.id, text, thread: this.thread });
    this.send.classList.remove("busy");
  }

  pressed(event) {
    if (event.isComposing) return; // Enter then ends the choice of Japanese words
    const first = this.list.hidden ? null : this.list.firstElementChild;
    if (event.key === "Tab" && first && !event.shiftKey) { event.preventDefault(); first.click(); }
    else if (event.key === "Escape") this.list.hidden = true;
    else if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.sends(); }
  }

  typed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 200)}px`;
    const text = this.text.value;
    const [name] = text.split(/\s/);
    const fitting = text.startsWith("/") ? this.state.commands.filter((one) => (text.includes(" ") ? one.name === name : one.name.startsWith(text))) : [];
    this.list.replaceChildren(...fitting.map((one) => this.entry(one)));
    this.list.hidden = !fitting.length;
  }

  entry(command) {
    const take = () => { if (!this.text.value.includes(" ")) this.text.value = `${command.name} `; this.typed(); this.text.focus(); };
    return node("li", { role: "option", onclick: take },
      node("b", {}, command.name), " ", command.hint ? node("code", {}, command.hint) : null, node("div", { class: "quiet" }, command.description));
  }
}
