// A thread beside its channel.
import { Composer } from "./composer.js";
import { node } from "./dom.js";
import { icon } from "./icons.js";
import { Messages } from "./messages.js";
import { t } from "./words.js";

export class Thread {
  constructor(sandbox, root, redraw) {
    this.root = root;
    this.redraw = redraw;
    this.ts = "";
    this.title = node("h2");
    this.place = node("span", { class: "quiet" });
    this.cross = node("button", { type: "button", class: "cross", onclick: () => { this.close(); redraw(); } }, icon("cross"));
    this.log = node("div", { class: "log", role: "log", tabindex: "0" });
    const field = node("div");
    root.replaceChildren(node("header", {}, this.title, this.place, this.cross), this.log, field);
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.cross.click(); });
    this.messages = new Messages(sandbox, this.log);
    this.composer = new Composer(sandbox, field, () => this.messages.end.go(), { isThread: true });
  }

  open(message) {
    this.ts = message.ts;
    this.redraw();
    this.composer.focus();
  }

  close() {
    this.ts = "";
    this.root.hidden = true;
  }

  show(channel, state, texts) {
    const said = channel.messages.filter((one) => this.ts && (one.ts === this.ts || one.thread_ts === this.ts));
    this.root.hidden = !said.length;
    if (!said.length) return;
    this.title.textContent = t("Thread");
    this.place.textContent = channel.is_direct ? state.app.name : `# ${channel.name}`;
    this.cross.setAttribute("aria-label", t("Close the thread"));
    this.log.setAttribute("aria-label", t("Thread"));
    this.messages.show(channel, said, state, texts, { unreadSince: "" });
    this.composer.show(channel, state, this.ts);
  }
}
