// The messages of a channel, each drawn anew only when it has changed.
import { renderBlocks } from "./blocks.js";
import { menuAt, node } from "./dom.js";

const HUES = [210, 150, 30, 280, 340, 190, 95, 10];

export class Messages {
  constructor(sandbox, root, reply) {
    this.sandbox = sandbox;
    this.root = root;
    this.reply = reply;
    this.drawn = new Map();
    this.place = "";
  }

  show(channel, state, texts) {
    const isNew = this.place !== `${state.me} ${channel.id}`;
    if (isNew) { this.drawn.clear(); this.place = `${state.me} ${channel.id}`; }
    const atEnd = isNew || this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 80;
    const rows = this.inThreads(channel.messages).map((message) => this.row(channel, message, state, texts));
    const last = rows.at(-1) !== this.root.lastElementChild;
    if (rows.length !== this.root.children.length || rows.some((row, index) => row !== this.root.children[index])) this.root.replaceChildren(...rows);
    if (!rows.length) this.root.replaceChildren(node("p", { class: "quiet empty" }, "Nothing has been said here yet."));
    if (atEnd && last) this.root.scrollTop = this.root.scrollHeight;
  }

  // Answers follow the message that they answer.
  inThreads(messages) {
    const first = messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts);
    const rest = messages.filter((one) => !first.includes(one));
    const known = new Set(first.map((one) => one.ts));
    return [...first.flatMap((one) => [one, ...rest.filter((answer) => answer.thread_ts === one.ts)]), ...rest.filter((one) => !known.has(one.thread_ts))];
  }

  row(channel, message, state, texts) {
    const { values, ...looks } = message;
    const signature = JSON.stringify(looks);
    const known = this.drawn.get(message.ts);
    if (known?.signature === signature) return known.row;
    const row = this.draw(channel, message, state, texts);
    this.drawn.set(message.ts, { signature, row });
    return row;
  }

  draw(channel, message, state, texts) {
    const author = texts.reader.person(message.user);
    const acting = (block, element) => this.acting(channel, message, block, element);
    const shown = message.blocks.length
      ? renderBlocks(message.blocks, texts, { acting, values: message.values })
      : node("div", { class: "block" }, texts.marked(message.text));
    const classes = ["message", message.is_private && "private", message.thread_ts && message.thread_ts !== message.ts && "answer"];
    return node("article", { class: classes.filter(Boolean).join(" "), "aria-label": `${author?.name}: ${message.text}` },
      avatar(author),
      node("div", { class: "content" },
        message.is_private ? node("div", { class: "only" }, "👁 Only visible to you") : null,
        node("div", { class: "by" },
          node("b", {}, author?.name ?? message.user),
          author?.is_bot ? node("span", { class: "tag" }, "APP") : null,
          node("time", {}, texts.date(Number(message.ts), "{time}")),
          message.is_edited && !message.is_private ? node("span", { class: "quiet" }, "(edited)") : null),
        shown,
        message.attachments.map((one) => node("div", { class: "unfurl" }, renderBlocks(one.blocks ?? [], texts, { acting }))),
        message.has_warning ? node("div", { class: "warning", role: "alert" }, "⚠️ This app did not answer. Try again?") : null),
      this.menu(channel, message, state));
  }

  menu(channel, message, state) {
    if (message.is_private) return null;
    const shortcuts = state.shortcuts.filter((one) => !one.is_global).map((one) => [one.name, () =>
      this.sandbox.does("uses_shortcut", { channel: channel.id, ts: message.ts, name: one.name })]);
    const entries = [["Reply in thread", () => this.reply(message)], ...shortcuts];
    const button = node("button", { type: "button", class: "more", "aria-label": "Message menu", "aria-haspopup": "menu", onclick: () => menuAt(button, entries) }, "⋮");
    return button;
  }

  acting(channel, message, block, element) {
    const where = { channel: channel.id, ts: message.ts, block_id: block.block_id, action_id: element.action_id };
    const act = (value) => this.sandbox.does("acts", { ...where, value });
    return {
      label: block.label?.text,
      press: act, choose: act, enter: act, type: (value) => this.sandbox.does("puts", { ...where, value }),
      options: async (query) => (await this.sandbox.does("options", { ...where, query })).options ?? [],
    };
  }
}

function avatar(user) {
  const made = node("span", { class: user?.is_bot ? "avatar app" : "avatar", "aria-hidden": "true" }, user?.is_bot ? "🤖" : [...(user?.name ?? "?")][0]);
  const sum = [...(user?.id ?? "")].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  made.style.setProperty("--hue", HUES[sum % HUES.length]);
  return made;
}
